"""The fault of the capstone: one of the drills', in a second shop, another one each time; diagnosed first, then cured.

Which one it is follows from a number that the cluster has made, the uid of the second shop's namespace, and is kept as
an annotation there: so a check knows it, and nobody who looks around reads it by the way. The diagnosis is an
annotation, too: it is written on any cluster, and the API server keeps the time.
"""

from __future__ import annotations

import zlib
from datetime import datetime
from weakref import WeakKeyDictionary

import yaml

from kubelearn.course.drills import faults
from kubelearn.course.drills.faults import Fault
from kubelearn.course.drills.shapes import Route
from kubelearn.course.exercises.change import ROLLED, after, roll
from kubelearn.course.exercises.core import NotAttempted, NotYet, Spoiled
from kubelearn.course.exercises.probe import Found, client_pod
from kubelearn.course.exercises.situation import apply
from kubelearn.course.exercises.through import replicas
from kubelearn.course.exercises.tiers import exists
from kubelearn.course.exercises.words import listed
from kubelearn.target.connection import Cluster

from .shop import (
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

#: Under which keys the namespace keeps the number, and the learner's diagnosis.
_SEED, DIAGNOSIS = "kubelearn/seed", "diagnosis"
_PART = "http"
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
      - name: {_PART}
        image: {STOCK_IMAGE}
        ports: [{{name: {_PART}, containerPort: {STOCK_TARGET}}}]
---
apiVersion: v1
kind: Service
metadata: {{name: {STOCK}}}
spec:
  selector: {{app: {STOCK}}}
  ports: [{{name: {_PART}, port: 80, targetPort: {STOCK_TARGET}}}]
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
#: Who calls whom there, as the faults of drills want to know it.
_ROUTE = Route(
    caller=SHOP,
    home=BRANCH,
    app=STOCK,
    ns=BRANCH,
    service=STOCK,
    port=80,
    target=STOCK_TARGET,
    url=f"http://{SHOP}.{BRANCH}",
    other="store",
    spare=9090,
    part=_PART,
)
#: The faults of drills that fit: of the Service, or of a Deployment whatever its image is.
FAULTS = (
    "image",
    "no-replicas",
    "port",
    "protocol",
    "selector",
    "target-port",
    "target-port-name",
    "template-label",
)
#: Handle → what was planted there last.
_last: WeakKeyDictionary[Cluster, str] = WeakKeyDictionary()


def planted(seed: int) -> Fault:
    """Return the fault that follows from a number."""
    return faults.read(FAULTS[seed % len(FAULTS)]).on(_ROUTE)


def plant(cluster: Cluster) -> None:
    """Make the second shop, with a fault in it that is not the last one."""
    apply(cluster, _namespace())
    seed = zlib.crc32(str(_uid(cluster)).encode())
    while planted(seed).name == _last.get(cluster):
        seed += 1
    plant_seeded(cluster, seed)


def plant_seeded(cluster: Cluster, seed: int) -> None:
    """Make the second shop, with the fault that follows from a number."""
    fault = planted(seed)
    _last[cluster] = fault.name
    apply(cluster, _namespace(seed))
    documents = faults.broken(list(yaml.safe_load_all(MANIFEST)), [fault])
    apply(cluster, yaml.safe_dump_all(documents, sort_keys=False), BRANCH)


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
    if said and said not in FAULTS:
        raise NotYet(f"the diagnosis `{said}` is not one of those to choose from: {listed(FAULTS, 'none')}")
    proof = _works(cluster, said)
    _diagnosed(cluster, said, fault, namespace)
    now = roll(cluster, STOCK, BRANCH)
    proof = after(ROLLED.format(STOCK), lambda: _visited(cluster, now))
    return f"the diagnosis `{fault.name}` was right: {fault.diagnosis}. Now {proof}"


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
    if said != fault.name:
        raise Spoiled(
            f"`{BRANCH}` works again, but the diagnosis was `{said}`, and it was `{fault.name}`: {fault.diagnosis}"
        )
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
