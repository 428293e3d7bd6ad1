"""Which cluster is measured: an embedded one, or any that a kubeconfig leads to."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from kubernetes import client, config

from kubelearn.cluster.embedded import EmbeddedCluster
from kubelearn.target import choice, workdir, workspace
from kubelearn.target.execution import Completed, run_in_pod

NAMESPACE = "kubelearn-benchmark"
AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"


@dataclass(frozen=True)
class Elsewhere:
    """A cluster that is not the embedded one.

    Attributes:
        kubeconfig: a private file with one context, and all that it needs.
        context: the context's name.
    """

    kubeconfig: Path
    context: str


@contextmanager
def elsewhere(kubeconfig: Path, context: str) -> Iterator[Elsewhere]:
    """Yield a context of a kubeconfig, by default the current one; what is wrong with it kubectl says."""
    command = ["kubectl", "config", "view", "--raw", "--flatten", "--minify", f"--kubeconfig={kubeconfig}"]
    done = subprocess.run([*command, f"--context={context}"], check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.returncode)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config"
        workdir.write_private(path, done.stdout)
        yield Elsewhere(path, yaml.safe_load(done.stdout)["current-context"])


def environment(place: Elsewhere | None) -> dict[str, str]:
    """Return the environment in which the course connects to a cluster; None for the embedded one."""
    here = {name: value for name, value in os.environ.items() if name != choice.TARGET_VARIABLE}
    if place is None:
        return here
    return {**here, "KUBECONFIG": str(place.kubeconfig), choice.TARGET_VARIABLE: f"context={place.context}"}


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

    def tls(self) -> ssl.SSLContext:
        """Return how to connect to its API server: whom to believe, and the certificate to show."""
        settings = self.api.configuration
        found = ssl.create_default_context(cafile=settings.ssl_ca_cert)
        if not settings.verify_ssl:
            found.check_hostname, found.verify_mode = False, ssl.CERT_NONE
        if settings.cert_file:
            found.load_cert_chain(settings.cert_file, settings.key_file)
        return found

    def room(self) -> int:
        """Return for how many more pods there is room on the nodes that take any."""
        free = 0
        for node in self.core.list_node().items:
            if not (
                node.spec.unschedulable or any(taint.effect != "PreferNoSchedule" for taint in node.spec.taints or ())
            ):
                there = self.core.list_pod_for_all_namespaces(field_selector=f"spec.nodeName={node.metadata.name}")
                free += int(node.status.allocatable["pods"]) - len(there.items)
        return free

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
        return run_in_pod(self.core, NAMESPACE, pod, command, timeout=900)


@contextmanager
def target(place: Elsewhere | None, workers: int = 2) -> Iterator[Target]:
    """Yield a cluster, by default an embedded one with so many workers; its namespace goes afterwards."""
    if place is not None:
        with _with_namespace(place.kubeconfig.read_text()) as found:
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
        workdir.write_private(path, text)
        api = config.new_client_from_config(config_file=str(path))  # type: ignore[no-untyped-call]
        found = Target(path, api, folder)
        found.kubectl("config", "set-context", "--current", f"--namespace={NAMESPACE}")
        found.kubectl("create", "namespace", NAMESPACE)
        try:
            workspace.settle(found.core, NAMESPACE)
            yield found
        finally:
            found.kubectl("delete", "namespace", NAMESPACE)
            api.close()
