"""Role-based access control: decisions by what is stored (K/plugin/pkg/auth/authorizer/rbac)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.authentication import ADMINISTRATOR, User, account_name
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoredObjects

from . import rules
from .attributes import Attributes, refusal

GROUP: Final = "rbac.authorization.k8s.io"
ROLES, ROLE_BINDINGS = f"roles.{GROUP}", f"rolebindings.{GROUP}"
CLUSTER_ROLES, CLUSTER_ROLE_BINDINGS = f"clusterroles.{GROUP}", f"clusterrolebindings.{GROUP}"
#: Whoever is in this group may do everything, whatever the rules say.
_MASTERS: Final = "system:masters"
#: Everybody may ask for these, by no rule (kube-apiserver's ``--authorization-always-allow-paths``).
_ALWAYS: Final = ("/healthz", "/livez", "/readyz")


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something is allowed, and which binding says so, or what is wrong with the bindings."""

    allowed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Grant:
    """What one binding gives somebody: the rules of its role, or the reason why there are none."""

    rules: list[Object]
    described: str = ""
    problem: str = ""


def is_unlimited(user: User) -> bool:
    """Return whether somebody may do everything, whatever the rules say."""
    return user is ADMINISTRATOR or _MASTERS in user.groups


class Rbac:
    """Decides by what is stored at the moment."""

    def __init__(self, objects: StoredObjects):
        self._objects = objects

    def check(self, user: User, asked: Attributes) -> None:
        """Refuse what somebody may not do.

        Raises:
            ApiError: 403.
        """
        if is_unlimited(user) or asked.path in _ALWAYS:
            return
        decision = self.decide(user, asked)
        if not decision.allowed:
            raise refusal(user, asked, decision.reason)

    def decide(self, user: User, asked: Attributes) -> Decision:
        """Return whether somebody may do something, and why."""
        if _MASTERS in user.groups:
            return Decision(True)  # decided before anybody looks for roles, so there is no reason
        problems = []
        for grant in self._grants(user, asked.namespace):
            if grant.problem:
                problems.append(grant.problem)
            if any(rules.allows(rule, asked) for rule in grant.rules):
                return Decision(True, f"RBAC: allowed by {grant.described}")
        return Decision(is_unlimited(user), f"RBAC: {_joined(problems)}" if problems else "")

    def rules_of(self, user: User, namespace: str) -> tuple[list[Object], str]:
        """Return the rules that somebody has in a namespace, and what is wrong with their bindings."""
        grants = list(self._grants(user, namespace))
        found = [rule for grant in grants for rule in grant.rules]
        return found, _joined([grant.problem for grant in grants if grant.problem])

    def rules_of_role(self, reference: Object, namespace: str) -> list[Object]:
        """Return the rules of the role that a binding refers to.

        Raises:
            ApiError: 404 without the role.
        """
        kind, name = reference.get("kind", ""), reference.get("name", "")
        is_role = kind == "Role"
        found = self._objects.find(ROLES if is_role else CLUSTER_ROLES, namespace if is_role else "", name)
        if found is None:
            raise errors.not_found(kind.lower(), name, GROUP)
        listed: list[Object] = found.get("rules") or []
        return listed

    def _grants(self, user: User, namespace: str) -> Iterator[_Grant]:
        for binding in self._objects.list(CLUSTER_ROLE_BINDINGS):
            yield from self._granted(user, binding, "")
        if namespace:
            for binding in self._objects.list(ROLE_BINDINGS, namespace):
                yield from self._granted(user, binding, namespace)

    def _granted(self, user: User, binding: Object, namespace: str) -> Iterator[_Grant]:
        subject = next((one for one in binding.get("subjects") or () if _is_meant(one, user, namespace)), None)
        if subject is None:
            return
        reference = binding["roleRef"]
        try:
            found = self.rules_of_role(reference, namespace)
        except errors.ApiError as error:
            yield _Grant([], problem=error.message)
            return
        kind, name = ("RoleBinding", f"/{namespace}") if namespace else ("ClusterRoleBinding", "")
        who = subject["name"]
        if subject["kind"] == "ServiceAccount":
            who += f"/{subject.get('namespace') or namespace}"
        yield _Grant(
            found,
            f'{kind} "{meta.name_of(binding)}{name}" of {reference["kind"]} "{reference["name"]}" '
            f'to {subject["kind"]} "{who}"',
        )


def _is_meant(subject: Object, user: User, namespace: str) -> bool:
    kind, name = subject.get("kind"), subject.get("name", "")
    if kind == "Group":
        return name in user.groups
    if kind == "ServiceAccount":
        return user.name == account_name(subject.get("namespace") or namespace, name)
    return kind == "User" and name == user.name


def _joined(problems: list[str]) -> str:
    """Write several errors as one (apimachinery's Aggregate)."""
    if len(problems) < 2:
        return "".join(problems)
    return f"[{', '.join(problems)}]"
