"""Whether the rights that the preflight asks for allow what a request asks for, and which of them were used."""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.cluster.apiserver.authorization.attributes import Attributes
from kubelearn.target.preflight import Right

#: Everybody who is known may ask for these (ClusterRole system:basic-user).
_BASIC = ("selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews")
SYSTEM = frozenset(("default", "kube-node-lease", "kube-public", "kube-system"))


def qualified(wanted: Attributes) -> str:
    """Return the resource as :class:`Right` writes it: ``deployments/scale.apps``."""
    return f"{wanted.what}.{wanted.group}" if wanted.group else wanted.what


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

    def allows(self, wanted: Attributes) -> bool:
        """Whether a rule allows it; what is no resource, such as discovery, is for everybody."""
        if (
            wanted.path
            or wanted.resource in _BASIC
            or Right(wanted.verb, qualified(wanted), namespaced=False) in self._rights
        ):
            return True
        return (
            bool(wanted.namespace)
            and self._holds_in(wanted.namespace)
            and Right(wanted.verb, qualified(wanted)) in self._rights
        )

    def _holds_in(self, namespace: str) -> bool:
        return namespace in self.namespaces if self.namespaces is not None else namespace not in SYSTEM

    def first_denied(self, wanted: Iterable[Attributes]) -> Attributes | None:
        """Return what is not allowed of what a request needs, and keep a record of all of it."""
        refused = None
        for each in wanted:
            is_allowed = self.allows(each)
            if not each.path and each.resource not in _BASIC:
                # A namespace itself is always the whole cluster's business to who asks for it, if not to RBAC.
                scoped = bool(each.namespace) and each.resource != "namespaces" and self._holds_in(each.namespace)
                record = self.used if is_allowed else self.denied
                right = Right(each.verb, qualified(each), namespaced=scoped)
                record[right] = record.get(right, 0) + 1
            if not is_allowed:
                refused = refused or each
        return refused
