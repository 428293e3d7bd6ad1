"""Making a drill's situation on a cluster, and taking it away."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

from kubernetes import utils
from kubernetes.client import ApiException

from kubelearn.course.exercises import handle_kubectl
from kubelearn.course.exercises.probe import Found
from kubelearn.course.exercises.through import is_updated
from kubelearn.course.exercises.tiers import exists
from kubelearn.target import workspace
from kubelearn.target.connection import Cluster
from kubelearn.target.deadline import Deadline

from .faults import Fault, broken
from .shapes import POD_ADDRESS, Manifest, Situation

T = TypeVar("T")

#: On a drill's namespaces: which drill it is, and that all of it is made.
MARK, _WHOLE = "kubelearn/drill", "kubelearn/drill-is-made"
#: The label that a Deployment adds to its pods.
_ADDED = "pod-template-hash"
#: How the names of kubectl's commands begin where the API server keeps who wrote what; and the one that makes a case.
_KUBECTL, _APPLIED = "kubectl-", "kubectl-client-side-apply"
#: How long pods may take to be ready, in seconds: a real cluster may have to pull images.
_READY = 180.0
#: How long a namespace may take until pods can be made in it, in seconds.
_USABLE = 30.0


def make(cluster: Cluster, situation: Situation, faults: Sequence[Fault], mark: str) -> bool:
    """Make a situation with its faults, and wait until all of it is as it will stay.

    Args:
        mark: says which drill it is; one that is there with this mark stays as it is, if it was made to the end.

    Returns:
        Whether it was made.

    Raises:
        kubelearn.target.workspace.NotOursError: a namespace of it is somebody else's.
        kubernetes.client.ApiException: the cluster refuses something.
        RuntimeError: a command of a fault failed; with kubectl's words.
        TimeoutError: something that should get ready does not.
    """
    if all(_is_whole(cluster, name, mark) for name in situation.namespaces):
        return False
    remove(cluster, situation, mark)  # what was interrupted, or is about to go
    for name in situation.namespaces:
        _make_namespace(cluster, name, mark)
    for name in situation.namespaces:
        _wait_until_usable(cluster, name)
    documents = broken(situation.objects, faults)
    for document in documents:
        _create(cluster, _with_address(cluster, document))
    _wait_until_ready(cluster, [each for each in documents if each in situation.objects])
    follow_up(cluster, faults)
    for name in situation.namespaces:
        cluster.core.patch_namespace(name, {"metadata": {"annotations": {_WHOLE: "true"}}})
    return True


def follow_up(cluster: Cluster, faults: Iterable[Fault]) -> None:
    """Run the commands of faults that come once all else is there.

    Raises:
        RuntimeError: one failed; with kubectl's words.
    """
    for command in [command for fault in faults for command in fault.then]:
        handle_kubectl.succeed(cluster, *shlex.split(command), namespace=None)


def _is_whole(cluster: Cluster, name: str, mark: str) -> bool:
    """Say whether a drill's namespace is there, and was made to the end."""
    found = _found(cluster, name, mark)
    return bool(found and _WHOLE in found.metadata.annotations and not found.metadata.deletion_timestamp)


def _found(cluster: Cluster, name: str, mark: str) -> Found:
    """Return a drill's namespace; nothing if it is not there.

    Raises:
        kubelearn.target.workspace.NotOursError: there is one of that name, and it is not this drill's.
    """
    found = _if_there(partial(cluster.core.read_namespace, name))
    if found is None:
        return None
    if (found.metadata.annotations or {}).get(MARK) != mark:
        raise workspace.NotOursError(
            f"the namespace {name!r}, which this drill needs, is somebody else's. If nobody needs it, delete it: "
            f"kubectl delete namespace {name}"
        )
    return found


def _make_namespace(cluster: Cluster, name: str, mark: str) -> None:
    cluster.adopt(name)
    body: Any = {"metadata": {"name": name, "annotations": {MARK: mark}}}
    cluster.core.create_namespace(body)
    cluster.adopt(name)


def remove(cluster: Cluster, situation: Situation, mark: str) -> None:
    """Delete a drill's namespaces, and all that is in them, and wait until they are gone.

    Raises:
        kubelearn.target.workspace.NotOursError: a namespace of it is somebody else's; then all of them stay.
        RuntimeError: they do not go; with kubectl's words.
    """
    going = [name for name in situation.namespaces if _found(cluster, name, mark)]
    for name in going:
        workspace.remove(cluster.core, name)
    for name in going:
        handle_kubectl.succeed(cluster, "wait", "--for=delete", f"namespace/{name}", "--timeout=120s", namespace=None)


def is_as_made(cluster: Cluster, objects: Sequence[Manifest], faults: Sequence[Fault]) -> bool:
    """Say whether a situation with its faults is there as it was made: objects, pods, and nothing more of their names.

    What the cluster has added does not count.
    """
    documents = broken(objects, faults)
    made = [_identity(document) for document in documents]
    missing = [document for document in objects if _identity(document) not in made]
    return (
        all(_is_as_described(_there(cluster, document), document) for document in documents)
        and all(_there(cluster, document) is None for document in missing)
        and all(_made_its_pods(cluster, document) for document in documents if document["kind"] == "Deployment")
    )


