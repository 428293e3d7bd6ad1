"""What holds once a cluster has come to rest."""

from __future__ import annotations

from .api import Api, Object


def problems(api: Api) -> list[str]:
    """Return what does not hold (yet), in words; empty when all is well."""
    pods, services = api.list("pods"), api.list("services")
    deployments, sets, slices = api.list("deployments"), api.list("replicasets"), api.list("endpointslices")
    return [
        *_endpoints(services, pods, slices, api.list("endpoints")),
        *_orphans([*deployments, *services], sets, pods, slices),
        *(problem for deployment in deployments for problem in _deployment(deployment, sets, pods)),
        *_leftovers(pods),
    ]


def _name(obj: Object) -> str:
    return str(obj["metadata"]["name"])


def _is_ready(pod: Object) -> bool:
    return any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions", ()))


def _terminating(obj: Object) -> bool:
    return "deletionTimestamp" in obj["metadata"]


def _selects(selector: Object, obj: Object) -> bool:
    return bool(selector) and selector.items() <= obj["metadata"].get("labels", {}).items()


def _endpoints(services: list[Object], pods: list[Object], slices: list[Object], endpoints: list[Object]) -> list[str]:
    """Endpoints equal the ready pods that match, in both of their forms."""
    found = []
    for service in services:
        selector, name = service["spec"].get("selector") or {}, _name(service)
        if not selector:
            continue
        wanted = {
            pod["status"]["podIP"]
            for pod in pods
            if _selects(selector, pod) and _is_ready(pod) and not _terminating(pod)
        }
        mine = [item for item in slices if item["metadata"]["labels"].get("kubernetes.io/service-name") == name]
        sliced = [
            address
            for item in mine
            for e in item["endpoints"] or ()
            if e["conditions"]["ready"]
            for address in e["addresses"]
        ]
        listed = [
            a["ip"]
            for e in endpoints
            if _name(e) == name
            for subset in e.get("subsets") or ()
            for a in subset.get("addresses") or ()
        ]
        for kind, addresses in (("EndpointSlices", sliced), ("Endpoints", listed)):
            if sorted(addresses) != sorted(wanted):
                found.append(f"{kind} of {name} are {sorted(addresses)}, ready pods {sorted(wanted)}")
    return found


def _orphans(owners: list[Object], sets: list[Object], pods: list[Object], slices: list[Object]) -> list[str]:
    """Whatever names an owner has one."""
    known = {obj["metadata"]["uid"] for obj in (*owners, *sets)}
    return [
        f"{_name(obj)} is owned by {owner['kind']} {owner['name']}, which is gone"
        for obj in (*sets, *pods, *slices)
        for owner in obj["metadata"].get("ownerReferences", ())
        if owner["kind"] != "Node" and owner["uid"] not in known
    ]


def _deployment(deployment: Object, sets: list[Object], pods: list[Object]) -> list[str]:
    """A Deployment has what it asks for, unless it is told not to, or its new pods cannot become ready."""
    name, spec, status = _name(deployment), deployment["spec"], deployment.get("status", {})
    if _terminating(deployment):
        return [f"deployment {name} is still being deleted"]
    if status.get("observedGeneration") != deployment["metadata"]["generation"]:
        return [
            f"deployment {name}: generation {deployment['metadata']['generation']}, observed"
            f" {status.get('observedGeneration')}"
        ]
    found, own = [], [item for item in sets if _owns(deployment, item)]
    for item in own:
        mine = [pod for pod in pods if not _terminating(pod) and _owns(item, pod)]
        if len(mine) != item["spec"]["replicas"] or item["status"]["replicas"] != len(mine):
            found.append(
                f"replicaset {_name(item)}: wants {item['spec']['replicas']}, says {item['status']['replicas']}, has"
                f" {len(mine)}"
            )
    if spec.get("paused") or _is_broken(deployment) or _is_stuck(deployment, own):
        return found
    counts = [status.get(key, 0) for key in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")]
    if counts != [spec["replicas"]] * 4:
        found.append(f"deployment {name}: wants {spec['replicas']}, has replicas, updated, ready, available {counts}")
    return found


def _owns(owner: Object, obj: Object) -> bool:
    return any(reference["uid"] == owner["metadata"]["uid"] for reference in obj["metadata"].get("ownerReferences", ()))


def _is_stuck(deployment: Object, sets: list[Object]) -> bool:
    """Return whether a real controller would not go on either.

    One that recreates and has adopted several ReplicaSets with pods takes their old sizes for a
    scaling for ever (K/pkg/controller/deployment/sync.go, isScalingEvent and scale).
    """
    active = [item for item in sets if item["spec"]["replicas"]]
    return deployment["spec"]["strategy"]["type"] == "Recreate" and len(active) > 1


def _is_broken(deployment: Object) -> bool:
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return bool(container["image"].startswith("nosuch") or container["readinessProbe"]["httpGet"]["path"] == "/dial")


def _leftovers(pods: list[Object]) -> list[str]:
    """Nothing is on its way out for ever."""
    return [f"pod {_name(pod)} is still terminating" for pod in pods if _terminating(pod)]
