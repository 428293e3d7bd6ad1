"""Small things about API objects that every component needs.

An object is a plain JSON value (``dict``).  What the store hands out is shared
by everyone who reads it, so it is *frozen by convention*: call :func:`thaw`
before changing anything.
"""

from __future__ import annotations

import random
import time
import uuid
from typing import Any

Object = dict[str, Any]

#: The version of Kubernetes whose words this cluster speaks.
VERSION = "v1.36.3"
#: The same without the patch: ``1.36``.
MINOR_VERSION = VERSION[1:].rpartition(".")[0]
CLUSTER_DOMAIN = "cluster.local"
#: Alphabet of generated names: no vowels and no look-alikes
#: (apimachinery/pkg/util/rand).
SAFE_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


def thaw(value: Any) -> Any:
    """Return a deep copy of a JSON value, safe to change."""
    if type(value) is dict:
        return {key: thaw(item) for key, item in value.items()}
    if type(value) is list:
        return [thaw(item) for item in value]
    return value


def timestamp(seconds: float | None = None) -> str:
    """Return a time as ``metav1.Time`` writes it: RFC 3339, UTC, whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() if seconds is None else seconds))


def micro_timestamp(seconds: float | None = None) -> str:
    """Return a time as ``metav1.MicroTime`` writes it; by default the present."""
    if seconds is None:
        seconds = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1e6):06d}Z"


def seconds_of(text: str) -> float:
    """Return the Unix time of an RFC 3339 UTC time stamp."""
    import calendar

    whole, _, fraction = text.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(f"0.{fraction or 0}")


def new_uid(rng: random.Random) -> str:
    """Return a random UUID, repeatable with a seeded generator."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def suffix(rng: random.Random, length: int = 5) -> str:
    """Return the random tail of a generated name."""
    return "".join(rng.choices(SAFE_ALPHABET, k=length))


def name_of(obj: Object) -> str:
    """Return ``metadata.name``, empty before it is generated."""
    name: str = obj["metadata"].get("name", "")
    return name


def namespace_of(obj: Object) -> str:
    """Return ``metadata.namespace``, empty for objects of the whole cluster."""
    namespace: str = obj["metadata"].get("namespace", "")
    return namespace


def labels_of(obj: Object) -> dict[str, str]:
    """Return ``metadata.labels``; to be read, not changed."""
    return obj["metadata"].get("labels") or {}


def annotations_of(obj: Object) -> dict[str, str]:
    """Return ``metadata.annotations``; to be read, not changed."""
    return obj["metadata"].get("annotations") or {}


def annotated_number(obj: Object, annotation: str) -> int | None:
    """Return the number that an annotation holds, None where it is missing or holds no number."""
    text = annotations_of(obj).get(annotation, "")
    return int(text) if text.isascii() and text.isdigit() else None


def phase_of(obj: Object) -> str:
    """Return ``status.phase``, empty while there is none."""
    found: str = (obj.get("status") or {}).get("phase", "")
    return found


def is_terminating(obj: Object) -> bool:
    """Return whether an object's deletion has begun."""
    return "deletionTimestamp" in obj["metadata"]


def by_age(obj: Object) -> tuple[str, str]:
    """Sort key: the oldest first."""
    return obj["metadata"]["creationTimestamp"], name_of(obj)


def drop_finalizer(obj: Object, finalizer: str) -> None:
    """Take a finalizer from an object that may be changed."""
    finalizers = [other for other in obj["metadata"].get("finalizers") or () if other != finalizer]
    if finalizers:
        obj["metadata"]["finalizers"] = finalizers
    else:
        obj["metadata"].pop("finalizers", None)


def controller_of(obj: Object) -> Object | None:
    """Return the owner reference with ``controller: true``, if there is one."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            found: Object = reference
            return found
    return None


def controller_reference(owner: Object) -> Object:
    """Return the owner reference that a controller puts on what it makes."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def matches(selector: dict[str, str] | None, labels: dict[str, str]) -> bool:
    """Return whether labels contain every pair of an equality selector.

    An empty selector matches nothing, as for Services.
    """
    if not selector:
        return False
    return all(labels.get(key) == value for key, value in selector.items())


def condition(obj: Object, kind: str) -> Object | None:
    """Return the status condition of one type."""
    for item in (obj.get("status") or {}).get("conditions") or ():
        if item["type"] == kind:
            found: Object = item
            return found
    return None


def transition_time(obj: Object, kind: str, status: str) -> str:
    """Return a condition's ``lastTransitionTime``: that of before if it has the status already, else the present."""
    known = condition(obj, kind)
    if known is not None and known["status"] == status:
        since: str = known["lastTransitionTime"]
        return since
    return timestamp()


def set_condition(obj: Object, kind: str, status: str, **more: Any) -> None:
    """Set a status condition of an object that may be changed; others stay where they are (SetStatusCondition)."""
    found = {"type": kind, "status": status, "lastTransitionTime": transition_time(obj, kind, status), **more}
    conditions = obj["status"]["conditions"] = list(obj["status"].get("conditions") or ())
    for index, item in enumerate(conditions):
        if item["type"] == kind:
            conditions[index] = found
            return
    conditions.append(found)


def is_ready(obj: Object) -> bool:
    """Return whether a pod or node is Ready."""
    ready = condition(obj, "Ready")
    return ready is not None and ready["status"] == "True"
