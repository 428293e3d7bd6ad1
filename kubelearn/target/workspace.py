"""The namespace that the lessons work in on a cluster that is not the notebook's own: made, emptied, removed."""

from __future__ import annotations

import os
import random
import socket
import uuid
from typing import Any

from kubernetes import watch
from kubernetes.client import ApiException, AppsV1Api, BatchV1Api, CoreV1Api, NetworkingV1Api
from urllib3.exceptions import HTTPError

from . import workdir
from .errors import ConnectionFailedError
from .reach import words

#: What kubelearn made carries this label, and only that is ever removed.
LABEL, LABELLED = "app.kubernetes.io/managed-by", "kubelearn"
#: Machine and process of the handle that a namespace was made for.
OWNER = "kubelearn/owner"
#: Tells a namespace that was made just now from one of the same name.
_ATTEMPT = "kubelearn/attempt"
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
#: Seconds for a namespace to go: its pods get their grace period first.
_GONE_LIMIT = 120
_ACCOUNT_LIMIT = 30
_REQUEST_LIMIT = (2.0, 10.0)
_LAST_LIMIT = (0.3, 0.4)
#: For a cluster that is about to end.
_CONTENTS_LIMIT = (2.0, 5.0)
#: What every namespace has, or ``default`` has, without anybody's doing.
_BUILT_IN = {"services": "kubernetes", "configmaps": "kube-root-ca.crt"}
_BUILT_IN_SERVICE = f"service/{_BUILT_IN['services']}"
_SYSTEM = ("default", "kube-node-lease", "kube-public", "kube-system")


class NotOursError(RuntimeError):
    """The namespace was not made by kubelearn, so kubelearn does not empty it."""


def new_name() -> str:
    """Return a name that no other notebook uses: two of them may run side by side."""
    return f"kubelearn-{''.join(random.SystemRandom().choices(_LETTERS, k=5))}"


def make(core: CoreV1Api, name: str, *, keep: bool = False) -> bool:
    """Make a namespace; one that is there already is used as it is.

    Args:
        keep: it is not to be removed when this process is gone.

    Returns:
        Whether it was made; then :func:`settle` waits until pods can be made there.

    Raises:
        ConnectionFailedError: the server refuses; with its words.
        urllib3.exceptions.HTTPError: no answer. Whatever was made is taken back.
    """
    there = _is_there(core, name)  # first: whoever may not make namespaces is refused, whether it is there or not
    if there:
        return False
    attempt = uuid.uuid4().hex
    annotations = {_ATTEMPT: attempt, **({} if keep else {OWNER: f"{_machine()}/{os.getpid()}"})}
    body: Any = {"metadata": {"name": name, "labels": {LABEL: LABELLED}, "annotations": annotations}}
    try:
        core.create_namespace(body, _request_timeout=_REQUEST_LIMIT)
    except ApiException as error:
        # Who may not look at it has the rights that the preflight found from a RoleBinding in it.
        if error.status == 409 or (error.status == 403 and there is None):
            return False
        raise ConnectionFailedError(f"the namespace {name!r} was not made: {words(error)}") from error
    except BaseException:  # no answer, or Ctrl-C: the server may have made it all the same
        _take_back(core, name, attempt)
        raise
    return True


def settle(core: CoreV1Api, name: str) -> None:
    """Wait until pods can be made in a new namespace.

    Raises:
        TimeoutError: its service account does not come.
    """
    failure = f"the service account of the namespace {name!r} was not made"
    _wait(core.list_namespaced_service_account, name, "default", ("ADDED", "MODIFIED"), _ACCOUNT_LIMIT, failure)


def _is_there(core: CoreV1Api, name: str) -> bool | None:
    """Whether a namespace is there; None if one may not look.

    Raises:
        ConnectionFailedError: it is on its way out, so that nothing can be made in it.
    """
    try:
        found: Any = core.read_namespace(name, _request_timeout=_REQUEST_LIMIT)
    except ApiException as error:
        if error.status in (403, 404):
            return None if error.status == 403 else False
        raise
    if found.metadata.deletion_timestamp is not None:
        raise ConnectionFailedError(
            f"the namespace {name!r} is being removed: name another, or wait until `kubectl get namespace {name}` does "
            "not find it any more"
        )
    return True


def _take_back(core: CoreV1Api, name: str, attempt: str) -> None:
    """Remove a namespace whose making was not confirmed, if it was made by this attempt."""
    try:
        found: Any = core.read_namespace(name, _request_timeout=_LAST_LIMIT)
        if (found.metadata.annotations or {}).get(_ATTEMPT) == attempt:
            core.delete_namespace(name, _request_timeout=_LAST_LIMIT)
    except (ApiException, HTTPError):
        return  # it was not made, or the server is gone; if it comes back, the next connection sweeps


