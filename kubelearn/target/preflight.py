"""Before anything is made on somebody's cluster: does it answer, and may the learner do there what the lessons do?"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from kubernetes.client import ApiClient, AuthorizationV1Api, VersionApi

from . import reach
from .contexts import Context
from .deadline import Deadline
from .errors import ConnectionFailedError


@dataclass(frozen=True)
class Right:
    """Something that the lessons do.

    Attributes:
        resource: as RBAC writes it: ``pods``, ``pods/exec``, ``deployments.apps``.
        namespaced: in the lessons' namespace, or for the whole cluster.
    """

    verb: str
    resource: str
    namespaced: bool = True

    def attributes(self, namespace: str) -> dict[str, str]:
        """Return the ``resourceAttributes`` of an access review."""
        full, _, group = self.resource.partition(".")
        resource, _, subresource = full.partition("/")
        found = {
            "verb": self.verb,
            "group": group,
            "resource": resource,
            "subresource": subresource,
            "namespace": namespace if self.namespaced else "",
        }
        return {key: value for key, value in found.items() if value}


def _rights(resource: str, *verbs: str, namespaced: bool = True) -> tuple[Right, ...]:
    return tuple(Right(verb, resource, namespaced) for verb in verbs)


#: What the lessons need in their namespace.
NEEDED: tuple[Right, ...] = (
    *_rights("pods", "create", "delete", "get", "list", "patch", "watch"),
    *_rights(
        "pods/exec", "create", "get"
    ),  # exec over WebSockets is a GET: servers before 1.35 want "get" for it, later ones both
    *_rights("pods/log", "get"),
    *_rights("services", "create", "delete", "get", "list", "patch", "watch"),
    *_rights("configmaps", "create", "get", "patch"),  # which exercises were begun
    *_rights("deployments.apps", "create", "delete", "get", "list", "patch", "watch"),
    *_rights("deployments/scale.apps", "get", "patch"),
    *_rights("replicasets.apps", "list"),
    *_rights("endpointslices.discovery.k8s.io", "list", "watch"),
    *_rights("events", "list"),
)
#: What making and removing a namespace needs.
FOR_NAMESPACES: tuple[Right, ...] = (
    *_rights(
        "namespaces", "create", "delete", "get", "list", "watch", namespaced=False
    ),  # list, watch: to see when one has gone
    *_rights("serviceaccounts", "watch"),  # pods can be made once there is one
)
#: What only some lessons need, and who has a namespace only often lacks.
FOR_SOME: dict[str, tuple[Right, ...]] = {
    "see the nodes (00-start-here, 01-networking, 02-services, playground)": _rights(
        "nodes", "list", "watch", namespaced=False
    ),
    "make a second namespace (04-discovery, 04b-other-names, 06-debugging, 07-lab, 08-capstone, drills)": (
        *_rights("namespaces", "create", "delete", "get", "list", "patch", "watch", namespaced=False),
        *_rights("serviceaccounts", "get"),
    ),
    # kubectl run -i and port-forward over WebSockets are a GET, as exec is.
    "see what a new pod prints (01-networking, 04-discovery, 06-debugging)": _rights("pods/attach", "create", "get"),
    "forward a port of this machine (03-creating-services, 06-debugging)": _rights("pods/portforward", "create", "get"),
    "write an EndpointSlice by hand (04b-other-names)": _rights(
        "endpointslices.discovery.k8s.io", "create", "delete", "get", "patch"
    ),
    # A Service is looked for in all namespaces in 06;
    # the explorers of selectors and of decisions make do with the one namespace.
    "look into all namespaces (06-debugging, playground)": (
        *_rights("services", "list", "watch", namespaced=False),
        *_rights("pods", "list", "watch", namespaced=False),
        *_rights("endpointslices.discovery.k8s.io", "list", "watch", namespaced=False),
    ),
    # Pictures follow them, and say which one drops a packet.
    "make NetworkPolicies (06-debugging)": _rights(
        "networkpolicies.networking.k8s.io", "create", "delete", "get", "list", "patch", "watch"
    ),
}


@dataclass(frozen=True)
class Found:
    """What a cluster answers to somebody who may work there.

    Attributes:
        version: the server's, as (major, minor).
        lacks: what only some lessons need and is not allowed, with those lessons; empty if nothing is.
    """

    version: tuple[int, int]
    lacks: str


def check(context: Context, api: ApiClient, deadline: Deadline, namespace: str, *, makes_namespace: bool) -> Found:
    """Ask the cluster; nothing is changed there.

    Args:
        context: for the messages.
        api: for its server, in :func:`kubelearn.target.reach.reaching`, which says what keeps it from answering.
        namespace: where the lessons are to work.
        makes_namespace: whether that namespace has to be made and removed.

    Raises:
        ConnectionFailedError: a right is missing that all lessons need; the message says which.
    """
    version = _version(api, deadline)
    needed = (*NEEDED, *(FOR_NAMESPACES if makes_namespace else ()))
    some = tuple(right for rights in FOR_SOME.values() for right in rights)
    missing = _missing(api, deadline, namespace, tuple(dict.fromkeys((*needed, *some))))
    lacking = [right for right in needed if right in missing]
    if lacking:
        raise ConnectionFailedError(_explain(context, namespace, lacking))
    return Found(version, _lacks(context, missing))


def _version(api: ApiClient, deadline: Deadline) -> tuple[int, int]:
    found = reach.ask(VersionApi(api).get_code, deadline)
    try:
        return int(found["major"]), int(found["minor"].rstrip("+"))
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise reach.unlike("no version of Kubernetes") from error


def _missing(api: ApiClient, deadline: Deadline, namespace: str, rights: tuple[Right, ...]) -> set[Right]:
    reviews = AuthorizationV1Api(api)

    def allowed(right: Right) -> bool:
        body: Any = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": right.attributes(namespace)},
        }
        status = reach.ask(reviews.create_self_subject_access_review, deadline, body).get("status")
        return isinstance(status, dict) and status.get("allowed") is True

    with ThreadPoolExecutor(reach.AT_ONCE) as pool:
        try:
            return {
                right for right, is_allowed in zip(rights, pool.map(allowed, rights), strict=True) if not is_allowed
            }
        finally:
            pool.shutdown(cancel_futures=True)


def _explain(context: Context, namespace: str, missing: Iterable[Right]) -> str:
    text = (
        f"the context {context.name!r} lacks rights that the lessons need in the namespace {namespace!r}: "
        f"{_together(missing)}."
    )
    if any(right in FOR_NAMESPACES for right in missing):
        return (
            f"{text} If you may not make namespaces, name one of yours: "
            f"connect(context={context.name!r}, namespace='NAME'), or set KUBELEARN_NAMESPACE=NAME before JupyterLab "
            "starts"
        )
    return (
        f"{text} Ask who runs the cluster for them (docs/targets.md has a Role to apply), or use the embedded cluster: "
        "connect('embedded')"
    )


def _lacks(context: Context, missing: set[Right]) -> str:
    without = {what: [right for right in rights if right in missing] for what, rights in FOR_SOME.items()}
    listed = "; ".join(f"{what}: {_together(rights)}" for what, rights in without.items() if rights)
    if not listed:
        return ""
    return (
        f"with the context {context.name!r} some cells will be refused, since it may not {listed}. "
        "The rest of the lessons works"
    )


def _together(rights: Iterable[Right]) -> str:
    """Return rights as text, each resource once: ``pods (get, list), events (list)``."""
    verbs: dict[str, list[str]] = {}
    for right in rights:
        verbs.setdefault(right.resource, []).append(right.verb)
    return ", ".join(f"{resource} ({', '.join(listed)})" for resource, listed in verbs.items())
