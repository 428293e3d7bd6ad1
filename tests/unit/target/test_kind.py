"""Driving kind, on a stand-in for the container engine.

This is done with the real kind where there is one, and with what was recorded from it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

import kubelearn
from kubelearn.cli import commands as cli
from kubelearn.cluster.containers import images, references
from kubelearn.cluster.embedded import EmbeddedCluster
from kubelearn.target import kind, versions
from tests.kind_stand_in import machine, situations

ROOT = Path(__file__).parent.parent.parent.parent
REAL = shutil.which("kind") or ""
posix = pytest.mark.skipif(os.name != "posix", reason="the stand-ins are shell scripts")


#: How long a learner waits for all of kind's programs, in seconds.
ASK_LIMIT = kind._ASK_LIMIT


@pytest.fixture(params=["recorded", "real"])
def state(
    request: pytest.FixtureRequest, tmp_path: Path, embedded: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The state of a machine whose container engine is the stand-in.

    Its kind clusters are all the embedded one of this test session.
    """
    real = REAL if request.param == "real" else ""
    if request.param == "real" and not real:
        pytest.skip("kind is not installed")
    folder, path = machine.of(tmp_path, real)
    (folder / "kubeconfig").write_text(embedded.kubeconfig(certificate=True))
    monkeypatch.setenv("PATH", path)
    monkeypatch.setenv("KIND_STAND_IN", str(folder))
    monkeypatch.delenv("KIND_EXPERIMENTAL_PROVIDER", raising=False)
    monkeypatch.setattr(kind, "_ASK_LIMIT", 60.0)  # each of the stand-ins has to start a Python
    return folder


def calls(state: Path, program: str) -> list[str]:
    return [line for line in (state / "calls").read_text().splitlines() if line.startswith(program)]


def clusters(state: Path) -> set[str]:
    return {name.partition("-")[0] for name in machine.containers(state)}


def test_the_cluster_is_like_the_embedded_one() -> None:
    assert [image for image in kind.IMAGES if images.ImageRegistry().find(image) is None] == []
    config = yaml.safe_load(kind.config())
    assert [node["role"] for node in config["nodes"]] == ["control-plane", "worker", "worker"]
    assert config["networking"] == {"kubeProxyMode": "iptables"}
    assert all(
        30000 <= mapping["hostPort"] == mapping["containerPort"] <= 32767
        for mapping in config["nodes"][0]["extraPortMappings"]
    )


def test_every_image_of_the_lessons_is_pulled_beforehand() -> None:
    course = ROOT / "kubelearn" / "course"
    sources = [*(ROOT / "notebooks").glob("*.ipynb"), *course.rglob("*.py"), *course.rglob("*.yml")]
    used = {
        image
        for source in sources
        for image in re.findall(
            r"image(?:=|: *| = \")([a-z][\w./-]*:[\w.-]+)", source.read_text(encoding="utf-8"), re.IGNORECASE
        )
    }
    assert len(used) >= 5
    assert {references.parse(image) for image in used} <= {references.parse(image) for image in kind.IMAGES}