def _machine() -> str:
    return f"{socket.gethostname()}-{uuid.getnode():x}"


def sweep(core: CoreV1Api) -> None:
    """Remove the namespaces of kernels of this machine that were killed before they could do it.

    Those that are to be kept have no owner.
    """
    try:
        listed: Any = core.list_namespace(label_selector=f"{LABEL}={LABELLED}", _request_timeout=_REQUEST_LIMIT)
        for found in listed.items:
            machine, _, process = (found.metadata.annotations or {}).get(OWNER, "").rpartition("/")
            if machine == _machine() and process.isdigit() and not workdir.runs(int(process)):
                remove(core, found.metadata.name)
    except ApiException as error:
        if error.status != 403:  # who may not list or delete namespaces did not make any
            raise


def is_ours(core: CoreV1Api, name: str) -> bool:
    """Whether the namespace is there and carries kubelearn's label."""
    try:
        found: Any = core.read_namespace(name, _request_timeout=_REQUEST_LIMIT)
    except ApiException as error:
        if error.status in (403, 404):
            return False
        raise
    return (found.metadata.labels or {}).get(LABEL) == LABELLED


def remove(core: CoreV1Api, name: str) -> None:
    """Delete a namespace, without waiting for its end; one that is gone or going is fine."""
    try:
        core.delete_namespace(name, _request_timeout=_REQUEST_LIMIT)
    except ApiException as error:
        if error.status not in (404, 409):
            raise


def remove_and_wait(core: CoreV1Api, name: str) -> None:
    """Delete a namespace and wait for its end.

    Raises:
        TimeoutError: it does not end.
    """
    remove(core, name)
    _wait_gone(core, name)


def wait_if_going(core: CoreV1Api, name: str) -> None:
    """Wait for the end of a namespace that is on its way out: a restarted notebook finds that of the kernel before.

    Raises:
        TimeoutError: it does not end.
    """
    try:
        found: Any = core.read_namespace(name, _request_timeout=_REQUEST_LIMIT)
    except ApiException as error:
        if error.status not in (403, 404):
            raise
        return
    if found.metadata.deletion_timestamp is not None:
        _wait_gone(core, name)


def present(core: CoreV1Api) -> frozenset[str]:
    """Return the names of the namespaces that are there to stay; none for who may not list them.

    Kubelearn's own, kept from an earlier notebook, are not among them.
    """
    try:
        listed: Any = core.list_namespace(_request_timeout=_REQUEST_LIMIT)
    except ApiException as error:
        if error.status == 403:
            return frozenset()
        raise
    return frozenset(
        found.metadata.name
        for found in listed.items
        if found.metadata.deletion_timestamp is None and not _is_kept(found.metadata)
    )


def _is_kept(metadata: Any) -> bool:
    return (metadata.labels or {}).get(LABEL) == LABELLED and OWNER not in (metadata.annotations or {})


def mark(core: CoreV1Api, name: str, *, keep: bool = False) -> None:
    """Put kubelearn's label and its owner on a namespace, if it is there: it is swept should this process be killed.

    Args:
        keep: it is to stay: it has no owner.
    """
    body: Any = {
        "metadata": {
            "labels": {LABEL: LABELLED},
            "annotations": {OWNER: None if keep else f"{_machine()}/{os.getpid()}"},
        }
    }
    try:
        core.patch_namespace(name, body, _request_timeout=_REQUEST_LIMIT)
    except ApiException as error:
        if error.status not in (403, 404):
            raise


def renew(core: CoreV1Api, name: str) -> None:
    """Delete a namespace of kubelearn's with all that is in it, wait for its end, and make it again.

    Raises:
        NotOursError: it does not carry kubelearn's label.
        TimeoutError: it does not end.
    """
    if not is_ours(core, name):
        raise NotOursError(
            f"the namespace {name!r} was not made by kubelearn, so it is not emptied: "
            "delete what you made there yourself, with kubectl"
        )
    before: Any = core.read_namespace(name)
    remove_and_wait(core, name)
    if make(core, name, keep=OWNER not in (before.metadata.annotations or {})):
        settle(core, name)


