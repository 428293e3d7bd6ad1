"""A Service without a selector, and an EndpointSlice by hand: it leads to a machine, a pod that nobody replaces."""

from __future__ import annotations

from kubelearn.target.images import AGNHOST

from .names import Names
from .situation import POD_ADDRESS, WEB, Manifest, Route, Situation, address, caller, service


def make(names: Names) -> Situation:
    """Make a situation."""
    app, calls, place = names.application(), names.application(), names.place()
    port, target = names.port(), names.target()
    url = address(app, port)
    other, spare = names.application(), names.target()
    route = Route(calls, place, app, place, app, port, target, url, other, spare, is_by_hand=True)
    found = service(app, place, {WEB: (port, target)})
    del found["spec"]["selector"]
    return Situation(
        "slice-by-hand",
        (route,),
        (_machine(app, place, target), found, _slice(app, place, target), caller(calls, place, url)),
    )


def _machine(name: str, namespace: str, target: int) -> Manifest:
    container = {"name": WEB, "image": AGNHOST, "args": ["netexec", f"--http-port={target}", "--udp-port=-1"]}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}


def _slice(name: str, namespace: str, target: int) -> Manifest:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": f"{name}-by-hand",
            "namespace": namespace,
            "labels": {"kubernetes.io/service-name": name},
        },
        "addressType": "IPv4",
        "ports": [{"name": WEB, "port": target}],
        "endpoints": [{"addresses": [POD_ADDRESS]}],
    }
