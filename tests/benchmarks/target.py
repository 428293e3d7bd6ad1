"""Which cluster is measured: an embedded one, or any that a kubeconfig leads to."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kubernetes import client, config

from kubelearn.cluster.embedded import EmbeddedCluster
from kubelearn.target.execution import Completed, run_in_pod

NAMESPACE = "kubelearn-benchmark"
AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"


@dataclass(frozen=True)
class Target:
    """A cluster with a namespace for the benchmark.

    Attributes:
        kubeconfig: leads to it, and to the namespace.
        api: the official client's.
        folder: for files, gone afterwards.
    """

    kubeconfig: Path
    api: client.ApiClient
    folder: Path
    namespace: str = NAMESPACE

    @property
    def core(self) -> client.CoreV1Api:
        return client.CoreV1Api(self.api)

    def kubectl(self, *arguments: str, kubeconfig: Path | None = None) -> str:
        """Run kubectl and return what it prints.

        Raises:
            subprocess.CalledProcessError: it failed.
        """
        env = dict(os.environ, KUBECONFIG=str(kubeconfig or self.kubeconfig), KUBECACHEDIR=str(self.folder / "cache"))
        return subprocess.run(["kubectl", *arguments], check=True, capture_output=True, text=True, env=env).stdout

    def ready(self, deployment: str, replicas: int) -> None:
        """Wait until a Deployment has all its replicas."""
        self.kubectl("rollout", "status", f"deployment/{deployment}", "--timeout=300s")
        found = client.AppsV1Api(self.api).read_namespaced_deployment(deployment, NAMESPACE)
        assert found.status is not None
        assert found.status.ready_replicas == replicas

    def exec(self, pod: str, *command: str) -> Completed:
        return run_in_pod(self.core, NAMESPACE, pod, command, timeout=300)


@contextmanager
def target(kubeconfig: Path | None, workers: int = 2) -> Iterator[Target]:
    """Yield the cluster of a kubeconfig, or an embedded one with so many workers; its namespace goes afterwards."""
    if kubeconfig is not None:
        with _with_namespace(kubeconfig.read_text()) as found:
            yield found
        return
    nodes = ("control-plane", *(f"worker{number}" for number in range(1, workers + 1)))
    with EmbeddedCluster(nodes=nodes) as cluster, _with_namespace(cluster.kubeconfig(NAMESPACE)) as found:
        yield found


@contextmanager
def _with_namespace(text: str) -> Iterator[Target]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "config"
        path.touch(0o600)
        path.write_text(text)
        api = config.new_client_from_config(config_file=str(path))  # type: ignore[no-untyped-call]
        found = Target(path, api, folder)
        found.kubectl("config", "set-context", "--current", f"--namespace={NAMESPACE}")
        found.kubectl("create", "namespace", NAMESPACE)
        try:
            yield found
        finally:
            found.kubectl("delete", "namespace", NAMESPACE)
            api.close()
