"""Driving kind: against a stand-in for it, and, where that is asked for, against the real one."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import kubelearn
from kubelearn import cli, kind
from kubelearn.cluster import images, meta
from tests.kind_stand_in import stand_in

ROOT = Path(__file__).parent.parent.parent
posix = pytest.mark.skipif(os.name != "posix", reason="the stand-ins are shell scripts")


@pytest.fixture
def state(tmp_path: Path, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which ``kind`` and ``docker`` are the stand-ins; their kind clusters are all the embedded one of this test session."""
    folder, programs = tmp_path / "state", tmp_path / "bin"
    folder.mkdir()
    programs.mkdir()
    for name in ("kind", "docker"):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{stand_in.__file__}" {name} "$@"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    kubectl = shutil.which("kubectl")
    if kubectl:
        (programs / "kubectl").symlink_to(kubectl)
    (folder / "kubeconfig").write_text(kubeconfig.read_text())
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("KIND_STAND_IN", str(folder))
    monkeypatch.delenv("KIND_EXPERIMENTAL_PROVIDER", raising=False)
    return folder


def calls(state: Path, program: str) -> list[str]:
    return [line for line in (state / "calls").read_text().splitlines() if line.startswith(program)]


def test_the_cluster_is_like_the_embedded_one() -> None:
    assert meta.VERSION in kind.NODE_IMAGE
    assert [image for image in kind.IMAGES if images.ImageRegistry().find(image) is None] == []
    config = yaml.safe_load(kind.config())
    assert [node["role"] for node in config["nodes"]] == ["control-plane", "worker", "worker"]
    assert config["networking"] == {"kubeProxyMode": "iptables"}
    assert all(30000 <= mapping["hostPort"] == mapping["containerPort"] <= 32767 for mapping in config["nodes"][0]["extraPortMappings"])


def test_every_image_of_the_lessons_is_pulled_beforehand() -> None:
    sources = [*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "kubelearn" / "exercises").glob("*.py")]
    used = {image for source in sources for image in re.findall(r"\bimage(?:=|: *)([a-z][\w./-]*:[\w.-]+)", source.read_text(encoding="utf-8"))}
    assert len(used) >= 3
    assert {images.normalize(image) for image in used} <= {images.normalize(image) for image in kind.IMAGES}


@posix
def test_up_shows_progress_pulls_images_and_is_idempotent(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["kind", "up"]) == 0
    out = capsys.readouterr().out
    assert " ✓ Starting control-plane" in out
    assert "Pulling registry.k8s.io/e2e-test-images/agnhost:2.53 ..." in out
    assert "the lesson that needs it will pull it" in out  # one image could not be pulled: the cluster is of use all the same
    assert yaml.safe_load((state / "config").read_text()) == yaml.safe_load(kind.config())
    assert "docker exec kubelearn-worker2 crictl pull docker.io/library/busybox:1.36" in calls(state, "docker")
    assert cli.main(["kind", "up"]) == 0
    assert capsys.readouterr().out == "The kind cluster kubelearn is there already.\n"
    assert len([call for call in calls(state, "kind") if call.startswith("kind create")]) == 1


@posix
def test_status_and_down(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (state / "clusters").write_text("work\nkubelearn")
    assert cli.main(["kind", "status"]) == 0
    assert "kubelearn-control-plane, kubelearn-worker, kubelearn-worker2" in capsys.readouterr().out
    assert cli.main(["kind", "down"]) == 0
    assert (state / "clusters").read_text() == "work"
    assert cli.main(["kind", "status"]) == 1
    assert cli.main(["kind", "down"]) == 0
    assert [call for call in calls(state, "kind") if call.startswith("kind delete")] == ["kind delete cluster --name kubelearn"]


@posix
def test_podman_is_taken_where_docker_does_not_run(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    podman = state.parent / "bin" / "podman"
    podman.write_text("#!/bin/sh\n")
    podman.chmod(0o755)
    (state.parent / "bin" / "docker").write_text("#!/bin/sh\nexit 1\n")
    assert kind.require() == "podman"
    kind.up(lambda line: None)
    assert {line.split()[-1] for line in (state / "providers").read_text().splitlines()} == {"podman"}


@posix
def test_when_kind_fails_the_reason_is_told_and_nothing_is_left(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (state / "fails").write_text(
        'ERROR: failed to create cluster: command "docker run --name kubelearn-control-plane" failed with error: exit status 125\n'
        "Command Output: docker: Error response from daemon: Bind for 127.0.0.1:30080 failed: port is already allocated.")
    assert cli.main(["kind", "up"]) == 1
    errors = capsys.readouterr().err
    assert "nothing of it is left: ERROR: failed to create cluster" in errors
    assert "127.0.0.1:30080 failed: port is already allocated" in errors
    assert (state / "clusters").read_text() == ""


@posix
def test_an_interrupted_up_leaves_nothing(state: Path) -> None:
    def interrupt(line: str) -> None:
        if "Starting control-plane" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kind.up(interrupt)
    assert (state / "clusters").read_text() == ""


@posix
def test_connect_makes_the_cluster_and_leaves_it(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = state.parent / "home"
    monkeypatch.setenv("HOME", str(home))
    with kubelearn.connect("kind") as cluster:
        assert repr(cluster) == "<Cluster kind v1.32 3 nodes Ready>"
        assert cluster.namespace.startswith("kubelearn-")
    with kubelearn.connect("kind"):
        pass
    assert (state / "clusters").read_text() == "kubelearn"
    assert not home.exists()  # ~/.kube/config is not touched


@posix
def test_without_kind_or_an_engine_it_is_said_what_is_missing(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (state / "engine-down").touch()
    with pytest.raises(kubelearn.ConnectionFailedError, match=r"^kind needs a running Docker or Podman, and neither answers\. Start Docker Desktop or"):
        kubelearn.connect("kind")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(kubelearn.ConnectionFailedError, match=r"^kind is not on the PATH\. Get it from https://kind\.sigs\.k8s\.io/"):
        kubelearn.connect("kind")


@pytest.mark.skipif("KUBELEARN_TEST_KIND" not in os.environ, reason="makes and deletes a real kind cluster: set KUBELEARN_TEST_KIND=1")
def test_the_real_kind(capsys: pytest.CaptureFixture[str]) -> None:
    engine = kind.require()
    assert not kind.exists(engine), "there is a kind cluster named kubelearn: it is not this test's to delete"
    try:
        kind.up()
        with kubelearn.connect("kind") as cluster:
            assert repr(cluster) == "<Cluster kind v1.32 3 nodes Ready>"
            done = subprocess.run(["kubectl", "get", "nodes", "-o", "name"], text=True, capture_output=True, check=True)
            assert done.stdout.split() == ["node/kubelearn-control-plane", "node/kubelearn-worker", "node/kubelearn-worker2"]
    finally:
        kind.down()
    assert not kind.exists(engine)
