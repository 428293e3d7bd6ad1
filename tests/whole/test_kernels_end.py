"""However a kernel ends, its namespace on a cluster that goes on does not stay, nor does the key of its login.

The kubeconfig has a client certificate and its key as data, as kind's has.
"""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import urllib3
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager
from kubernetes import client, config, watch

import kubelearn
from kubelearn.cluster.embedded import EmbeddedCluster
from tests.ways_in import kernels

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kernels are stopped and killed by signals")

_SET_UP = "import kubelearn\ncluster = kubelearn.connect(context='kubelearn')\nprint(cluster.namespace)"
#: What the last moments may bring: Jupyter is impatient, there is no connection any more, the private files have gone.
_HARD = "import atexit, os, signal\natexit.register(os.kill, os.getpid(), signal.SIGTERM)"
_HARDER = """
import shutil
atexit.register(shutil.rmtree, cluster.kubeconfig.parent)
cluster.api.rest_client.pool_manager.clear()
"""
_AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
_BUSY = "print('busy', flush=True)\nimport threading\nthreading.Event().wait()"


@dataclass(frozen=True)
class Elsewhere:
    """A cluster that goes on when kernels end, and a learner's folder."""

    kubeconfig: Path
    core: client.CoreV1Api
    temporary: Path

    def stays(self, namespace: str) -> bool:
        """Whether a namespace is there, and nobody removes it."""
        found: list[Any] = self.core.list_namespace(field_selector=f"metadata.name={namespace}").items
        return bool(found) and found[0].metadata.deletion_timestamp is None

    def keys(self) -> list[Path]:
        """Return the files with private keys that kernels have written."""
        files = [path for path in self.temporary.rglob("*") if path.is_file()]
        return [
            path for path in files if b"PRIVATE KEY" in path.read_bytes() or b"client-key-data" in path.read_bytes()
        ]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    home = tmp_path_factory.mktemp("home")
    path, temporary = home / ".kube" / "config", home / "tmp"
    path.parent.mkdir()
    temporary.mkdir()
    with EmbeddedCluster(seed=3) as cluster:
        path.write_text(cluster.kubeconfig(certificate=True))
        path.chmod(0o600)
        with config.new_client_from_config(str(path)) as api:
            yield Elsewhere(path, client.CoreV1Api(api), temporary)


@dataclass(frozen=True)
class Kernel:
    """A kernel as Jupyter starts it."""

    manager: KernelManager
    client: BlockingKernelClient

    def run(self, code: str) -> str:
        return kernels.Direct(self.client, lambda: None).run(code)

    def set_up(self) -> str:
        """Run a lesson's set-up cell, and return the namespace; the end will not be easy."""
        self.run(_HARD)
        namespace = self.run(_SET_UP).strip()
        self.run(_HARDER)
        return namespace

    def begin(self) -> None:
        """Run a cell that does not end."""
        self.client.execute(_BUSY)
        self.wait_for("stream")

    def wait_for(self, kind: str) -> None:
        """Wait until the cell that runs sends a message of this kind."""
        while self.client.get_iopub_msg(timeout=kernels.LIMIT)["msg_type"] != kind:
            pass

    def interrupt(self) -> None:
        """Stop the cell that runs, and wait for its end: what is asked before that is dropped."""
        self.manager.interrupt_kernel()
        self.wait_for("error")
        self.wait_for("status")

    def restart(self) -> None:
        """Restart it as Jupyter does: what runs in it may end in order."""
        self.manager.restart_kernel()
        self.client.wait_for_ready(timeout=kernels.LIMIT)


@contextmanager
def kernel(elsewhere: Elsewhere, folder: Path, name: str = "kubelearn") -> Iterator[Kernel]:
    manager = KernelManager(kernel_name=name, shutdown_wait_time=kernels.LIMIT)
    environment = kernels.environment(elsewhere.kubeconfig, by_variable=True)
    manager.start_kernel(env={**environment, "TMPDIR": str(elsewhere.temporary)}, cwd=str(folder))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=kernels.LIMIT)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


def test_a_kernel_that_is_restarted_or_interrupted_and_shut_down(elsewhere: Elsewhere, tmp_path: Path) -> None:
    with kernel(elsewhere, tmp_path) as lesson:
        first = lesson.set_up()
        assert elsewhere.stays(first)
        lesson.restart()
        assert not elsewhere.stays(first)
        second = lesson.set_up()
        lesson.begin()
        lesson.interrupt()
        assert elsewhere.stays(second)
        lesson.manager.shutdown_kernel()
        assert not elsewhere.stays(second)
    assert elsewhere.keys() == []


@pytest.mark.parametrize("name", ["kubelearn", "python3"])
def test_a_kernel_that_is_shut_down_while_a_cell_runs(name: str, elsewhere: Elsewhere, tmp_path: Path) -> None:
    with kernel(elsewhere, tmp_path, name) as lesson:
        namespace = lesson.set_up()
        lesson.begin()
        lesson.manager.shutdown_kernel()
    assert not elsewhere.stays(namespace)
    assert elsewhere.keys() == []


def test_what_a_killed_kernel_leaves_goes_with_the_next_connection(elsewhere: Elsewhere, tmp_path: Path) -> None:
    with kernel(elsewhere, tmp_path) as killed:
        namespace = killed.set_up()
        keys = elsewhere.keys()
        assert len(keys) == 2, "the kubeconfig for kubectl, and the key for the official client"
        assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}
        assert {stat.S_IMODE(path.parent.stat().st_mode) for path in keys} == {0o700}
        killed.manager.shutdown_kernel(now=True)
    assert elsewhere.stays(namespace)
    with kernel(elsewhere, tmp_path) as lesson:
        mine = lesson.set_up()
        assert [elsewhere.stays(namespace), elsewhere.stays(mine)] == [False, True]
        assert not set(keys) & set(elsewhere.keys())
        lesson.manager.shutdown_kernel()
    assert not elsewhere.stays(mine)
    assert elsewhere.keys() == []


def test_whatever_lessons_do_works_with_a_certificate(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(elsewhere.kubeconfig))
    with kubelearn.connect(context="kubelearn") as cluster:
        assert "kubernetes-admin" in _kubectl("auth", "whoami")
        _kubectl("run", "web", f"--image={_AGNHOST}", "--", "netexec", "--http-port=8080")
        _watch_until_ready(cluster)
        assert _kubectl("get", "pods", "--watch", "--request-timeout=1s", "--output=name") == "pod/web\n"
        assert _kubectl("exec", "web", "--", "hostname") == "web\n"
        assert cluster.exec("web", "hostname").stdout == "web"
        assert _forwarded() == "web"


def _kubectl(*arguments: str) -> str:
    done = subprocess.run(["kubectl", *arguments], capture_output=True, text=True, check=False, timeout=kernels.LIMIT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _watch_until_ready(cluster: kubelearn.Cluster) -> None:
    watcher = watch.Watch()
    events: Any = watcher.stream(cluster.core.list_namespaced_pod, cluster.namespace, timeout_seconds=kernels.LIMIT)
    for event in events:
        conditions = event["object"].status.conditions or ()
        if any(each.type == "Ready" and each.status == "True" for each in conditions):
            watcher.stop()
            return
    raise TimeoutError


def _forwarded() -> str:
    """Ask the pod for its name through a port that kubectl forwards."""
    command = ["kubectl", "port-forward", "pod/web", ":8080", "--address=127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[2]
            return urllib3.request("GET", f"http://{address}/hostname", timeout=kernels.LIMIT).data.decode()
        finally:
            process.terminate()
