"""Roles, ClusterRoles and their bindings (K/pkg/registry/rbac)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from kubelearn.cluster.apiserver.authentication import REQUESTER, User
from kubelearn.cluster.apiserver.authorization import escalation
from kubelearn.cluster.apiserver.authorization.rbac import GROUP
from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoredObjects

from . import validation


class _GrantingStrategy(Strategy):
    """What is the same for all that gives rights: nobody gives what they do not have.

    Attributes:
        granted: the parts of an object that say which rights it gives; if they stay, nothing is given.
        check: refuses rights that the author does not have.
        causes: returns what is wrong with an object, new or not.
    """

    granted: ClassVar[tuple[str, ...]]
    check: ClassVar[Callable[[StoredObjects, User | None, Object], None]]
    causes: ClassVar[Callable[[Object], list[Cause]]]

    def prepare_create(self, obj: Object, context: Context) -> None:
        """Refuse rights that the author does not have.

        Raises:
            ApiError: 403.
        """
        type(self).check(context.registry, REQUESTER.get(), obj)

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:
        """Refuse rights that the author does not have; those that were given may stay.

        Raises:
            ApiError: 403.
        """
        if any(new.get(part) != old.get(part) for part in self.granted):
            type(self).check(context.registry, REQUESTER.get(), new)

    def validate(self, obj: Object) -> list[Cause]:
        """Check the name, and what is given to whom."""
        return type(self).causes(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check what is given to whom."""
        return type(self).causes(new) + super().validate_update(new, old)


class RoleStrategy(_GrantingStrategy):
    """Rules of ``roles.rbac.authorization.k8s.io`` and ``clusterroles.rbac.authorization.k8s.io``."""

    granted = ("rules", "aggregationRule")
    check = escalation.check_role
    causes = validation.role

    def default(self, obj: Object) -> None:
        """Drop empty lists; the rules are written even when there are none."""
        super().default(obj)
        for rule in obj.setdefault("rules", None) or ():
            drop_empty(rule, "rbac.v1.PolicyRule")


class BindingStrategy(_GrantingStrategy):
    """Rules of ``rolebindings.rbac.authorization.k8s.io`` and ``clusterrolebindings.rbac.authorization.k8s.io``."""

    granted = ("roleRef", "subjects")
    check = escalation.check_binding
    causes = validation.binding

    def default(self, obj: Object) -> None:
        """Fill in the API groups of the role and the subjects."""
        super().default(obj)
        reference = obj.get("roleRef") or {}
        obj["roleRef"] = {"apiGroup": GROUP, "kind": "", "name": "", **{k: v for k, v in reference.items() if v}}
        drop_empty(obj, f"rbac.v1.{obj['kind']}")
        for subject in obj.get("subjects") or ():
            if subject.get("kind") in ("User", "Group") and not subject.get("apiGroup"):
                subject["apiGroup"] = GROUP
            drop_empty(subject, "rbac.v1.Subject")

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check that it is still the same role, and the subjects."""
        return super().validate_update(new, old) + validation.same_role(new, old)