def empty(core: CoreV1Api, apps: AppsV1Api, name: str) -> None:
    """Delete what learners make, one kind after the other: for ``default``, which no cluster lets go.

    Raises:
        TimeoutError: its pods do not end.
    """
    batch, networking = BatchV1Api(core.api_client), NetworkingV1Api(core.api_client)
    delete: Any
    for delete in (
        apps.delete_collection_namespaced_deployment,
        batch.delete_collection_namespaced_job,
        apps.delete_collection_namespaced_replica_set,
    ):
        delete(name, propagation_policy="Background")
    for kind, delete in (
        ("networkpolicies", networking.delete_collection_namespaced_network_policy),
        ("ingresses", networking.delete_collection_namespaced_ingress),
        ("services", core.delete_collection_namespaced_service),
        ("configmaps", core.delete_collection_namespaced_config_map),
        ("secrets", core.delete_collection_namespaced_secret),
        ("pods", core.delete_collection_namespaced_pod),
    ):
        built_in = _BUILT_IN.get(kind)
        delete(name, **({"field_selector": f"metadata.name!={built_in}"} if built_in else {}))
    _until_no_pods(core, name)


def remove_others(core: CoreV1Api, name: str) -> None:
    """Delete every namespace but one and the system's, and wait for their end.

    This is for a cluster that is the notebook's own.

    Raises:
        TimeoutError: one does not end.
    """
    listed: Any = core.list_namespace()
    others = [found.metadata.name for found in listed.items if found.metadata.name not in (name, *_SYSTEM)]
    for other in others:
        remove(core, other)
    for other in others:
        _wait_gone(core, other)


def contents(core: CoreV1Api, apps: AppsV1Api, name: str) -> list[str]:
    """Return what a learner made in a namespace, as ``kind/name``; nothing if the cluster does not say."""
    lists: dict[str, Any] = {
        "deployment": apps.list_namespaced_deployment,
        "service": core.list_namespaced_service,
        "pod": core.list_namespaced_pod,
    }
    found = []
    try:
        for kind, read in lists.items():
            listed = read(name, _request_timeout=_CONTENTS_LIMIT)
            found += [f"{kind}/{item.metadata.name}" for item in listed.items if not item.metadata.owner_references]
    except (ApiException, HTTPError):
        return []  # it has ended already, and there is nobody to ask
    return [thing for thing in found if thing != _BUILT_IN_SERVICE]


def _until_no_pods(core: CoreV1Api, name: str) -> None:
    listed: Any = core.list_namespaced_pod(name)
    left: set[str] = {pod.metadata.name for pod in listed.items}
    if not left:
        return
    stream = watch.Watch()
    for event in stream.stream(
        core.list_namespaced_pod, name, resource_version=listed.metadata.resource_version, timeout_seconds=_GONE_LIMIT
    ):
        found = event["object"].metadata.name
        (left.discard if event["type"] == "DELETED" else left.add)(found)
        if not left:
            stream.stop()
            return
    raise TimeoutError(f"these pods did not end within {_GONE_LIMIT} s: {', '.join(sorted(left))}")


def _wait_gone(core: CoreV1Api, name: str) -> None:
    listed: Any = core.list_namespace(field_selector=f"metadata.name={name}", _request_timeout=_REQUEST_LIMIT)
    if not listed.items:
        return
    try:
        _wait(
            core.list_namespace,
            None,
            name,
            ("DELETED",),
            _GONE_LIMIT,
            f"the namespace {name!r} did not end",
            version=listed.metadata.resource_version,
        )
    except TimeoutError as error:
        raise TimeoutError(
            f"{error}{_why_it_stays(core, name)}. It ends by itself when that is gone; until then, go on in a new one: "
            "close this handle and connect again"
        ) from None


def _why_it_stays(core: CoreV1Api, name: str) -> str:
    """Return what the server says about a namespace that does not end, such as a finalizer that nobody takes off."""
    found: Any = core.list_namespace(field_selector=f"metadata.name={name}", _request_timeout=_REQUEST_LIMIT)
    conditions = [
        condition
        for item in found.items
        for condition in item.status.conditions or ()
        if condition.status == "True" and condition.message
    ]
    return "".join(f": {condition.message}" for condition in conditions) or f" (kubectl describe namespace {name})"


def _wait(
    list_call: Any,
    namespace: str | None,
    name: str,
    events: tuple[str, ...],
    limit: int,
    failure: str,
    version: str | None = None,
) -> None:
    """Watch one object until an event of a kind comes."""
    stream = watch.Watch()
    options: dict[str, Any] = {
        "_request_timeout": (_REQUEST_LIMIT[0], limit + _REQUEST_LIMIT[1]),
        **({"resource_version": version} if version else {}),
    }
    for event in stream.stream(
        list_call,
        *([namespace] if namespace else []),
        field_selector=f"metadata.name={name}",
        timeout_seconds=limit,
        **options,
    ):
        if event["type"] in events:
            stream.stop()
            return
    raise TimeoutError(f"{failure} within {limit} s")
