"""Tables: columns, ages, what goes with the rows (K/pkg/printers/internalversion/printers.go, release 1.36)."""

from __future__ import annotations

import time

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.authorization.rbac import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES
from kubelearn.cluster.apiserver.endpoints import tables
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.printers import age, duration, first
from kubelearn.cluster.apiserver.resources import BY_KEY, RESOURCES
from tests.unit.cluster.apiserver.rows import NOW, READY, RUNNING, ago, container_of, pod_of

pytestmark = pytest.mark.usefixtures("still")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (1.9, "1s"),
        (119, "119s"),
        (120, "2m"),
        (125, "2m5s"),
        (599, "9m59s"),
        (600, "10m"),
        (10799, "179m"),
        (10800, "3h"),
        (11100, "3h5m"),
        (28800, "8h"),
        (172799, "47h"),
        (172800, "2d"),
        (176400, "2d1h"),
        (691199, "7d23h"),
        (691200, "8d"),
        (729 * 86400, "729d"),
        (730 * 86400, "2y"),
        (731 * 86400, "2y1d"),
        (8 * 365 * 86400, "8y"),
        (9 * 365 * 86400 + 86400, "9y"),
        (-0.5, "0s"),
        (-1.9, "0s"),
        (-2, "<invalid>"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_age() -> None:
    assert age(None) == age("") == "<unknown>"
    assert age(meta.timestamp(NOW - 130)) == "2m10s"
    assert age("2001-01-01T00:00:00.123456Z").endswith("y")


def test_first() -> None:
    assert first(["a", "b"]) == "a,b"
    assert first(["a", "b", "c", "d", "e"]) == "a,b,c + 2 more..."


#: What kubectl prints as headings: the columns of every resource, those for -o wide after the bar.
_HEADINGS = {
    "pods": "Name Ready Status Restarts Age | IP Node Nominated-Node Readiness-Gates",
    "services": "Name Type Cluster-IP External-IP Port(s) Age | Selector",
    "deployments.apps": "Name Ready Up-to-date Available Age | Containers Images Selector",
    "replicasets.apps": "Name Desired Current Ready Age | Containers Images Selector",
    "nodes": "Name Status Roles Age Version | Internal-IP External-IP OS-Image Kernel-Version Container-Runtime",
    "endpoints": "Name Endpoints Age |",
    "endpointslices.discovery.k8s.io": "Name AddressType Ports Endpoints Age |",
    "namespaces": "Name Status Age |",
    "events": "Last-Seen Type Reason Object Message | Subobject Source First-Seen Count Name",
    "jobs.batch": "Name Status Completions Duration Age | Containers Images Selector",
    "cronjobs.batch": "Name Schedule Timezone Suspend Active Last-Schedule Age | Containers Images Selector",
    "podtemplates": "Name Containers Images Pod-Labels |",
    "controllerrevisions.apps": "Name Controller Revision Age |",
    "daemonsets.apps": "Name Desired Current Ready Up-to-date Available Node-Selector Age | Containers Images Selector",
    "statefulsets.apps": "Name Ready Age | Containers Images",
    "replicationcontrollers": "Name Desired Current Ready Age | Containers Images Selector",
    "horizontalpodautoscalers.autoscaling": "Name Reference Targets MinPods MaxPods Replicas Age |",
    "configmaps": "Name Data Age |",
    "secrets": "Name Type Data Age |",
    "serviceaccounts": "Name Age |",
    "leases.coordination.k8s.io": "Name Holder Age |",
    "apiservices.apiregistration.k8s.io": "Name Service Available Age |",
    "certificatesigningrequests.certificates.k8s.io": ("Name Age SignerName Requestor RequestedDuration Condition |"),
    "ingressclasses.networking.k8s.io": "Name Controller Parameters Age |",
    "ingresses.networking.k8s.io": "Name Class Hosts Address Ports Age |",
    "ipaddresses.networking.k8s.io": "Name ParentRef Age |",
    "servicecidrs.networking.k8s.io": "Name CIDRs Age |",
    "networkpolicies.networking.k8s.io": "Name Pod-Selector Age |",
    "persistentvolumeclaims": (
        "Name Status Volume Capacity Access-Modes StorageClass VolumeAttributesClass Age | VolumeMode"
    ),
    "persistentvolumes": (
        "Name Capacity Access-Modes Reclaim-Policy Status Claim StorageClass VolumeAttributesClass Reason Age |"
        " VolumeMode"
    ),
    "storageclasses.storage.k8s.io": "Name Provisioner ReclaimPolicy VolumeBindingMode AllowVolumeExpansion Age |",
    "poddisruptionbudgets.policy": "Name Min-Available Max-Unavailable Allowed-Disruptions Age |",
    "resourcequotas": "Name Request Limit Age |",
    "priorityclasses.scheduling.k8s.io": "Name Value Global-Default Age PreemptionPolicy |",
    "limitranges": "Name Created-At |",
    **dict.fromkeys((CLUSTER_ROLES, ROLES), "Name Created-At |"),
    **dict.fromkeys((CLUSTER_ROLE_BINDINGS, ROLE_BINDINGS), "Name Role Age | Users Groups ServiceAccounts"),
}


@pytest.mark.parametrize(
    "resource",
    sorted({one.key for one in RESOURCES if "list" in one.verbs and not one.is_only_listed} | _HEADINGS.keys()),
)
def test_columns(resource: str) -> None:
    columns = tables.table(BY_KEY[resource], [])["columnDefinitions"]
    shown = " ".join(column["name"].replace(" ", "-") for column in columns if not column["priority"])
    wide = " ".join(column["name"].replace(" ", "-") for column in columns if column["priority"])
    assert f"{shown} | {wide}".rstrip() == _HEADINGS[resource]
    assert all(list(column) == ["name", "type", "format", "description", "priority"] for column in columns)
    assert [column["name"] for column in columns if column["format"] == "name"] == ["Name"]


@pytest.mark.parametrize("resource", sorted({resource.key for resource in RESOURCES if "list" in resource.verbs}))
def test_bare_objects_have_a_row(resource: str) -> None:
    """A bookmark's object has metadata only."""
    kind = BY_KEY[resource]
    bare = {
        "kind": kind.kind,
        "apiVersion": kind.api_version,
        "metadata": {"resourceVersion": "7", "creationTimestamp": None},
    }
    made = tables.table_event(kind, bare)
    assert made["columnDefinitions"] is None
    assert made["metadata"] == {"resourceVersion": "7"}
    assert len(made["rows"][0]["cells"]) == len(tables.table(kind, [])["columnDefinitions"])


def test_table() -> None:
    pod = pod_of()
    made = tables.table(BY_KEY["pods"], [pod], list_metadata={"resourceVersion": "12", "continue": "x"})
    assert list(made) == ["kind", "apiVersion", "metadata", "columnDefinitions", "rows"]
    assert (made["kind"], made["apiVersion"]) == ("Table", "meta.k8s.io/v1")
    assert made["metadata"] == {"resourceVersion": "12", "continue": "x"}
    assert made["rows"][0]["object"] == {
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": pod["metadata"],
    }


def test_include_object() -> None:
    pod = pod_of()
    assert tables.table(BY_KEY["pods"], [pod], "Object")["rows"][0]["object"] is pod
    assert tables.table(BY_KEY["pods"], [pod], "None")["rows"][0]["object"] is None
    assert (
        tables.table(BY_KEY["pods"], [pod], "", version="v1beta1")["rows"][0]["object"]["apiVersion"]
        == "meta.k8s.io/v1beta1"
    )
    with pytest.raises(ApiError) as raised:
        tables.table(BY_KEY["pods"], [pod], "All")
    assert (
        raised.value.message
        == "Unable to convert to Table as requested: includeObject: Invalid value: \"All\": must be 'Metadata',"
        " 'Object', 'None', or empty"
    )


def test_watch_events() -> None:
    pod = pod_of(metadata={"resourceVersion": "9"})
    assert tables.table_event(BY_KEY["pods"], pod)["columnDefinitions"] is None
    opening = tables.table_event(BY_KEY["pods"], pod, columns=True)
    assert opening["columnDefinitions"] == tables.table(BY_KEY["pods"], [])["columnDefinitions"]
    assert opening["metadata"] == {"resourceVersion": "9"}


def test_a_thousand_pods_are_fast() -> None:
    pods = [
        pod_of(
            container_of(RUNNING, ready=True, restarts=1, last=n),
            status={"conditions": READY, "podIPs": [{"ip": "10.244.1.2"}]},
            metadata={"creationTimestamp": ago(n)},
        )
        for n in range(1000)
    ]
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        tables.table(BY_KEY["pods"], pods)
        best = min(best, time.process_time() - start)
    assert best < 0.03
