"""Authorization as a real API server does it: what a request asks for, and whether a rule allows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kubelearn.target.preflight import Right

_VERBS = {"POST": "create", "GET": "get", "HEAD": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
#: Subresources over a protocol that begins with a GET.
#: Since 1.35 a server wants "create" for them too, and before that "get" only.
_STREAMS = ("exec", "attach", "portforward")
#: Everybody who is known may ask for these (ClusterRole system:basic-user).
_BASIC = ("selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews")
SYSTEM = frozenset(("default", "kube-node-lease", "kube-public", "kube-system"))


@dataclass(frozen=True)
class Asked:
    """What a request asks for (k8s.io/apiserver RequestInfo).

    Attributes:
        namespace: empty for the whole cluster, which for a namespaced resource means all namespaces.
    """

    verb: str
    group: str
    resource: str
    subresource: str = ""
    namespace: str = ""
    name: str = ""

    @property
    def what(self) -> str:
        """The resource as an error names it: ``pods/exec``."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource

    @property
    def qualified(self) -> str:
        """The resource as :class:`Right` writes it: ``deployments/scale.apps``."""
        return f"{self.what}.{self.group}" if self.group else self.what


def asked(method: str, path: str, query: Mapping[str, str]) -> list[Asked]:
    """Return what a request needs, all of it; nothing for what is no resource, such as discovery."""
    parts = [part for part in path.split("/") if part]
    if parts[:2] == ["api", "v1"] and len(parts) > 2:
        group, rest = "", parts[2:]
    elif parts[:1] == ["apis"] and len(parts) > 3:
        group, rest = parts[1], parts[3:]
    else:
        return []
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 1:
        namespace = rest[1]
        if len(rest) > 2 and rest[2] not in ("status", "finalize"):
            rest = rest[2:]
    name = rest[1] if len(rest) > 1 else ""
    sub = rest[2] if len(rest) > 2 else ""
    verb = _VERBS[method]
    if not name:
        verb = {"get": "list", "delete": "deletecollection"}.get(verb, verb)
        if verb == "list" and query.get("watch", "").lower() in ("1", "true"):
            verb = "watch"
    verbs = ("get", "create") if verb == "get" and sub in _STREAMS else (verb,)
    return [Asked(verb, group, rest[0], sub, namespace, name) for verb in verbs]


class Authorizer:
    """Decides, and keeps a record.

    Attributes:
        namespaces: where namespaced rules hold; None for all but the system's.
        used: what was asked for and allowed, as a Right would write it; ``True`` for the whole cluster.
        denied: what was asked for and is not allowed.
    """

    def __init__(self, rights: Iterable[Right], namespaces: frozenset[str] | None = None):
        """Make the rules.

        Args:
            rights: those that are namespaced hold in some namespaces, the others everywhere.
            namespaces: which; by default all but the system's, as if each came with a RoleBinding.
        """
        self._rights, self.namespaces = frozenset(rights), namespaces
        self.used: dict[Right, int] = {}
        self.denied: dict[Right, int] = {}

    def allows(self, wanted: Asked) -> bool:
        """Whether a rule allows it."""
        if wanted.resource in _BASIC or Right(wanted.verb, wanted.qualified, namespaced=False) in self._rights:
            return True
        return (
            bool(wanted.namespace)
            and self._holds_in(wanted.namespace)
            and Right(wanted.verb, wanted.qualified) in self._rights
        )

    def _holds_in(self, namespace: str) -> bool:
        return namespace in self.namespaces if self.namespaces is not None else namespace not in SYSTEM

    def first_denied(self, wanted: Iterable[Asked]) -> Asked | None:
        """Return what is not allowed of what a request needs, and keep a record of all of it."""
        refused = None
        for each in wanted:
            is_allowed = self.allows(each)
            if each.resource not in _BASIC:
                # A namespace itself is always the whole cluster's business to who asks for it, if not to RBAC.
                scoped = bool(each.namespace) and each.resource != "namespaces" and self._holds_in(each.namespace)
                record = self.used if is_allowed else self.denied
                right = Right(each.verb, each.qualified, namespaced=scoped)
                record[right] = record.get(right, 0) + 1
            if not is_allowed:
                refused = refused or each
        return refused


def review(spec: Mapping[str, Any]) -> list[Asked]:
    """Return what a SelfSubjectAccessReview asks about."""
    found = spec.get("resourceAttributes")
    if not found:
        return []
    keys = ("verb", "group", "resource", "subresource", "namespace", "name")
    return [Asked(*(str(found.get(key, "")) for key in keys))]
