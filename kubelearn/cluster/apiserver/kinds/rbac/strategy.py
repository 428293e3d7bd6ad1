"""Roles, ClusterRoles and their bindings (K/pkg/registry/rbac)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.authentication import REQUESTER
from kubelearn.cluster.apiserver.authorization import escalation
from kubelearn.cluster.apiserver.authorization.rbac import GROUP
from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy
from kubelearn.cluster.meta import Object

from . import validation


class RoleStrategy(Strategy):
    """Rules of ``roles.rbac.authorization.k8s.io`` and ``clusterroles.rbac.authorization.k8s.io``."""

    def default(self, obj: Object) -> None:
        """Drop empty lists; the rules are written even when there are none."""
        super().default(obj)
        for rule in obj.setdefault("rules", None) or ():
            drop_empty(rule, "rbac.v1.PolicyRule")

    def prepare_create(self, obj: Object, context: Context) -> None:
        """Refuse rules that the author does not have.

        Raises:
            ApiError: 403.
        """
        escalation.check_role(context.registry, REQUESTER.get(), obj)

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:
        """Refuse rules that the author does not have; those that were there may stay.

        Raises:
            ApiError: 403.
        """
        if any(new.get(part) != old.get(part) for part in ("rules", "aggregationRule")):
            escalation.check_role(context.registry, REQUESTER.get(), new)

    def validate(self, obj: Object) -> list[Cause]:
        """Check the name and the rules."""
        return validation.role(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check the rules of a replaced role."""
        return super().validate_update(new, old) + validation.role(new)


class BindingStrategy(Strategy):
    """Rules of ``rolebindings.rbac.authorization.k8s.io`` and ``clusterrolebindings.rbac.authorization.k8s.io``."""

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

    def prepare_create(self, obj: Object, context: Context) -> None:
        """Refuse to give rights that the author does not have.

        Raises:
            ApiError: 403.
        """
        escalation.check_binding(context.registry, REQUESTER.get(), obj)

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:
        """Refuse to give rights that the author does not have.

        Raises:
            ApiError: 403.
        """
        if any(new.get(part) != old.get(part) for part in ("roleRef", "subjects")):
            escalation.check_binding(context.registry, REQUESTER.get(), new)

    def validate(self, obj: Object) -> list[Cause]:
        """Check the name, the role and the subjects."""
        return validation.binding(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check that it is still the same role, and the subjects."""
        return validation.binding(new) + super().validate_update(new, old) + validation.same_role(new, old)
