"""A process that is killed, and a kernel that is interrupted: the next thing that a learner does works."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import kubelearn
from kubelearn.views import traffic

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
_LEARNER = """
import sys, kubelearn
cluster = kubelearn.connect(seed=1, port=int(sys.argv[1]))
container = {"name": "c", "image": "busybox:1.36", "command": ["sleep", "1000"]}
cluster.core.create_namespaced_pod("default", {"metadata": {"name": "box"}, "spec": {"containers": [container]}})
print("ready", flush=True)
sys.stdin.read()
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def folders(pid: int) -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"kubelearn-{pid}-*"))


def test_after_kill_9_the_next_start_works_and_finds_nothing_in_its_way() -> None:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-c", _LEARNER, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "ready\n"
        assert folders(killed.pid)
        killed.kill()
        killed.wait()
    with kubelearn.connect(seed=1, port=port) as cluster:
        assert cluster.core.list_namespaced_pod("default").items == []
        assert folders(killed.pid) == []


@pytest.fixture(scope="module")
def cluster() -> Iterator[kubelearn.Cluster]:
    with kubelearn.connect(pace=0.1) as cluster:
        for name, arguments in (("client", ["pause"]), ("server", ["netexec"])):
            pod = {
                "metadata": {"name": name, "labels": {"app": name}},
                "spec": {"containers": [{"name": "c", "image": AGNHOST, "args": arguments}]},
            }
            cluster.core.create_namespaced_pod("default", pod)
        cluster.core.create_namespaced_service(
            "default",
            {
                "metadata": {"name": "server"},
                "spec": {"selector": {"app": "server"}, "ports": [{"port": 80, "targetPort": 8080}]},
            },
        )
        deadline = time.monotonic() + 20
        while not traffic.ready_pods(cluster, "server"):
            assert time.monotonic() < deadline
        yield cluster


@contextlib.contextmanager
def interrupt_after(seconds: float) -> Iterator[None]:
    """Do what Jupyter's stop button does: SIGINT, that is KeyboardInterrupt in the main thread."""
    over = threading.Event()

    def press() -> None:
        # Now and then an interrupt falls into a callback of Python's own, where it is lost:
        # whoever waits presses again.
        pause = seconds
        while not over.wait(pause):
            os.kill(os.getpid(), signal.SIGINT)
            pause = 2.0

    thread = threading.Thread(target=press)
    try:
        thread.start()  # from here on an interrupt may come at any time
        yield
    finally:
        over.set()
        thread.join()


CALLS: dict[str, Callable[[kubelearn.Cluster], object]] = {
    "list": lambda cluster: _again(cluster.core.list_pod_for_all_namespaces),
    "create and delete": lambda cluster: _again(lambda: _create_and_delete(cluster)),
    "exec": lambda cluster: cluster.exec("client", "sleep", "1000"),
    "traffic": lambda cluster: traffic.send(cluster, "http://server/hostname", 1_000_000),
    "repr": lambda cluster: _again(lambda: repr(cluster)),
}


def _again(call: Callable[[], object]) -> None:
    """Call many times, and keep nothing.

    The more there is to look through for garbage, the more interrupts fall into that.
    """
    for _ in range(100_000):
        call()


def _create_and_delete(cluster: kubelearn.Cluster) -> None:
    made = cluster.core.create_namespaced_config_map("default", {"metadata": {"generateName": "made-"}})
    cluster.core.delete_namespaced_config_map(made.metadata.name, "default")


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # the client's sockets that an interrupt left open
@pytest.mark.parametrize("seconds", [0.01, 0.1, 0.3])
@pytest.mark.parametrize("name", list(CALLS))
def test_an_interrupt_in_the_middle_of_a_call(cluster: kubelearn.Cluster, name: str, seconds: float) -> None:
    with pytest.raises(KeyboardInterrupt), interrupt_after(seconds):
        CALLS[name](cluster)
    assert repr(cluster) == "<Cluster embedded v1.36 3 nodes Ready>"
    assert (
        cluster.exec(
            "client", "sh", "-c", "until curl -s -m 1 http://server/hostname; do sleep 0.1; done", timeout=20
        ).stdout
        == "server"
    )


def test_an_interrupt_while_the_cluster_starts() -> None:
    with pytest.raises(KeyboardInterrupt), interrupt_after(0.02):
        _again(kubelearn.connect)
    with kubelearn.connect() as cluster:
        assert repr(cluster) == "<Cluster embedded v1.36 3 nodes Ready>"
