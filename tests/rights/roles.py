"""Who learns: somebody with the rights that the preflight asks for, or somebody with a namespace and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.target import preflight
from kubelearn.target.preflight import Right

from .authorizer import Authorizer

#: The namespace of somebody who has only one.
CONFINED = "classroom"
#: All that the preflight asks for.
ASKED = frozenset(
    (
        *preflight.NEEDED,
        *preflight.FOR_NAMESPACES,
        *(right for rights in preflight.FOR_SOME.values() for right in rights),
    )
)
#: What the playground tries and nobody but an administrator may: read kube-proxy's rules, by exec into its pod
#: (refused, it says so), and see the NetworkPolicies of all namespaces (refused, there seem to be none elsewhere).
TRIED = frozenset(
    (
        *(Right(verb, "pods/exec", namespaced=False) for verb in ("create", "get")),
        Right("list", "networkpolicies.networking.k8s.io", namespaced=False),
    )
)
_READ = ("get", "list", "watch")
_WRITE = ("create", "delete", "deletecollection", "patch", "update")
#: What the lessons could ask for of the ClusterRole ``edit`` (kube-controller-manager's bootstrap policy, 1.32),
#: which covers neither nodes nor the making of namespaces.
_EDIT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "pods",
            "services",
            "configmaps",
            "secrets",
            "serviceaccounts",
            "replicationcontrollers",
            "persistentvolumeclaims",
        ),
        _READ + _WRITE,
    ),
    **dict.fromkeys(("pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy"), _READ + _WRITE),
    **dict.fromkeys(
        (
            "deployments.apps",
            "replicasets.apps",
            "statefulsets.apps",
            "daemonsets.apps",
            "deployments/scale.apps",
            "jobs.batch",
            "cronjobs.batch",
            "networkpolicies.networking.k8s.io",
        ),
        _READ + _WRITE,
    ),
    **dict.fromkeys(
        (
            "pods/log",
            "pods/status",
            "events",
            "namespaces",
            "endpoints",
            "endpointslices.discovery.k8s.io",
            "limitranges",
            "resourcequotas",
        ),
        _READ,
    ),
}


def course() -> Authorizer:
    """What the preflight asks for, and not more."""
    return Authorizer(ASKED)


def confined() -> Authorizer:
    """The ClusterRole edit by a RoleBinding in one namespace."""
    return Authorizer(
        (Right(verb, resource) for resource, verbs in _EDIT.items() for verb in verbs), frozenset((CONFINED,))
    )


def everything() -> Authorizer:
    """No rule: to see what is used."""
    return Unlimited(())


class Unlimited(Authorizer):
    """Allows what it is asked for."""

    def allows(self, wanted: object) -> bool:
        return True


ROLES: dict[str, Callable[[], Authorizer]] = {"course": course, "confined": confined, "everything": everything}
