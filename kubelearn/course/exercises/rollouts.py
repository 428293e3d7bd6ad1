"""Whether a Deployment's last change has arrived; if not, what its readiness probe gets."""

from __future__ import annotations

from kubelearn.target.connection import Cluster

from .core import NotYet
from .probe import Found, deployment, patiently, running
from .through import available


def updated(cluster: Cluster, name: str) -> None:
    """Wait until all pods of a Deployment have its present template and are ready.

    Raises:
        NotYet: that does not happen; with what the readiness probe gets, if it asks over HTTP.
    """
    try:
        patiently(lambda: available(cluster, name))
    except NotYet as reason:
        raise NotYet(
            f"{reason}.{_probe_fault(cluster, name, deployment(cluster, name).spec.template.spec.containers[0])}"
        ) from None


def _probe_fault(cluster: Cluster, name: str, container: Found) -> str:
    """Say what a readiness probe over HTTP gets, by asking the same from inside a pod that is not ready."""
    asked = container.readiness_probe and container.readiness_probe.http_get
    pods: list[Found] = cluster.core.list_namespaced_pod(cluster.namespace, label_selector=f"app={name}").items
    ready = [pod.metadata.name for pod in running(cluster, f"app={name}")]
    waiting = [pod for pod in pods if _is_running(pod) and pod.metadata.name not in ready]
    if not asked or not waiting:
        return ""
    url = f"http://localhost:{asked.port}{asked.path}"
    got = cluster.exec(
        waiting[-1].metadata.name, "curl", "-sS", "-m", "2", "-o", "/dev/null", "-w", "%{http_code}", url
    )
    said = f"the status {got.stdout}" if not got.code else f"`{got.stderr.strip()}`"
    return (
        f" The probe asks for `{asked.path}` on port {asked.port}; "
        f"in a pod that is not ready, the same request gets {said}"
    )


def _is_running(pod: Found) -> bool:
    statuses = pod.status.container_statuses or ()
    return not pod.metadata.deletion_timestamp and any(status.state.running for status in statuses)
