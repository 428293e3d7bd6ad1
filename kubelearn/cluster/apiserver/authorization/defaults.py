"""Objects of the roles and bindings that every cluster has; see :mod:`.policy`."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterable, Iterator

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object

from . import rbac
from .controller_policy import CONTROLLERS
from .policy import ACCOUNTS, AGGREGATED, BINDINGS, CLUSTER_ROLES, NAMESPACED_BINDINGS, ROLES, Rules

_WORDS = {
    "read": ("get", "list", "watch"),
    "write": ("create", "delete", "deletecollection", "patch", "update"),
    "core": ("",),
}
_API_VERSION = f"{rbac.GROUP}/v1"
_AGGREGATE = f"{rbac.GROUP}/aggregate-to-"
_CONTROLLER = "system:controller:"


def objects(chance: random.Random) -> Iterator[tuple[str, Object]]:
    """Yield all of them, each with its resource, as they are stored.

    Args:
        chance: for their uids.
    """
    made = _Maker(chance)
    for name, rules in CLUSTER_ROLES.items():
        yield rbac.CLUSTER_ROLES, made.role(name, rules, labels=_aggregation_labels(name))
    for name, rules in CONTROLLERS.items():
        yield rbac.CLUSTER_ROLES, made.role(_CONTROLLER + name, rules)
        account = [f"ServiceAccount/{name}"]
        yield rbac.CLUSTER_ROLE_BINDINGS, made.binding(_CONTROLLER + name, f"ClusterRole/{_CONTROLLER}{name}", account)
    for (namespace, name), rules in ROLES.items():
        yield rbac.ROLES, made.role(name, rules, namespace)
    for name, (role, *subjects) in BINDINGS.items():
        yield rbac.CLUSTER_ROLE_BINDINGS, made.binding(name, f"ClusterRole/{role}", subjects)
    for (namespace, name), (role, *subjects) in NAMESPACED_BINDINGS.items():
        bound = made.binding(name, f"Role/{role}", subjects, namespace)
        yield rbac.ROLE_BINDINGS, bound


class _Maker:
    """Makes objects as the server stores them, without the checks: there are many, and a cluster starts with them."""

    def __init__(self, chance: random.Random):
        self._chance = chance
        self._now = meta.timestamp()

    def role(self, name: str, rules: Rules, namespace: str = "", labels: dict[str, str] | None = None) -> Object:
        role: Object = {
            "kind": "Role" if namespace else "ClusterRole",
            "apiVersion": _API_VERSION,
            "metadata": self._metadata(name, namespace, labels),
            "rules": [_rule(line) for line in rules] or None,
        }
        if name in AGGREGATED:
            selector = {"matchLabels": {_AGGREGATE + name: "true"}}
            role["aggregationRule"] = {"clusterRoleSelectors": [selector]}
        return role

    def binding(self, name: str, role: str, subjects: Iterable[str], namespace: str = "") -> Object:
        kind, _, role_name = role.partition("/")
        binding: Object = {
            "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
            "apiVersion": _API_VERSION,
            "metadata": self._metadata(name, namespace),
            "roleRef": {"apiGroup": rbac.GROUP, "kind": kind, "name": role_name},
        }
        if listed := [_subject(text) for text in subjects]:
            binding["subjects"] = listed
        return binding

    def _metadata(self, name: str, namespace: str, labels: dict[str, str] | None = None) -> Object:
        metadata: Object = {"name": name, "uid": meta.new_uid(self._chance), "creationTimestamp": self._now}
        if namespace:
            metadata["namespace"] = namespace
        if not name.startswith(("kubeadm:", "kube-proxy", "system:coredns")):  # these are kubeadm's
            metadata["labels"] = {"kubernetes.io/bootstrapping": "rbac-defaults", **(labels or {})}
            metadata["annotations"] = {"rbac.authorization.kubernetes.io/autoupdate": "true"}
        return metadata


def _aggregation_labels(name: str) -> dict[str, str]:
    target = AGGREGATED.get(name) or name.partition("aggregate-to-")[2]
    return {_AGGREGATE + target: "true"} if target else {}


@functools.cache
def _rule(line: str) -> Object:
    """Return a rule; the same for the same line: many roles have it, and nobody writes to what is stored."""
    verbs, *rest = line.split()
    if len(rest) == 1:
        return {"verbs": _words(verbs), "nonResourceURLs": _words(rest[0])}
    rule: Object = {"verbs": _words(verbs), "apiGroups": _words(rest[0]), "resources": _words(rest[1])}
    if len(rest) > 2:
        rule["resourceNames"] = _words(rest[2])
    return rule


def _words(text: str) -> list[str]:
    return sorted(word for part in text.split(",") for word in _WORDS.get(part, (part,)))


def _subject(text: str) -> Object:
    """Read ``Group/NAME``, ``User/NAME`` or ``ServiceAccount/NAME``, which is one in kube-system."""
    kind, _, name = text.partition("/")
    if kind == "ServiceAccount":
        return {"kind": kind, "name": name, "namespace": ACCOUNTS}
    return {"kind": kind, "apiGroup": rbac.GROUP, "name": name}