def _identity(document: Manifest) -> tuple[str, str, str]:
    metadata = document["metadata"]
    return document["kind"], metadata["namespace"], metadata["name"]


def _is_as_described(there: Any, document: Manifest) -> bool:
    """Say whether an object has all that a manifest says, and kubectl has changed nothing of it."""
    if there is None or not _holds(there, {part: document[part] for part in ("metadata", "spec")}):
        return False
    managers = [entry["manager"] for entry in there["metadata"].get("managedFields", ())]
    return not any(manager.startswith(_KUBECTL) and manager != _APPLIED for manager in managers)


def _made_its_pods(cluster: Cluster, document: Manifest) -> bool:
    """Say whether all pods that a Deployment's selector fits are its own, with the labels that it gave them."""
    spec = document["spec"]
    labels = ",".join(f"{key}={value}" for key, value in spec["selector"]["matchLabels"].items())
    namespace = document["metadata"]["namespace"]
    pods: list[Found] = cluster.core.list_namespaced_pod(namespace, label_selector=labels).items
    wanted = spec["template"]["metadata"]["labels"]
    return all(
        pod.metadata.owner_references
        and {key: value for key, value in pod.metadata.labels.items() if key != _ADDED} == wanted
        for pod in pods
    )


def _there(cluster: Cluster, document: Manifest) -> Any:
    """Return an object as the API has it now; nothing if it is gone."""
    metadata = document["metadata"]
    read: dict[str, Callable[[str, str], Any]] = {
        "Deployment": cluster.apps.read_namespaced_deployment,
        "Service": cluster.core.read_namespaced_service,
    }
    found = _if_there(partial(read[document["kind"]], metadata["name"], metadata["namespace"]))
    api: Any = cluster.api
    return api.sanitize_for_serialization(found)


def _if_there(read: Callable[[], Found]) -> Found:
    """Return an object; nothing if it is not there."""
    try:
        return read()
    except ApiException as error:
        if error.status != 404:
            raise
        return None


def _holds(there: Any, wanted: Any) -> bool:
    """Say whether all of one value is in another."""
    if isinstance(wanted, dict):
        return isinstance(there, dict) and all(_holds(there.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(there, list) and len(there) == len(wanted) and all(map(_holds, there, wanted))
    return bool(there == wanted)


def _create(cluster: Cluster, document: Manifest) -> None:
    """Make one object.

    Raises:
        kubernetes.client.ApiException: the cluster refuses it.
    """
    create: Any = utils.create_from_dict
    try:
        create(cluster.api, document)
    except utils.FailToCreateError as error:
        raise error.api_exceptions[0] from error


def _with_address(cluster: Cluster, document: Manifest) -> Manifest:
    """Return a manifest; in an EndpointSlice by hand with the address of the pod of its Service's name."""
    if {"addresses": [POD_ADDRESS]} not in document.get("endpoints", ()):
        return document
    metadata = document["metadata"]
    name, namespace = metadata["labels"]["kubernetes.io/service-name"], metadata["namespace"]
    look = partial(_address, cluster, name, namespace)
    address = _awaited(look, Deadline(_READY), f"the pod `{name}` got no address")
    return {**document, "endpoints": [{"addresses": [address]}]}


def _address(cluster: Cluster, pod: str, namespace: str) -> str:
    found: Found = cluster.core.read_namespaced_pod(pod, namespace)
    return str(found.status.pod_ip or "")


def _wait_until_usable(cluster: Cluster, namespace: str) -> None:
    """Wait until a new namespace has what pods in it need."""
    account = partial(cluster.core.read_namespaced_service_account, "default", namespace)
    _awaited(partial(exists, account), Deadline(_USABLE), f"the namespace `{namespace}` got no service account")


def _wait_until_ready(cluster: Cluster, documents: Iterable[Manifest]) -> None:
    deadline = Deadline(_READY)
    for document in documents:
        if document["kind"] != "Deployment":
            continue
        name, namespace = document["metadata"]["name"], document["metadata"]["namespace"]
        failure = f"not all pods of the Deployment `{name}` became ready"
        _awaited(partial(_is_ready, cluster, name, namespace), deadline, failure)


def _is_ready(cluster: Cluster, name: str, namespace: str) -> bool:
    found: Found = cluster.apps.read_namespaced_deployment(name, namespace)
    return is_updated(found) and (found.status.ready_replicas or 0) == found.spec.replicas


def _awaited(look: Callable[[], T], deadline: Deadline, failure: str) -> T:
    """Look again and again, and return the first thing that is something.

    Raises:
        TimeoutError: there was none in time.
    """
    while not (found := look()):
        if deadline.passed:
            raise TimeoutError(f"in {deadline.seconds:g} s, {failure}")
        time.sleep(0.02)
    return found
