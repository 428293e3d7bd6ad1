"""Nobody grants what they do not have (K/pkg/registry/rbac/escalation_check.go and the ``policybased`` storages)."""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.authentication import User
from kubelearn.cluster.meta import Object, name_of, namespace_of
from kubelearn.cluster.store import StoredObjects

from . import rules
from .attributes import Attributes
from .rbac import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, GROUP, ROLE_BINDINGS, ROLES, Rbac, is_unlimited


def check_role(objects: StoredObjects, user: User | None, role: Object) -> None:
    """Refuse a role with rules that its author does not have, unless there is the right to ``escalate``.

    Args:
        user: who writes; None for a component of the cluster, which is not asked.

    Raises:
        ApiError: 403.
    """
    namespace = namespace_of(role)
    resource = ROLES if namespace else CLUSTER_ROLES
    if user is None or _may(objects, user, "escalate", resource, namespace, name_of(role)):
        return
    wanted = list(role.get("rules") or ())
    if role.get("aggregationRule"):
        # Whatever may be added to the role later would be the author's.
        wanted += [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, {"nonResourceURLs": ["*"], "verbs": ["*"]}]
    _confirm(objects, user, wanted, namespace, (resource.partition(".")[0], name_of(role)))


def check_binding(objects: StoredObjects, user: User | None, binding: Object) -> None:
    """Refuse to bind a role whose rules the author does not have, unless there is the right to ``bind`` it.

    Args:
        user: as for :func:`check_role`.

    Raises:
        ApiError: 403, 404 without the role.
    """
    namespace, reference = namespace_of(binding), binding.get("roleRef") or {}
    resource = ROLE_BINDINGS if namespace else CLUSTER_ROLE_BINDINGS
    role = ROLES if reference.get("kind") == "Role" else CLUSTER_ROLES
    if user is None or _may(objects, user, "bind", role, namespace, reference.get("name", "")):
        return
    wanted = Rbac(objects).rules_of_role(reference, namespace)
    _confirm(objects, user, wanted, namespace, (resource.partition(".")[0], name_of(binding)))


def _may(objects: StoredObjects, user: User, verb: str, resource: str, namespace: str, name: str) -> bool:
    if is_unlimited(user):
        return True
    asked = Attributes(verb, GROUP, resource.partition(".")[0], "", namespace, name)
    return Rbac(objects).decide(user, asked).allowed


def _confirm(
    objects: StoredObjects, user: User, wanted: Sequence[Object], namespace: str, written: tuple[str, str]
) -> None:
    owned, problems = Rbac(objects).rules_of(user, namespace)
    lacking = rules.missing(owned, wanted)
    if not lacking:
        return
    lines = sorted({rules.describe(rule) for rule in rules.compact(lacking)})
    why = (
        f'user "{user.name}" (groups={rules.quoted(user.groups)}) is attempting to grant RBAC permissions '
        "not currently held:\n" + "\n".join(lines)
    )
    if problems:
        why += f"; resolution errors: [{problems}]"
    raise errors.forbidden(*written, why, GROUP)
