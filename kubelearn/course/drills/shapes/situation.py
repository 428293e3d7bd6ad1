"""A situation of applications that call each other: all is well in it until a fault is put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from string import Template
from typing import Any

import yaml

from kubelearn.course.exercises import manifests
from kubelearn.target.images import AGNHOST

#: An object as a manifest has it.
Manifest = dict[str, Any]
#: The container that answers, and its port, where there is only one.
WEB = "web"
#: A label of callers, by which rules for who may call know them; no Service asks for it.
PART_OF = "calls-as"
#: In an EndpointSlice by hand: the address of the pod of the Service's name, once it has one.
POD_ADDRESS = "the pod's address"
#: The container that calls, the variable that has the address, and what runs there: a line of its log for each call,
#: with the address and the answer.
CALLS, ADDRESS = "calls", "ASKS"
_ASK = f'while true; do echo "${ADDRESS} $(curl -sS -m 2 "${ADDRESS}" 2>&1)"; sleep 0.5; done'
#: Kubernetes gives a program half a minute to stop; a shell that only waits needs none of it.
_STOP = 1


@dataclass(frozen=True)
class Route:
    """One application calls another.

    Attributes:
        caller: the Deployment that calls.
        home: its namespace.
        app: the Deployment whose pods should answer.
        ns: its namespace, and that of its Service.
        service: name of the Service.
        port: of the Service.
        target: where the pods listen.
        url: the address, as agreed.
        part: name of the container that answers, of its port, and of the Service's.
        other: a name that nothing has.
        spare: a port that nothing has.
        is_headless: the Service has no address of its own, so that nobody translates ports.
        is_by_hand: what answers is a pod, as a machine outside of the cluster, and not a Deployment: the Service finds
            it by an EndpointSlice by hand.
    """

    caller: str
    home: str
    app: str
    ns: str
    service: str
    port: int
    target: int
    url: str
    other: str
    spare: int
    part: str = WEB
    is_headless: bool = False
    is_by_hand: bool = False

    def fill(self, text: str) -> str:
        """Return text with what this route has for ``$app``, ``$port``, …; a shell's own ``$(…)`` stays.

        ``$host`` is the address without a port. ``$VARIABLE`` is how the variables begin that pods have of the
        Service: ``SHOP`` in ``SHOP_SERVICE_HOST``.
        """
        known = {**asdict(self), "host": self.host, "VARIABLE": self.service.upper().replace("-", "_")}
        return Template(text).safe_substitute(known)

    @property
    def host(self) -> str:
        """The address without a port."""
        return self.url.removesuffix("/hostname").removesuffix(f":{self.port}")


@dataclass(frozen=True)
class Situation:
    """Applications, and who calls whom.

    Attributes:
        shape: the name of its shape.
        routes: who calls whom.
        objects: manifests, each with its namespace.
    """

    shape: str
    routes: tuple[Route, ...]
    objects: tuple[Manifest, ...]

    @property
    def namespaces(self) -> list[str]:
        """The namespaces, that of the first application first."""
        return list(dict.fromkeys(name for route in self.routes for name in (route.ns, route.home)))


def server(name: str, namespace: str, ports: Mapping[str, int], replicas: int) -> Manifest:
    """Return a Deployment of servers that tell their pod's name, and whether they are ready.

    Args:
        ports: name of a container → where it listens.
    """
    found = _loaded(manifests.server(name, ports, replicas), namespace)
    pod = found["spec"]["template"]["spec"]
    pod["terminationGracePeriodSeconds"] = _STOP
    for container in pod["containers"]:
        del container["env"]
        container["readinessProbe"] = {
            "httpGet": {"path": "/readyz", "port": ports[container["name"]]},
            "periodSeconds": 1,
        }
    return found


def calling(url: str) -> Manifest:
    """Return a container that calls an address again and again, and writes down what it gets."""
    variable = {"name": ADDRESS, "value": url}
    return {"name": CALLS, "image": AGNHOST, "command": ["sh", "-c", _ASK], "env": [variable]}


def caller(name: str, namespace: str, url: str) -> Manifest:
    """Return a Deployment that does nothing but call an address."""
    pod = {"containers": [calling(url)], "terminationGracePeriodSeconds": _STOP}
    template = {"metadata": {"labels": {"app": name, PART_OF: name}}, "spec": pod}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def service(name: str, namespace: str, ports: Mapping[str, tuple[int, int]], *, headless: bool = False) -> Manifest:
    """Return a Service for the pods of the application of its name.

    Args:
        ports: name of a port → its number, and where the pods listen.
    """
    (port, target), *_ = ports.values()
    found = _loaded(manifests.service(name, name, port, target, headless=headless), namespace)
    found["spec"]["ports"] = [
        {"name": part, "port": port, "targetPort": target} for part, (port, target) in ports.items()
    ]
    return found


def address(service: str, port: int) -> str:
    """Return how a Service is called: port 80 is not written."""
    return f"http://{service}{'' if port == 80 else f':{port}'}/hostname"


def _loaded(text: str, namespace: str) -> Manifest:
    found: Manifest = yaml.safe_load(text)
    found["metadata"]["namespace"] = namespace
    return found
