"""The fault of the capstone: planted in a second shop, another one each time, diagnosed first and then cured.

Which one it is follows from a number that the cluster has made, the uid of the second shop's namespace, and is kept as
an annotation there: so a check knows it, and nobody who looks around reads it by the way. The diagnosis is an
annotation, too: it is written on any cluster, and the API server keeps the time.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import yaml

from kubelearn.target.connection import Cluster

from .capstone_shop import (
    BRANCH,
    HELLO,
    REPLICAS,
    SHOP,
    SHOP_IMAGE,
    STOCK,
    STOCK_IMAGE,
    STOCK_TARGET,
    answered,
)
from .change import ROLLED, after, roll
from .core import NotAttempted, NotYet, Spoiled
from .probe import Found, client_pod
from .situation import apply
from .through import replicas
from .tiers import exists

#: Under which keys the namespace keeps the number, and the learner's diagnosis.
_SEED, DIAGNOSIS = "kubelearn/seed", "diagnosis"
#: A second shop that works, in one namespace.
MANIFEST = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {STOCK}}}
spec:
  replicas: {REPLICAS}
  selector: {{matchLabels: {{app: {STOCK}}}}}
  template:
    metadata: {{labels: {{app: {STOCK}}}}}
    spec:
      containers:
      - name: {STOCK}
        image: {STOCK_IMAGE}
        command: [./podinfo, --port={STOCK_TARGET}]
---
apiVersion: v1
kind: Service
metadata: {{name: {STOCK}}}
spec:
  selector: {{app: {STOCK}}}
  ports: [{{port: 80, targetPort: {STOCK_TARGET}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {SHOP}}}
spec:
  selector: {{matchLabels: {{app: {SHOP}}}}}
  template:
    metadata: {{labels: {{app: {SHOP}}}}}
    spec:
      containers:
      - name: {SHOP}
        image: {SHOP_IMAGE}
---
apiVersion: v1
kind: Service
metadata: {{name: {SHOP}}}
spec:
  selector: {{app: {SHOP}}}
  ports: [{{port: 80}}]
---
apiVersion: v1
kind: Service
metadata: {{name: {HELLO}}}
spec:
  type: ExternalName
  externalName: {STOCK}.{BRANCH}.svc.cluster.local
"""

Documents = dict[tuple[str, str], dict[str, Any]]


@dataclass(frozen=True)
class Fault:
    """Something that can be wrong with the second shop.

    Attributes:
        key: what a learner writes as the diagnosis.
        says: what that means, for the list to choose from.
        plant: breaks the manifests, by kind and name.
    """

    key: str
    says: str
    plant: Callable[[Documents], None]


def _set(document: tuple[str, str], value: object, *path: str | int) -> Callable[[Documents], None]:
    """Return what sets a field of a manifest."""

    def plant(documents: Documents) -> None:
        place: Any = documents[document]
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return plant


_DEPLOYMENT, _SERVICE = ("Deployment", STOCK), ("Service", STOCK)
_CONTAINER = ("spec", "template", "spec", "containers", 0)
FAULTS = (
    Fault(
        "selector", f"the Service `{STOCK}` looks for other labels", _set(_SERVICE, "stocks", "spec", "selector", "app")
    ),
    Fault("service-port", f"the Service `{STOCK}` has another port", _set(_SERVICE, 8080, "spec", "ports", 0, "port")),
    Fault(
        "target-port",
        f"the Service `{STOCK}` passes connections on to a wrong port",
        _set(_SERVICE, STOCK_TARGET - 1, "spec", "ports", 0, "targetPort"),
    ),
    Fault(
        "server-port",
        f"the server in `{STOCK}` listens on a wrong port",
        _set(_DEPLOYMENT, ["./podinfo", f"--port={STOCK_TARGET + 1}"], *_CONTAINER, "command"),
    ),
    Fault(
        "image",
        f"the image of `{STOCK}` does not exist",
        _set(_DEPLOYMENT, STOCK_IMAGE.replace("6.8.0", "6.8.x"), *_CONTAINER, "image"),
    ),
    Fault(
        "readiness",
        f"the pods of `{STOCK}` work, but never count as ready",
        _set(
            _DEPLOYMENT,
            {"httpGet": {"path": "/ready", "port": STOCK_TARGET}, "periodSeconds": 1},
            *_CONTAINER,
            "readinessProbe",
        ),
    ),
    Fault("no-pods", f"nobody wants pods of `{STOCK}`", _set(_DEPLOYMENT, 0, "spec", "replicas")),
    Fault(
        "name",
        f"the name `{HELLO}` leads to nothing",
        _set(("Service", HELLO), f"{STOCK}.{SHOP}.svc.cluster.local", "spec", "externalName"),
    ),
)
#: Handle → what was planted there last.
_last: WeakKeyDictionary[Cluster, Fault] = WeakKeyDictionary()


