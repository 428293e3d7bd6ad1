"""A second cluster, the learner's own, which must stay as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubernetes import client, config

from kubelearn.cluster.embedded import EmbeddedCluster

#: What lesson 06 would delete, and more.
_NAMESPACES = ("storage", "market")
_APPS = ("shop", "hello", "web", "door")
_KINDS = ("namespace", "deployment", "service", "pod", "config_map")


@dataclass(frozen=True)
class Second:
    """The learner's cluster, and where their kubeconfig is.

    Attributes:
        kubeconfig: a file whose current context is this cluster.
        before: every object, as it was in the beginning.
    """

    kubeconfig: Path
    api: client.ApiClient
    before: dict[str, str]

    def changes(self) -> list[str]:
        """Return what is not as it was, in words; nothing if nobody was here."""
        now = everything(self.api)
        gone = [f"deleted {name}" for name in self.before.keys() - now.keys()]
        new = [f"created {name}" for name in now.keys() - self.before.keys()]
        changed = [f"changed {name}" for name, uid in now.items() if self.before.get(name, uid) != uid]
        return sorted(gone + new + changed)


@contextmanager
def running(folder: Path) -> Iterator[Second]:
    """Run the second cluster; its kubeconfig stands in ``folder/.kube/config``, where kubectl looks by default."""
    path = folder / ".kube" / "config"
    path.parent.mkdir()
    with EmbeddedCluster(seed=5) as cluster:
        path.write_text(cluster.kubeconfig().replace("kubelearn", "mine"))
        path.chmod(0o600)
        with config.new_client_from_config(str(path)) as api:
            fill(api)
            yield Second(path, api, everything(api))


def fill(api: client.ApiClient) -> None:
    """Make what a lesson's cells could meet: namespaces, Deployments, Services and pods of the same names."""
    core, apps = client.CoreV1Api(api), client.AppsV1Api(api)
    for name in _NAMESPACES:
        core.create_namespace({"metadata": {"name": name}})
    for name in _APPS:
        labels = {"app": name}
        container = {"name": "agnhost", "image": "registry.k8s.io/pause:3.10"}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
        spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
        apps.create_namespaced_deployment("default", {"metadata": {"name": name, "labels": labels}, "spec": spec})
        service = {"selector": labels, "ports": [{"port": 80}]}
        core.create_namespaced_service("default", {"metadata": {"name": name, "labels": labels}, "spec": service})
    spec = {"containers": [{"name": "client", "image": "registry.k8s.io/pause:3.10"}]}
    core.create_namespaced_pod("default", {"metadata": {"name": "client"}, "spec": spec})


def everything(api: client.ApiClient) -> dict[str, str]:
    """Return every object of the kinds that lessons work with: name → what tells that it is the same, unchanged."""
    core, apps = client.CoreV1Api(api), client.AppsV1Api(api)
    found: dict[str, str] = {}
    for kind in _KINDS:
        group: Any = apps if kind == "deployment" else core
        all_of = getattr(group, "list_namespace" if kind == "namespace" else f"list_{kind}_for_all_namespaces")
        for item in all_of().items:
            name = f"{kind} {item.metadata.namespace or ''}/{item.metadata.name}"
            found[name] = f"{item.metadata.uid} {item.metadata.generation} {item.metadata.deletion_timestamp}"
    return found
