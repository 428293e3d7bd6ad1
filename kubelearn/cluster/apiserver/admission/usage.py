"""What an object takes of a quota, and which objects a quota counts (K/pkg/quota/v1/evaluator/core)."""

from __future__ import annotations

import time
from fractions import Fraction

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.kinds.pod.strategy import qos_class
from kubelearn.cluster.apiserver.kinds.storage import storageclass
from kubelearn.cluster.apiserver.kinds.storage.validation import size_of
from kubelearn.cluster.apiserver.podspec import resources
from kubelearn.cluster.apiserver.validation.quantities import value_of
from kubelearn.cluster.meta import Object

Amounts = resources.Amounts
_OF_CLASS = ".storageclass.storage.k8s.io/"
_PLAIN_COUNTS = frozenset({"configmaps", "resourcequotas", "replicationcontrollers", "secrets"})
_COMPUTE = ("cpu", "memory", "ephemeral-storage")
#: What a quota can ask each container to set.
_MUST_BE_SET = frozenset(
    {"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"},
)
_SERVICE_NAMES = ("services", "services.nodeports", "services.loadbalancers")


def resource_of(name: str) -> str:
    """Return which resource a quota's entry is about, by its name in the store; empty for none."""
    if name.startswith("count/"):
        return name.removeprefix("count/")
    if name in _SERVICE_NAMES:
        return "services"
    if name in _PLAIN_COUNTS:
        return name
    if name in ("persistentvolumeclaims", "requests.storage") or _OF_CLASS in name:
        return "persistentvolumeclaims"
    is_pod = name == "pods" or name.startswith(("requests.", "hugepages-"))
    return "pods" if is_pod or name.removeprefix("limits.") in _COMPUTE else ""


def usage(resource: str, obj: Object) -> Amounts:
    """Return what an object takes."""
    found = {f"count/{resource}": Fraction(1)}
    if resource in _PLAIN_COUNTS:
        found[resource] = Fraction(1)
    elif resource == "pods":
        found |= _pod(obj)
    elif resource == "services":
        found |= _service(obj["spec"])
    elif resource == "persistentvolumeclaims":
        found |= _claim(obj)
    return found


def _counts(pod: Object) -> bool:
    """Return whether a pod still takes something (QuotaV1Pod): it has not ended, nor outlived its deletion."""
    if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return False
    metadata = pod["metadata"]
    if "deletionTimestamp" not in metadata:
        return True
    patience: int = metadata.get("deletionGracePeriodSeconds", 0)
    return meta.seconds_of(metadata["deletionTimestamp"]) + patience > time.time()


def _pod(pod: Object) -> Amounts:
    if not _counts(pod):
        return {}
    spec = pod["spec"]
    return {"pods": Fraction(1)} | _compute(resources.total(spec, "requests"), resources.total(spec, "limits"))


def _compute(requests: Amounts, limits: Amounts) -> Amounts:
    """Return what requests and limits count as (podComputeUsageHelper)."""
    found: Amounts = {}
    for name, amount in requests.items():
        if name in _COMPUTE or name.startswith("hugepages-"):
            found[name] = amount
        found[f"requests.{name}"] = amount
    return found | {f"limits.{name}": amount for name, amount in limits.items() if name in _COMPUTE}


def unset(pod: Object, names: set[str]) -> dict[str, list[str]]:
    """Return what a quota asks each container to set and which do not: entry → containers."""
    wanted = names & _MUST_BE_SET
    found: dict[str, list[str]] = {}
    for key in ("containers", "initContainers"):
        for container in pod["spec"].get(key) or () if wanted else ():
            given = _compute(resources.amounts(container, "requests"), resources.amounts(container, "limits"))
            for name in wanted - given.keys():
                found.setdefault(name, []).append(container["name"])
    return found


def _service(spec: Object) -> Amounts:
    found = dict.fromkeys(_SERVICE_NAMES, Fraction(0)) | {"services": Fraction(1)}
    ports = spec.get("ports") or ()
    if spec.get("type") == "NodePort":
        found["services.nodeports"] = Fraction(len(ports))
    elif spec.get("type") == "LoadBalancer":
        found["services.loadbalancers"] = Fraction(1)
        is_opened = spec.get("allocateLoadBalancerNodePorts") is not False
        found["services.nodeports"] = Fraction(sum(is_opened or bool(port.get("nodePort")) for port in ports))
    return found


def _claim(claim: Object) -> Amounts:
    given = value_of(((claim.get("status") or {}).get("allocatedResources") or {}).get("storage", "0"))
    found = {"persistentvolumeclaims": Fraction(1), "requests.storage": max(size_of(claim), given)}
    name = storageclass.name_of(claim)
    return found | ({f"{name}{_OF_CLASS}{key}": amount for key, amount in found.items()} if name else {})


def is_in_scope(quota: Object, resource: str, obj: Object) -> bool:
    """Return whether an object is in all scopes of a quota (Matches)."""
    spec = quota["spec"]
    selected = [{"scopeName": scope, "operator": "Exists"} for scope in spec.get("scopes") or ()]
    selected += (spec.get("scopeSelector") or {}).get("matchExpressions") or ()
    return all(resource == "pods" and _matches(expression, obj) for expression in selected)


def _matches(expression: Object, pod: Object) -> bool:
    scope, spec = expression["scopeName"], pod["spec"]
    ends = spec.get("activeDeadlineSeconds") is not None
    simple = {
        "Terminating": ends,
        "NotTerminating": not ends,
        "BestEffort": qos_class(spec) == "BestEffort",
        "NotBestEffort": qos_class(spec) != "BestEffort",
        "CrossNamespacePodAffinity": _reaches_out(spec),
    }
    if scope != "PriorityClass":
        return simple.get(scope, False)
    name, values = spec.get("priorityClassName") or "", expression.get("values") or ()
    operator: str = expression["operator"]
    if operator in ("Exists", "DoesNotExist"):
        return bool(name) == (operator == "Exists")
    return (name in values) == (operator == "In")


def _reaches_out(spec: Object) -> bool:
    """Return whether a pod's affinity names other namespaces."""
    affinity = spec.get("affinity") or {}
    terms = [term for kind in ("podAffinity", "podAntiAffinity") for term in _terms(affinity.get(kind) or {})]
    return any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in terms)


def _terms(affinity: Object) -> list[Object]:
    preferred = affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
    return [*required, *(term["podAffinityTerm"] for term in preferred)]
