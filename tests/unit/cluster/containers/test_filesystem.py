"""A container's files."""

from __future__ import annotations

import pytest

from kubelearn.cluster.containers.filesystem import CAPACITY, FileSystem, resolve
from kubelearn.cluster.containers.volume import Folder, Kept, Mount, SingleFile


@pytest.mark.parametrize(
    ("cwd", "path", "full"),
    [
        ("/", "a", "/a"),
        ("/var", "../etc/x", "/etc/x"),
        ("/", "../../..", "/"),
        ("/a/b", ".", "/a/b"),
        ("/a", "/b//c/", "/b/c"),
        ("/a", "//b", "/b"),
    ],
)
def test_paths_are_normalised_and_cannot_leave(cwd: str, path: str, full: str) -> None:
    assert resolve(cwd, path) == full


def test_what_is_written_is_read() -> None:
    files = FileSystem({"/etc/motd": b"hi"})
    files.write("/tmp/a", b"1")
    files.write("/tmp/a", b"2", append=True)
    assert (files.read("/tmp/a"), files.read("/etc/motd")) == (b"12", b"hi")
    files.remove("/tmp/a")
    assert not files.exists("/tmp/a")
    assert all(files.is_dir(name) for name in ("/", "/tmp", "/etc", "/var"))


def test_containers_do_not_see_each_others_files() -> None:
    image = {"/etc/motd": b"hi"}
    one, other = FileSystem(image), FileSystem(image)
    one.write("/etc/motd", b"changed")
    assert other.read("/etc/motd") == b"hi"
    assert image == {"/etc/motd": b"hi"}


def test_what_is_missing_or_of_the_wrong_kind() -> None:
    files = FileSystem({"/etc/motd": b"hi"})
    with pytest.raises(FileNotFoundError):
        files.read("/tmp/nosuch")
    with pytest.raises(IsADirectoryError):
        files.read("/etc")
    with pytest.raises(IsADirectoryError):
        files.write("/tmp", b"")
    with pytest.raises(FileNotFoundError):
        files.write("/nosuch/file", b"")
    with pytest.raises(NotADirectoryError):
        files.listdir("/etc/motd")
    with pytest.raises(NotADirectoryError):
        files.write("/etc/motd/below", b"")
    with pytest.raises(FileNotFoundError):
        files.listdir("/nosuch")


def test_directories() -> None:
    files = FileSystem()
    with pytest.raises(FileNotFoundError):
        files.mkdir("/data/a")
    files.mkdir("/data/a", parents=True)
    files.write("/data/a/x", b"")
    files.write("/data/b", b"")
    assert files.listdir("/data") == ["a", "b"]
    with pytest.raises(FileExistsError):
        files.mkdir("/data/a")
    files.remove_tree("/data")
    assert not files.exists("/data")


def test_a_volume_is_shared() -> None:
    volume: dict[str, bytes] = {}
    one, other = FileSystem(), FileSystem()
    one.mount("/cache", Mount(volume))
    other.mount("/srv/cache", Mount(volume))
    one.write("/cache/note", b"x")
    assert other.read("/srv/cache/note") == b"x"
    assert other.listdir("/srv") == ["cache"]


def test_an_empty_directory_in_a_volume_is_seen_below_the_mount() -> None:
    one = FileSystem()
    one.mount("/cache", Mount({}))
    one.mkdir("/cache/sub")
    one.write("/cache/sub/x", b"1")
    assert one.read("/cache/sub/x") == b"1"


def test_a_volume_hides_what_the_image_has_there() -> None:
    files = FileSystem({"/srv/html/index.html": b"image", "/srv/html/deep/x": b"1"}, {"/srv/html/bin/run": b"2"})
    files.mount("/srv/html", Mount({"page": b"volume"}))
    files.mount("/srv/html/more", Mount({"y": b"3"}))
    assert files.listdir("/srv/html") == ["more", "page"]
    assert [name for name in files.walk() if name.startswith("/srv")] == ["/srv/html/more/y", "/srv/html/page"]
    for hidden in ("index.html", "deep", "deep/x", "bin", "bin/run"):
        assert not files.exists(f"/srv/html/{hidden}")
    files.mkdir("/srv/html/deep")
    assert files.listdir("/srv/html/deep") == []


def test_what_replaces_a_file_needs_no_room_beside_it() -> None:
    files = FileSystem()
    files.write("/tmp/a", bytes(CAPACITY))
    files.write("/tmp/a", bytes(CAPACITY))
    for path, append in (("/tmp/a", True), ("/tmp/b", False)):
        with pytest.raises(OSError, match="No space left"):
            files.write(path, b"1", append)
    assert len(files.read("/tmp/a")) == CAPACITY


def test_a_read_only_volume_cannot_be_changed() -> None:
    files = FileSystem()
    files.mount("/config", Mount({"colour": b"blue"}, read_only=True))
    assert files.read("/config/colour") == b"blue"
    with pytest.raises(PermissionError):
        files.write("/config/colour", b"red")
    with pytest.raises(PermissionError):
        files.remove("/config/colour")
    with pytest.raises(PermissionError):
        files.mkdir("/config/sub")


def test_permissions_of_a_volume_are_the_same_in_all_containers() -> None:
    disk = Kept()
    one, other, third = FileSystem(), FileSystem(), FileSystem()
    one.mount("/init", Mount(Folder(disk, "/data")))
    other.mount("/scripts", Mount(Folder(disk, "/data")))
    one.write("/init/start.sh", b"#!/bin/sh\n")
    assert other.mode("/scripts/start.sh") == 0o644
    one.chmod("/init/start.sh", 0o755)
    third.mount("/start.sh", Mount(SingleFile(disk, "/data/start.sh")))
    assert other.mode("/scripts/start.sh") == third.mode("/start.sh") == 0o755
    other.remove("/scripts/start.sh")
    one.write("/init/start.sh", b"")
    assert one.mode("/init/start.sh") == 0o644


def test_what_is_mounted_is_busy() -> None:
    files, shared = FileSystem({"/etc/motd": b"hi"}), {"hosts": b"1"}
    files.mount("/etc/hosts", Mount(SingleFile(shared, "hosts")))
    files.mount("/data", Mount({"a/b": b"2"}))
    for path in ("/etc/hosts", "/data"):
        with pytest.raises(OSError, match="busy"):
            files.remove_tree(path)
    with pytest.raises(OSError, match="busy"):
        files.remove("/etc/hosts")
    with pytest.raises(OSError, match="busy"):
        files.rmdir("/data")
    assert (files.read("/etc/hosts"), files.listdir("/data")) == (b"1", [])
    with pytest.raises(OSError, match="busy"):
        files.remove_tree("/etc")
    assert files.listdir("/etc") == ["hosts"]
    files.write("/etc/hosts", b"3")
    assert shared == {"hosts": b"3"}