def planted(seed: int) -> Fault:
    """Return the fault that follows from a number."""
    return FAULTS[seed % len(FAULTS)]


def plant(cluster: Cluster) -> None:
    """Make the second shop, with a fault in it that is not the last one."""
    apply(cluster, _namespace())
    seed = zlib.crc32(str(_uid(cluster)).encode())
    while planted(seed) is _last.get(cluster):
        seed += 1
    plant_seeded(cluster, seed)


def plant_seeded(cluster: Cluster, seed: int) -> None:
    """Make the second shop, with the fault that follows from a number."""
    fault = _last[cluster] = planted(seed)
    apply(cluster, _namespace(seed))
    documents = {(made["kind"], made["metadata"]["name"]): made for made in yaml.safe_load_all(MANIFEST)}
    fault.plant(documents)
    apply(cluster, yaml.safe_dump_all(documents.values(), sort_keys=False), BRANCH)


def plant_if_missing(cluster: Cluster) -> None:
    """Make the second shop unless there is one."""
    if not exists(lambda: cluster.core.read_namespace(BRANCH)):
        plant(cluster)


def _namespace(seed: int | None = None) -> str:
    metadata: dict[str, object] = {"name": BRANCH}
    if seed is not None:
        metadata["annotations"] = {_SEED: str(seed)}
    return yaml.safe_dump({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})


def _uid(cluster: Cluster) -> str:
    namespace: Found = cluster.core.read_namespace(BRANCH)
    return str(namespace.metadata.uid)


def check_fault(cluster: Cluster) -> str:
    """Prove that the fault was named before it was cured, and that visitors get the page, from new pods as well."""
    if not exists(lambda: cluster.core.read_namespace(BRANCH)):
        raise Spoiled(f"the namespace `{BRANCH}` is gone")
    namespace: Found = cluster.core.read_namespace(BRANCH)
    written = namespace.metadata.annotations or {}
    if _SEED not in written:
        raise Spoiled(f"the namespace `{BRANCH}` is not the one in which the fault was planted")
    said, fault = written.get(DIAGNOSIS, ""), planted(int(written[_SEED]))
    if said and said not in {each.key for each in FAULTS}:
        known = ", ".join(f"`{each.key}`" for each in FAULTS)
        raise NotYet(f"the diagnosis `{said}` is not one of those to choose from: {known}")
    proof = _works(cluster, said)
    _diagnosed(cluster, said, fault, namespace)
    now = roll(cluster, STOCK, BRANCH)
    proof = after(ROLLED.format(STOCK), lambda: _visited(cluster, now))
    return f"the diagnosis `{fault.key}` was right: {fault.says}. Now {proof}"


def _works(cluster: Cluster, said: str) -> str:
    """Raise unless visitors get the page."""
    try:
        pods = replicas(cluster, STOCK, BRANCH)
        replicas(cluster, SHOP, BRANCH)
        return _visited(cluster, pods)
    except (NotAttempted, NotYet) as reason:
        if said:
            raise NotYet(f"the diagnosis `{said}` is noted. Visitors still do not get the page: {reason}") from None
        raise NotAttempted(
            f"visitors of `http://{SHOP}.{BRANCH}` do not get the page, and there is no diagnosis yet"
        ) from None


def _visited(cluster: Cluster, pods: list[str]) -> str:
    with client_pod(cluster) as run:
        return answered(run, f"http://{SHOP}.{BRANCH}", pods)


def _diagnosed(cluster: Cluster, said: str, fault: Fault, namespace: Found) -> None:
    """Raise unless the right diagnosis was written down before the shop was changed."""
    if not said:
        raise Spoiled(f"`{BRANCH}` works again, but nobody wrote down before what was wrong. The diagnosis comes first")
    if said != fault.key:
        raise Spoiled(f"`{BRANCH}` works again, but the diagnosis was `{said}`, and it was `{fault.key}`: {fault.says}")
    if _changed(cluster) < _written(namespace):
        raise Spoiled(f"the diagnosis `{said}` is right, but it was written down after the cure. It comes first")


def _written(namespace: Found) -> datetime:
    """Return when the diagnosis was written down, as the API server has noted it; to a second."""
    key = f"f:{DIAGNOSIS}"
    times: list[datetime] = [
        entry.time
        for entry in namespace.metadata.managed_fields or ()
        if key in ((entry.fields_v1 or {}).get("f:metadata") or {}).get("f:annotations", {})
    ]
    return max(times, default=namespace.metadata.creation_timestamp)


def _changed(cluster: Cluster) -> datetime:
    """Return when somebody changed the second shop last, in what is wanted of it; to a second."""
    found: list[Found] = [
        *cluster.apps.list_namespaced_deployment(BRANCH).items,
        *cluster.core.list_namespaced_service(BRANCH).items,
    ]
    times: list[datetime] = [
        entry.time
        for each in found
        for entry in each.metadata.managed_fields or ()
        if entry.subresource != "status" and entry.time
    ]
    return max(times)
