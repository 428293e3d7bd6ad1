"""A small world for tests of controllers: the real registry, and a kubelet that just says "ready"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Self

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.controllers.framework import workqueue
from kubelearn.cluster.controllers.framework.informer import Informers
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.meta import Object
from kubelearn.cluster.scheduler.scheduler import Scheduler
from kubelearn.cluster.store import Store
from kubelearn.cluster.timing import Timing

DEPLOYMENTS, REPLICASETS = "deployments.apps", "replicasets.apps"
SLICES = "endpointslices.discovery.k8s.io"


class FakeKubelet:
    """Makes scheduled pods Running and Ready at once, and ends pods that are being deleted."""

    def __init__(self, registry: Registry):
        self.registry = registry
        self.makes_ready: Callable[[Object], bool] = lambda pod: True
        self.ends: Callable[[Object], bool] = lambda pod: True
        self.addresses = 0

    def step(self) -> bool:
        """Do what is to do; return whether there was anything."""
        acted = False
        for pod in self.registry.list("pods"):
            namespace, name = meta.namespace_of(pod), meta.name_of(pod)
            if meta.is_terminating(pod):
                if self.ends(pod) and pod["metadata"].get("deletionGracePeriodSeconds") != 0:
                    self.registry.delete("pods", namespace, name, grace_period=0)
                    acted = True
            elif self._is_to_change(pod):
                self.set_running(pod, self.makes_ready(pod))
                acted = True
        return acted

    def _is_to_change(self, pod: Object) -> bool:
        if not pod["spec"].get("nodeName"):
            return False
        phase = pod["status"]["phase"]
        return phase == "Pending" or (phase == "Running" and not meta.is_ready(pod) and self.makes_ready(pod))

    def set_running(self, pod: Object, ready: bool) -> None:
        self.addresses += 1
        ip = (pod.get("status") or {}).get("podIP") or f"10.244.{1 + self.addresses // 250}.{2 + self.addresses % 250}"
        set_status(self.registry, pod, phase="Running", podIP=ip, podIPs=[{"ip": ip}], ready=ready)


def set_status(registry: Registry, pod: Object, *, ready: bool | None = None, **fields: Any) -> Object:
    """Write a pod's status as a kubelet does."""

    def change(item: Object) -> None:
        item["status"].update(fields)
        if ready is not None:
            condition = {
                "type": "Ready",
                "status": str(ready),
                "lastProbeTime": None,
                "lastTransitionTime": meta.timestamp(),
            }
            others = [other for other in item["status"].get("conditions") or () if other["type"] != "Ready"]
            item["status"]["conditions"] = [*others, condition]

    return registry.modify(
        "pods", meta.namespace_of(pod), meta.name_of(pod), change, subresource="status", manager="kubelet"
    )


class World:
    """A registry with some controllers; nothing moves except in :meth:`settle`.

    As a context manager it lets no key rest, however slow the machine is, and cancels what is due later at its end.
    """

    def __init__(self, *kinds: Callable[[Informers], Controller], nodes: int = 2, scheduler: bool = True):
        self.registry = Registry(Store(), seed=7)
        for namespace in ("default", "course"):
            self.registry.create("namespaces", "", {"metadata": {"name": namespace}})
        for number in range(nodes):
            self.node(f"worker{number}")
        self.informers = Informers(self.registry)
        self.controllers: list[Controller] = [kind(self.informers) for kind in kinds]
        if scheduler:
            self.controllers.append(Scheduler(self.registry, Timing(pace=0), "control-plane"))
        self.kubelet = FakeKubelet(self.registry)

    def __enter__(self) -> Self:
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(workqueue, "REST", 0.0)
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.undo()
        for controller in self.controllers:
            controller.queue.close()

    def node(
        self,
        name: str,
        *,
        taints: Iterable[Object] = (),
        pods: int = 110,
        labels: dict[str, str] | None = None,
        **allocatable: str,
    ) -> Object:
        """Create a node."""
        spec: Object = {"taints": list(taints)} if taints else {}
        metadata = {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}}
        self.registry.create("nodes", "", {"metadata": metadata, "spec": spec})

        def change(node: Object) -> None:
            node["status"] = {
                "allocatable": {"pods": str(pods), **allocatable},
                "conditions": [{"type": "Ready", "status": "True"}],
            }

        return self.registry.modify("nodes", "", name, change, subresource="status")

    def step(self) -> bool:
        """Let each controller work on all that waits; return whether anything did."""
        acted = False
        for controller in self.controllers:
            controller.informers.refresh()
            while (key := controller.queue.take()) is not None:
                controller.work_on(key)
                acted = True
        return acted

    def settle(self, kubelet: bool = True) -> None:
        """Let everybody work until nobody has anything to do."""
        for _ in range(1000):
            acted = self.step()
            acted = (kubelet and self.kubelet.step()) or acted
            if not acted:
                return
        raise AssertionError("the controllers do not come to rest")

    def events(self, *reasons: str) -> list[str]:
        """Return the messages of events, in order of creation."""
        found = [event for event in self.registry.list("events") if not reasons or event["reason"] in reasons]
        return [
            event["message"] for event in sorted(found, key=lambda event: int(event["metadata"]["resourceVersion"]))
        ]

    def pods(self, namespace: str = "course", **labels: str) -> list[Object]:
        return [pod for pod in self.registry.list("pods", namespace) if labels.items() <= meta.labels_of(pod).items()]

    def deployment(self, name: str = "web", replicas: int = 3, **spec: Any) -> Object:
        """Create a Deployment."""
        spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template(name), **spec}
        return self.registry.create(DEPLOYMENTS, "course", {"metadata": {"name": name}, "spec": spec})

    def service(self, name: str = "web", **spec: Any) -> Object:
        """Create a Service."""
        spec = {"selector": {"app": name}, "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}], **spec}
        return self.registry.create(
            "services", "course", {"metadata": {"name": name}, "spec": {k: v for k, v in spec.items() if v is not None}}
        )

    def pod(
        self,
        name: str,
        *,
        node: str = "worker0",
        labels: dict[str, str] | None = None,
        ready: bool | None = True,
        **spec: Any,
    ) -> Object:
        """Create a pod that runs already; ``ready=None`` leaves it Pending without a node."""
        spec = {**template("web")["spec"], **meta.thaw(spec), **({} if ready is None else {"nodeName": node})}
        made = self.registry.create(
            "pods",
            "course",
            {"metadata": {"name": name, "labels": {"app": "web"} if labels is None else labels}, "spec": spec},
        )
        if ready is not None:
            self.kubelet.set_running(made, ready)
        return self.registry.get("pods", "course", name)

    def change(self, resource: str, name: str, change: Callable[[Object], Any], namespace: str = "course") -> Object:
        """Change an object as a user does."""
        return self.registry.modify(resource, namespace, name, lambda item: change(item) and None, manager="kubectl")


def template(app: str, image: str = "nginx:1.27") -> Object:
    """Return a pod template."""
    return {"metadata": {"labels": {"app": app}}, "spec": {"containers": [{"name": "c", "image": image}]}}
