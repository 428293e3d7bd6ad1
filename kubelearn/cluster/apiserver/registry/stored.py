"""What a write has to agree with: the object that is stored."""

from __future__ import annotations

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.go.values import parse_uint
from kubelearn.cluster.apiserver.kinds.strategy import Strategy, keep
from kubelearn.cluster.apiserver.resources import Resource
from kubelearn.cluster.meta import Object

#: metadata that only the server writes; an update keeps what is stored.
_SERVER_METADATA = ("uid", "creationTimestamp", "generation", "selfLink")
#: … and what may be left out, but not changed.
_DELETION = ("deletionTimestamp", "deletionGracePeriodSeconds")
#: Where etcd has the objects of a resource, unless its name says it.
_PREFIXES = {"services": "services/specs", "endpoints": "services/endpoints", "nodes": "minions"}


def check_preconditions(kind: Resource, old: Object, uid: str | None, resource_version: str | None) -> None:
    """Refuse a deletion of another object, or of another state, than the client means.

    Raises:
        ApiError: 409.
    """
    metadata = old["metadata"]
    if uid and uid != metadata["uid"]:
        why = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {metadata['uid']}"
        raise errors.conflict(kind.plural, metadata["name"], kind.group, why)
    if resource_version and resource_version != metadata["resourceVersion"]:
        raise errors.conflict(kind.plural, metadata["name"], kind.group)


def check_stored(kind: Resource, old: Object, metadata: Object) -> None:
    """Refuse to replace an object by what was made of another one, or of an older state.

    Raises:
        ApiError: 409; 400 for what is no resourceVersion.
    """
    before = old["metadata"]
    if metadata.get("uid", before["uid"]) != before["uid"]:
        parts = ("/registry", _PREFIXES.get(kind.key, kind.plural), before.get("namespace", ""), before["name"])
        key = "/".join(part for part in parts if part)
        why = f"Precondition failed: UID in precondition: {metadata['uid']}, UID in object meta: {before['uid']}"
        problem = f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: {why}"
        raise errors.conflict(kind.plural, before["name"], kind.group, problem)
    version = version_of(metadata)
    if version and version != int(before["resourceVersion"]):
        raise errors.conflict(kind.plural, before["name"], kind.group)


def version_of(metadata: Object) -> int:
    """Return an object's resourceVersion as a number; 0 means any state.

    Raises:
        ApiError: 400, it is none.
    """
    text = metadata.get("resourceVersion")
    try:
        return parse_uint(text) if text else 0
    except ValueError as error:
        raise errors.unexplained(str(error)) from None


def claims_to_be_stored(metadata: Object) -> bool:
    """Tell whether a new object has a resourceVersion; what is no number counts as none, as in the real server."""
    try:
        return version_of(metadata) != 0
    except errors.ApiError:
        return False


def check_versioned(kind: Resource, metadata: Object, strategy: Strategy) -> None:
    """Refuse an update that does not say which state it replaces, where the kind asks for it.

    Raises:
        ApiError: 422.
    """
    if not strategy.unconditional and not version_of(metadata):
        cause = errors.invalid_value("metadata.resourceVersion", 0, "must be specified for an update")
        raise errors.invalid(kind.plural, metadata["name"], [cause], kind.group)


def keep_server_metadata(metadata: Object, old: Object, namespace: str) -> None:
    """Put back what an update cannot change, in place.

    Args:
        metadata: of the new object.
        old: metadata of the stored object.
        namespace: the request's, empty for resources that have none.
    """
    for key in _SERVER_METADATA:
        if key in old:
            metadata[key] = old[key]
        else:
            metadata.pop(key, None)
    for key in _DELETION:
        if metadata.get(key) is None:
            keep(metadata, old, key)
    if namespace:
        metadata["namespace"] = namespace
    else:
        metadata.pop("namespace", None)


def same_but_for_times(obj: Object, old: Object) -> bool:
    """Return whether an update changes nothing but the times in managedFields."""
    if obj.keys() != old.keys() or any(obj[key] != old[key] for key in obj if key != "metadata"):
        return False

    def timeless(value: Object) -> Object:
        entries = [{k: v for k, v in e.items() if k != "time"} for e in value["metadata"].get("managedFields") or ()]
        return {**value, "metadata": {**value["metadata"], "managedFields": entries}}

    return timeless(obj) == timeless(old)
