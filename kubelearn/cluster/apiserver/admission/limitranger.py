"""Defaults and bounds of a namespace (K/plugin/pkg/admission/limitranger)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.kinds.quota.limitrange import LIMIT_RANGES
from kubelearn.cluster.apiserver.podspec import resources
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.apiserver.validation.quantities import shown, value_of
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoredObjects

_ANNOTATION = "kubernetes.io/limit-ranger"
_CONTAINERS = (("containers", "container"), ("initContainers", "init container"))
_Amounts = resources.Amounts


def fill_in(registry: StoredObjects, kind: Resource, obj: Object) -> None:
    """Give the containers of a new pod the requests and limits that they do not set."""
    if kind.key != "pods":
        return
    for limit_range in registry.list(LIMIT_RANGES, meta.namespace_of(obj)):
        defaults: dict[str, Object] = {"requests": {}, "limits": {}}
        for item in limit_range["spec"]["limits"] or ():
            if item["type"] == "Container":
                defaults["requests"] |= item.get("defaultRequest") or {}
                defaults["limits"] |= item.get("default") or {}
        notes = [
            note
            for key, what in _CONTAINERS
            for container in obj["spec"].get(key) or ()
            for note in _merge(container, defaults, what)
        ]
        if notes:
            annotations = meta.annotations_of(obj)
            obj["metadata"]["annotations"] = {**annotations, _ANNOTATION: f"LimitRanger plugin set: {'; '.join(notes)}"}


def _merge(container: Object, defaults: dict[str, Object], what: str) -> Iterator[str]:
    """Fill in one container, and yield what was set."""
    found = container.setdefault("resources", {})
    for kind, amounts in defaults.items():
        known = found.get(kind) or {}
        added = {name: amount for name, amount in amounts.items() if name not in known}
        if added:
            found[kind] = {**known, **added}
            yield f"{', '.join(sorted(added))} {kind[:-1]} for {what} {container.get('name', '')}"


def check(registry: StoredObjects, kind: Resource, obj: Object, old: Object | None = None) -> None:
    """Refuse a pod or claim that is out of bounds; what a pod asks for is not looked at again.

    Args:
        old: what is replaced, None for a new object.

    Raises:
        ApiError: 403, with everything that is.
    """
    find = _BOUND.get(kind.key)
    if find is None or (old is not None and kind.key == "pods"):
        return
    for limit_range in registry.list(LIMIT_RANGES, meta.namespace_of(obj)):
        found = [text for item in limit_range["spec"]["limits"] or () for text in find(item, obj["spec"])]
        problems = list(dict.fromkeys(found))
        if problems:
            why = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
            raise errors.forbidden(kind.plural, meta.name_of(obj), why)


def _problems_of_pod(item: Object, spec: Object) -> Iterator[str]:
    if item["type"] == "Container":
        for key, _ in _CONTAINERS:
            for container in spec.get(key) or ():
                asked, limited = (resources.amounts(container, kind) for kind in ("requests", "limits"))
                yield from _problems(item, asked, limited)
    elif item["type"] == "Pod":
        yield from _problems(item, resources.total(spec, "requests"), resources.total(spec, "limits"))


def _problems_of_claim(item: Object, spec: Object) -> Iterator[str]:
    if item["type"] != "PersistentVolumeClaim":
        return
    asked = resources.amounts(spec, "requests")
    for name, bound in sorted((item.get("min") or {}).items()):
        yield from _below(f"minimum {name} usage per {item['type']} is {bound}", bound, asked.get(name), None)
    for name, bound in sorted((item.get("max") or {}).items()):
        yield from _above(f"maximum {name} usage per {item['type']} is {bound}", bound, asked.get(name), "request")


#: What has bounds, and how it is checked.
_BOUND = {"pods": _problems_of_pod, "persistentvolumeclaims": _problems_of_claim}


def _problems(item: Object, asked: _Amounts, limited: _Amounts) -> Iterator[str]:
    kind = item["type"]
    for name, bound in sorted((item.get("min") or {}).items()):
        yield from _below(f"minimum {name} usage per {kind} is {bound}", bound, asked.get(name), limited.get(name))
    for name, bound in sorted((item.get("max") or {}).items()):
        about = f"maximum {name} usage per {kind} is {bound}"
        problem = list(_above(about, bound, limited.get(name), "limit"))
        if not problem and name in asked:
            problem = list(_above(about, bound, asked[name], "request"))
        yield from problem
    for name, bound in sorted((item.get("maxLimitRequestRatio") or {}).items()):
        about = f"{name} max limit to request ratio per {kind} is {bound}"
        yield from _ratio(about, bound, asked.get(name), limited.get(name))


def _below(about: str, bound: str, request: Fraction | None, limit: Fraction | None) -> Iterator[str]:
    if request is None:
        yield f"{about}.  No request is specified"
    elif request < value_of(bound):
        yield f"{about}, but request is {shown(request, bound)}"
    elif limit is not None and limit < value_of(bound):
        yield f"{about}, but limit is {shown(limit, bound)}"


def _above(about: str, bound: str, amount: Fraction | None, what: str) -> Iterator[str]:
    if amount is None:
        yield f"{about}.  No {what} is specified"
    elif amount > value_of(bound):
        yield f"{about}, but {what} is {shown(amount, bound)}"


def _ratio(about: str, bound: str, request: Fraction | None, limit: Fraction | None) -> Iterator[str]:
    if not request:
        yield f"{about}, but no request is specified or request is 0"
    elif not limit:
        yield f"{about}, but no limit is specified or limit is 0"
    elif limit / request > value_of(bound):
        yield f"{about}, but provided ratio is {float(limit / request):f}"
