"""Roles, bindings and users for the tests of authorization."""

from __future__ import annotations

from kubelearn.cluster.apiserver.authentication import User
from kubelearn.cluster.apiserver.authorization.rbac import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store

JANE = User("jane", ("dev", "system:authenticated"))


def registry() -> Registry:
    """Return a cluster with two namespaces."""
    made = Registry(Store(), seed=1)
    for name in ("x", "y"):
        made.create("namespaces", "", {"metadata": {"name": name}})
    return made


def rule(verbs: str, resources: str, groups: str = "", names: str = "") -> Object:
    """Return a rule, of lists with commas."""
    found: Object = {"verbs": verbs.split(","), "apiGroups": groups.split(","), "resources": resources.split(",")}
    return found | ({"resourceNames": names.split(",")} if names else {})


def paths(verbs: str, urls: str) -> Object:
    """Return a rule about paths."""
    return {"verbs": verbs.split(","), "nonResourceURLs": urls.split(",")}


def role(objects: Registry, name: str, *rules: Object, namespace: str = "", **more: Object) -> None:
    """Create a Role in a namespace, or a ClusterRole."""
    resource = ROLES if namespace else CLUSTER_ROLES
    objects.create(resource, namespace, {"metadata": {"name": name}, "rules": list(rules), **more})


def bind(objects: Registry, name: str, reference: str, *subjects: str, namespace: str = "") -> None:
    """Create a binding of ``KIND/NAME`` to subjects such as ``User/jane`` and ``ServiceAccount/x/reader``."""
    kind, _, role_name = reference.partition("/")
    listed = []
    for subject in subjects:
        who, *rest = subject.split("/")
        listed.append({"kind": who, "name": rest[-1], **({"namespace": rest[0]} if len(rest) > 1 else {})})
    binding = {"metadata": {"name": name}, "roleRef": {"kind": kind, "name": role_name}, "subjects": listed}
    objects.create(ROLE_BINDINGS if namespace else CLUSTER_ROLE_BINDINGS, namespace, binding)