@posix
def test_up_shows_progress_pulls_images_and_is_idempotent(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (state / "no-pull").write_text("gcr.io/google-samples/hello-go-gke:1.0")
    assert cli.main(["kind", "up"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == 'Creating cluster "kubelearn" ...'
    assert " ✓ Joining worker nodes" in out
    assert "--kubeconfig" not in out  # kind's advice names a file that is gone by then
    assert "Pulling registry.k8s.io/e2e-test-images/agnhost:2.53 ..." in out
    assert (
        "the lesson that needs it will pull it" in out
    )  # one image could not be pulled: the cluster is of use all the same
    assert "docker exec kubelearn-worker2 crictl pull docker.io/library/busybox:1.36" in calls(state, "docker")
    assert (
        out.splitlines()[-1]
        == "The kind cluster kubelearn is ready: kubelearn.connect('kind'), or KUBELEARN_TARGET=kind"
    )
    assert cli.main(["kind", "up"]) == 0
    assert capsys.readouterr().out == "The kind cluster kubelearn is there already.\n"
    assert len(calls(state, "kind create")) == 1


@posix
@pytest.mark.parametrize("state", ["real"], indirect=True)
def test_the_real_kind_takes_the_configuration(state: Path) -> None:
    kind.up(lambda line: None)
    plane, *workers = sorted(calls(state, "docker run"), key=lambda call: "role=worker" in call)
    assert all(f"--publish=127.0.0.1:{port}:{port}/TCP" in plane for port in kind.NODE_PORTS)
    assert plane.endswith(versions.NODE_IMAGE)
    assert len(workers) == 2


def test_the_recording_is_of_the_configuration_and_image_of_today() -> None:
    assert f"--image {versions.NODE_IMAGE} " in situations.RECORDED.read_text(encoding="utf-8")


@posix
def test_status_and_down(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    machine.add_cluster(state, "work")
    machine.add_cluster(state, "kubelearn")
    assert cli.main(["kind", "status"]) == 0
    assert (
        capsys.readouterr().out
        == "The kind cluster kubelearn is there, in docker: kubelearn-control-plane, kubelearn-worker,"
        " kubelearn-worker2\n"
    )
    assert cli.main(["kind", "down"]) == 0
    assert clusters(state) == {"work"}
    assert cli.main(["kind", "status"]) == 1
    assert cli.main(["kind", "down"]) == 0
    assert calls(state, "kind delete") == ["kind delete cluster --name kubelearn"]


@posix
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            {"control_plane": "stopped"},
            "does not work: Error response from daemon: container 0123456789ab is not running",
        ),
        ({"worker2": "stopped"}, "does not work: not Ready: kubelearn-worker2"),
        (
            {"control_plane": "empty", "worker": "empty", "worker2": "empty"},
            "does not work: error: stat /etc/kubernetes/admin.conf: no such file or directory",
        ),
        ({"worker": "empty"}, "does not work: not Ready: kubelearn-worker"),
    ],
)
def test_a_cluster_that_is_stopped_or_half_made_is_not_taken_for_a_whole_one(
    state: Path, wrong: dict[str, str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.add_cluster(state, "kubelearn", **wrong)
    before = machine.containers(state)
    assert cli.main(["kind", "status"]) == 1
    said = capsys.readouterr().out
    assert told in said
    assert "`docker start kubelearn-control-plane kubelearn-worker kubelearn-worker2`" in said
    assert "`python -m kubelearn kind down`, then `python -m kubelearn kind up`" in said
    assert cli.main(["kind", "up"]) == 1
    assert told in capsys.readouterr().err
    with pytest.raises(kubelearn.ConnectionFailedError, match=re.escape(told)):
        kubelearn.connect("kind")
    assert machine.containers(state) == before
    assert cli.main(["kind", "down"]) == 0
    assert clusters(state) == set()


@posix
def test_podman_is_taken_where_docker_does_not_run(state: Path) -> None:
    programs = state.parent / "bin"
    machine.program(programs / "podman", "/bin/sh -c :")
    machine.program(programs / "docker", "/bin/sh -c 'exit 1'")
    assert kind.find_engine() == "podman"
    assert kind.status() == (False, "There is no kind cluster kubelearn: python -m kubelearn kind up")
    assert calls(state, "kind") == ["kind[podman] get clusters"]


@posix
def test_when_kind_fails_the_reason_is_told_and_nothing_is_left(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (state / "taken-port").write_text("30080")
    assert cli.main(["kind", "up"]) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("kubelearn: kind could not make the cluster, and nothing of it is left: ")
    assert "127.0.0.1:30080 failed: port is already allocated" in errors
    assert "--privileged" not in errors  # the command that failed is long, and no learner's
    assert clusters(state) == set()


@posix
def test_a_cluster_that_does_not_become_ready_is_removed(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (state / "not-ready").touch()
    assert cli.main(["kind", "up"]) == 1
    assert (
        "the cluster did not become ready, and nothing of it is left: error: timed out waiting for the condition on"
        " nodes/kubelearn-worker2" in capsys.readouterr().err
    )
    assert clusters(state) == set()


@posix
@pytest.mark.parametrize(
    "moment", ["Joining worker nodes", "Pulling docker.io/library/busybox", "Waiting for the workers"]
)
def test_an_interrupted_up_leaves_nothing(state: Path, moment: str) -> None:
    def interrupt(line: str) -> None:
        if moment in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kind.up(interrupt)
    assert clusters(state) == set()


@posix
def test_connect_makes_the_cluster_and_leaves_it(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = state.parent / "home"
    monkeypatch.setenv("HOME", str(home))
    with kubelearn.connect("kind") as cluster:
        assert repr(cluster) == "<Cluster kind v1.36 3 nodes Ready>"
        assert cluster.namespace.startswith("kubelearn-")
    with kubelearn.connect("kind"):
        pass
    assert len(calls(state, "kind create")) == 1
    assert clusters(state) == {"kubelearn"}
    assert not home.exists()  # ~/.kube/config is not touched


@posix
def test_without_kind_or_an_engine_it_is_said_what_is_missing(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (state / "engine-down").touch()
    with pytest.raises(kubelearn.ConnectionFailedError) as refusal:
        kubelearn.connect("kind")
    assert str(refusal.value).startswith("kind needs a running Docker or Podman. Start Docker Desktop or ")
    assert str(refusal.value).endswith(
        " (docker says: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon"
        " running?)"
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        kubelearn.ConnectionFailedError, match=r"^kind is not on the PATH\. Get it from https://kind\.sigs\.k8s\.io/"
    ):
        kubelearn.connect("kind")


@posix
@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("info", "(docker says: `docker info` did not end in time)"),
        ("ps", "`kind get clusters` did not end in time"),
        ("exec", "does not work: `docker exec "),
    ],
)
def test_who_does_not_answer_is_named_and_everything_ends_within_one_limit(
    state: Path, command: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ASK_LIMIT < 5
    monkeypatch.setattr(kind, "_ASK_LIMIT", 10.0)  # who answers needs some of it, on a busy machine a few seconds
    machine.add_cluster(state, "kubelearn")
    fifo = state / f"hangs-{command}"
    os.mkfifo(fifo)
    try:
        with pytest.raises(kubelearn.ConnectionFailedError, match=re.escape(told)):
            kubelearn.connect("kind")
    finally:
        os.close(os.open(fifo, os.O_RDWR | os.O_NONBLOCK))  # whoever waits to read there ends


@pytest.mark.skipif(
    "KUBELEARN_TEST_KIND" not in os.environ, reason="makes and deletes a real kind cluster: set KUBELEARN_TEST_KIND=1"
)
def test_the_real_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert "There is no kind cluster" in kind.status()[1], (
        "there is a kind cluster named kubelearn: it is not this test's to delete"
    )
    try:
        kind.up()
        with kubelearn.connect("kind") as cluster:
            assert repr(cluster) == "<Cluster kind v1.36 3 nodes Ready>"
            done = subprocess.run(["kubectl", "get", "nodes", "-o", "name"], text=True, capture_output=True, check=True)
            assert done.stdout.split() == [
                "node/kubelearn-control-plane",
                "node/kubelearn-worker",
                "node/kubelearn-worker2",
            ]
    finally:
        kind.down()
    assert "There is no kind cluster" in kind.status()[1]
