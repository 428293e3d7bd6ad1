"""Tables, cell by cell (K/pkg/printers/internalversion/printers.go, release 1.32)."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import printers
from kubelearn.cluster.apiserver.endpoints import tables
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.printers import age, duration, first
from kubelearn.cluster.apiserver.resources import BY_KEY, BY_PATH, RESOURCES
from kubelearn.cluster.meta import Object

_NOW = 1_800_000_000.0


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time stand still, so that ages can be told."""
    monkeypatch.setattr(printers, "time", SimpleNamespace(time=lambda: _NOW))


def _obj(resource: str, spec: Object | None = None, status: Object | None = None, **more: Any) -> Object:
    kind = BY_KEY[resource]
    metadata = {
        "name": "web",
        "namespace": "course",
        "creationTimestamp": meta.timestamp(_NOW - 5),
        **more.pop("metadata", {}),
    }
    found: Object = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata, **more}
    if spec is not None:
        found["spec"] = spec
    if status is not None:
        found["status"] = status
    return found


def _row(resource: str, obj: Object) -> dict[str, Any]:
    made = tables.table(BY_KEY[resource], [obj])
    names = [column["name"] for column in made["columnDefinitions"]]
    assert len(names) == len(made["rows"][0]["cells"])
    return dict(zip(names, made["rows"][0]["cells"], strict=True))


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
    assert age(meta.timestamp(_NOW - 130)) == "2m10s"
    assert age("2001-01-01T00:00:00.123456Z").endswith("y")


def test_first() -> None:
    assert first(["a", "b"]) == "a,b"
    assert first(["a", "b", "c", "d", "e"]) == "a,b,c + 2 more..."


#: What kubectl prints as headings: the columns of every resource, those for -o wide after the bar (facts 7.4).
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
    "daemonsets.apps": "Name Desired Current Ready Up-to-date Available Node-Selector Age | Containers Images Selector",
    "statefulsets.apps": "Name Ready Age | Containers Images",
    "replicationcontrollers": "Name Desired Current Ready Age | Containers Images Selector",
    "horizontalpodautoscalers.autoscaling": "Name Reference Targets MinPods MaxPods Replicas Age |",
    "configmaps": "Name Data Age |",
    "secrets": "Name Type Data Age |",
    "serviceaccounts": "Name Secrets Age |",
    "leases.coordination.k8s.io": "Name Holder Age |",
    "ingresses.networking.k8s.io": "Name Class Hosts Address Ports Age |",
    "networkpolicies.networking.k8s.io": "Name Pod-Selector Age |",
    "persistentvolumeclaims": (
        "Name Status Volume Capacity Access-Modes StorageClass VolumeAttributesClass Age | VolumeMode"
    ),
    "persistentvolumes": (
        "Name Capacity Access-Modes Reclaim-Policy Status Claim StorageClass VolumeAttributesClass Reason Age |"
        " VolumeMode"
    ),
    "storageclasses.storage.k8s.io": "Name Provisioner ReclaimPolicy VolumeBindingMode AllowVolumeExpansion Age |",
    "resourcequotas": "Name Request Limit Age |",
    "limitranges": "Name Created-At |",
}


@pytest.mark.parametrize("resource", sorted({resource.key for resource in RESOURCES if "list" in resource.verbs}))
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


# Pods

_READY = [{"type": "Initialized", "status": "True"}, {"type": "Ready", "status": "True"}]


def _container(
    state: Object, *, name: str = "c", ready: bool = False, restarts: int = 0, last: float | None = None, **more: Any
) -> Object:
    found: Object = {"name": name, "ready": ready, "restartCount": restarts, "state": state, **more}
    if last is not None:
        found["lastState"] = {"terminated": {"exitCode": 1, "finishedAt": meta.timestamp(_NOW - last)}}
    return found


def _pod(
    *containers: Object,
    init: tuple[Object, ...] = (),
    sidecars: tuple[str, ...] = (),
    phase: str = "Running",
    **more: Any,
) -> Object:
    spec: Object = {"containers": [{"name": c["name"]} for c in containers] or [{"name": "c"}], **more.pop("spec", {})}
    if init:
        spec["initContainers"] = [
            {"name": c["name"], **({"restartPolicy": "Always"} if c["name"] in sidecars else {})} for c in init
        ]
    status: Object = {
        "phase": phase,
        "containerStatuses": list(containers),
        **({"initContainerStatuses": list(init)} if init else {}),
        **more.pop("status", {}),
    }
    return _obj("pods", spec, status, **more)


_RUNNING: Object = {"running": {"startedAt": "2026-11-23T23:10:14Z"}}
_DONE: Object = {"terminated": {"exitCode": 0, "reason": "Completed"}}


def _waiting(reason: str) -> Object:
    return {"waiting": {"reason": reason}}


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        (_pod(phase="Pending"), "0/1 Pending 0"),
        (_pod(_container(_RUNNING, ready=True)), "1/1 Running 0"),
        (_pod(_container(_RUNNING)), "0/1 Running 0"),
        (_pod(_container(_waiting("ContainerCreating")), phase="Pending"), "0/1 ContainerCreating 0"),
        (_pod(_container(_waiting("ImagePullBackOff")), phase="Pending"), "0/1 ImagePullBackOff 0"),
        (_pod(_container(_waiting("CrashLoopBackOff"), restarts=3, last=12)), "0/1 CrashLoopBackOff 3 (12s ago)"),
        (_pod(_container(_RUNNING, ready=True, restarts=2)), "1/1 Running 2"),
        (_pod(_container({"terminated": {"exitCode": 4, "reason": "Error"}}), phase="Failed"), "0/1 Error 0"),
        (_pod(_container({"terminated": {"exitCode": 4}}), phase="Failed"), "0/1 ExitCode:4 0"),
        (_pod(_container({"terminated": {"exitCode": 137, "signal": 9}}), phase="Failed"), "0/1 Signal:9 0"),
        (_pod(_container(_DONE), phase="Succeeded"), "0/1 Completed 0"),
        (
            _pod(
                _container(_DONE, name="a"), _container(_RUNNING, name="b", ready=True), status={"conditions": _READY}
            ),
            "1/2 Running 0",
        ),
        (_pod(_container(_DONE, name="a"), _container(_RUNNING, name="b", ready=True)), "1/2 NotReady 0"),
        (
            _pod(_container(_waiting("ErrImagePull"), name="a"), _container(_waiting("CrashLoopBackOff"), name="b")),
            "0/2 ErrImagePull 0",
        ),
        (_pod(status={"reason": "Evicted"}, phase="Failed"), "0/1 Evicted 0"),
        (
            _pod(
                status={"conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]},
                phase="Pending",
            ),
            "0/1 SchedulingGated 0",
        ),
    ],
)
def test_pod_status(pod: Object, expected: str) -> None:
    row = _row("pods", pod)
    assert f"{row['Ready']} {row['Status']} {row['Restarts']}" == expected


_LATER = _container(_waiting("PodInitializing"))


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        (
            _pod(
                _LATER,
                init=(_container(_RUNNING, name="i"), _container(_waiting("PodInitializing"), name="j")),
                phase="Pending",
            ),
            "0/1 Init:0/2 0",
        ),
        (
            _pod(_LATER, init=(_container(_DONE, name="i"), _container(_RUNNING, name="j")), phase="Pending"),
            "0/1 Init:1/2 0",
        ),
        (
            _pod(
                _LATER,
                init=(_container({"terminated": {"exitCode": 1, "reason": "Error"}}, name="i", restarts=1, last=3),),
                phase="Pending",
            ),
            "0/1 Init:Error 1 (3s ago)",
        ),
        (
            _pod(_LATER, init=(_container({"terminated": {"exitCode": 2}}, name="i"),), phase="Pending"),
            "0/1 Init:ExitCode:2 0",
        ),
        (
            _pod(_LATER, init=(_container({"terminated": {"exitCode": 2, "signal": 15}}, name="i"),), phase="Pending"),
            "0/1 Init:Signal:15 0",
        ),
        (
            _pod(
                _LATER, init=(_container(_waiting("CrashLoopBackOff"), name="i", restarts=4, last=30),), phase="Pending"
            ),
            "0/1 Init:CrashLoopBackOff 4 (30s ago)",
        ),
        # Restarts of init containers that are done do not count any more.
        (
            _pod(
                _container(_RUNNING, ready=True, restarts=1), init=(_container(_DONE, name="i", restarts=4, last=30),)
            ),
            "1/1 Running 1",
        ),
        # Sidecars count as containers, with their restarts.
        (
            _pod(
                _container(_RUNNING, ready=True),
                init=(_container(_RUNNING, name="s", ready=True, started=True),),
                sidecars=("s",),
            ),
            "2/2 Running 0",
        ),
        (
            _pod(
                _container(_RUNNING, ready=True),
                init=(_container(_RUNNING, name="s", started=True, restarts=2, last=40),),
                sidecars=("s",),
            ),
            "1/2 Running 2 (40s ago)",
        ),
        (
            _pod(_LATER, init=(_container(_RUNNING, name="s", started=False),), sidecars=("s",), phase="Pending"),
            "0/2 Init:0/1 0",
        ),
        # A sidecar that fails later gives the reason, but the other containers count.
        (
            _pod(
                _container(_RUNNING, ready=True),
                init=(_container(_waiting("CrashLoopBackOff"), name="s", restarts=1),),
                sidecars=("s",),
                status={"conditions": _READY},
            ),
            "1/2 Init:CrashLoopBackOff 1",
        ),
    ],
)
def test_pod_status_with_init_containers(pod: Object, expected: str) -> None:
    row = _row("pods", pod)
    assert f"{row['Ready']} {row['Status']} {row['Restarts']}" == expected


@pytest.mark.parametrize(
    ("phase", "reason", "expected"),
    [("Running", "", "Terminating"), ("Succeeded", "", "Succeeded"), ("Running", "NodeLost", "Unknown")],
)
def test_pod_that_goes(phase: str, reason: str, expected: str) -> None:
    pod = _pod(phase=phase, status={"reason": reason}, metadata={"deletionTimestamp": meta.timestamp()})
    assert _row("pods", pod)["Status"] == expected


def test_pod_wide() -> None:
    assert list(_row("pods", _pod(phase="Pending")).values())[5:] == ["<none>"] * 4
    gates = {
        "nodeName": "worker",
        "readinessGates": [{"conditionType": "a"}, {"conditionType": "b"}, {"conditionType": "c"}],
    }
    conditions = [{"type": "a", "status": "True"}, {"type": "b", "status": "False"}]
    pod = _pod(
        spec=gates, status={"podIPs": [{"ip": "10.244.1.2"}], "nominatedNodeName": "other", "conditions": conditions}
    )
    assert list(_row("pods", pod).values())[5:] == ["10.244.1.2", "worker", "other", "1/3"]


def test_rows_of_ended_pods_say_so() -> None:
    rows = tables.table(BY_KEY["pods"], [_pod(phase="Succeeded"), _pod(phase="Failed"), _pod()])["rows"]
    assert [[condition["reason"] for condition in row.get("conditions", ())] for row in rows] == [
        ["Succeeded"],
        ["Failed"],
        [],
    ]


# Services and endpoints


@pytest.mark.parametrize(
    ("spec", "status", "expected"),
    [
        (
            {
                "type": "ClusterIP",
                "clusterIPs": ["10.96.70.26"],
                "ports": [{"port": 80, "protocol": "TCP"}],
                "selector": {"b": "2", "a": "1"},
            },
            {},
            ["ClusterIP", "10.96.70.26", "<none>", "80/TCP", "5s", "a=1,b=2"],
        ),
        (
            {"type": "ClusterIP", "clusterIPs": ["None"], "externalIPs": ["203.0.113.9", "203.0.113.8"]},
            {},
            ["ClusterIP", "None", "203.0.113.9,203.0.113.8", "<none>", "5s", "<none>"],
        ),
        (
            {
                "type": "NodePort",
                "clusterIPs": ["10.96.0.9"],
                "ports": [{"port": 80, "nodePort": 30080, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}],
            },
            {},
            ["NodePort", "10.96.0.9", "<none>", "80:30080/TCP,53/UDP", "5s", "<none>"],
        ),
        (
            {"type": "LoadBalancer", "clusterIPs": ["10.96.0.9"]},
            {"loadBalancer": {}},
            ["LoadBalancer", "10.96.0.9", "<pending>", "<none>", "5s", "<none>"],
        ),
        (
            {"type": "LoadBalancer", "clusterIPs": ["10.96.0.9"], "externalIPs": ["203.0.113.1"]},
            {"loadBalancer": {"ingress": [{"ip": "203.0.113.9"}, {"hostname": "a.example"}]}},
            ["LoadBalancer", "10.96.0.9", "203.0.113.9,a.example,203.0.113.1", "<none>", "5s", "<none>"],
        ),
        (
            {"type": "ExternalName", "externalName": "db.example.com"},
            {},
            ["ExternalName", "<none>", "db.example.com", "<none>", "5s", "<none>"],
        ),
    ],
)
def test_service(spec: Object, status: Object, expected: list[str]) -> None:
    assert list(_row("services", _obj("services", spec, status)).values())[1:] == expected


def _addresses(*ips: str) -> list[Object]:
    return [{"ip": ip} for ip in ips]


@pytest.mark.parametrize(
    ("subsets", "expected"),
    [
        (None, "<none>"),
        ([], "<none>"),
        ([{"notReadyAddresses": _addresses("10.244.0.1"), "ports": [{"port": 80}]}], ""),
        (
            [{"addresses": _addresses("10.244.0.1", "10.244.0.2"), "ports": [{"port": 80}, {"port": 81}]}],
            "10.244.0.1:80,10.244.0.2:80,10.244.0.1:81 + 1 more...",
        ),
        ([{"addresses": _addresses("10.244.0.1", "10.244.0.2")}], "10.244.0.1,10.244.0.2"),
        ([{"addresses": _addresses("fd00::1"), "ports": [{"port": 80}]}], "[fd00::1]:80"),
    ],
)
def test_endpoints(subsets: list[Object] | None, expected: str) -> None:
    assert (
        _row("endpoints", _obj("endpoints", **({} if subsets is None else {"subsets": subsets})))["Endpoints"]
        == expected
    )


@pytest.mark.parametrize(
    ("ports", "ips", "expected"),
    [
        (None, [], "<unset> <unset>"),
        ([{"port": 80}, {"name": "any"}, {}, {"port": 82}], ["10.244.0.1"], "80,any,* + 1 more... 10.244.0.1"),
        (
            [{"port": 8080}],
            ["10.244.0.1", "10.244.0.2", "10.244.0.3", "10.244.0.4", "10.244.0.5"],
            "8080 10.244.0.1,10.244.0.2,10.244.0.3 + 2 more...",
        ),
    ],
)
def test_endpointslice(ports: list[Object] | None, ips: list[str], expected: str) -> None:
    endpoints = [{"addresses": [ip], "conditions": {"ready": False}} for ip in ips]
    row = _row(
        "endpointslices.discovery.k8s.io",
        _obj("endpointslices.discovery.k8s.io", addressType="IPv4", ports=ports, endpoints=endpoints),
    )
    assert f"{row['Ports']} {row['Endpoints']}" == expected


# Workloads

_TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "a", "image": "nginx"}, {"name": "b", "image": "busybox:1.36"}]},
}
_WORKLOAD = {"selector": {"matchLabels": {"app": "web"}}, "template": _TEMPLATE}


def test_deployment() -> None:
    row = _row(
        "deployments.apps",
        _obj(
            "deployments.apps",
            {"replicas": 3, **_WORKLOAD},
            {"readyReplicas": 1, "updatedReplicas": 2, "availableReplicas": 1},
        ),
    )
    assert list(row.values()) == ["web", "1/3", 2, 1, "5s", "a,b", "nginx,busybox:1.36", "app=web"]
    assert _row("deployments.apps", _obj("deployments.apps", {"replicas": 0, **_WORKLOAD}, {}))["Ready"] == "0/0"


def test_replicaset() -> None:
    row = _row(
        "replicasets.apps", _obj("replicasets.apps", {"replicas": 3, **_WORKLOAD}, {"replicas": 2, "readyReplicas": 1})
    )
    assert list(row.values()) == ["web", 3, 2, 1, "5s", "a,b", "nginx,busybox:1.36", "app=web"]


def test_listed_workloads() -> None:
    assert list(_row("statefulsets.apps", _obj("statefulsets.apps", {"replicas": 2, **_WORKLOAD}, {})).values()) == [
        "web",
        "0/2",
        "5s",
        "a,b",
        "nginx,busybox:1.36",
    ]
    status = {
        "desiredNumberScheduled": 3,
        "currentNumberScheduled": 3,
        "numberReady": 2,
        "updatedNumberScheduled": 3,
        "numberAvailable": 1,
    }
    assert list(_row("daemonsets.apps", _obj("daemonsets.apps", _WORKLOAD, status)).values())[1:7] == [
        3,
        3,
        2,
        3,
        1,
        "<none>",
    ]
    row = _row(
        "replicationcontrollers",
        _obj("replicationcontrollers", {"replicas": 1, "selector": {"app": "web"}, "template": _TEMPLATE}, {}),
    )
    assert list(row.values())[1:] == [1, 0, 0, "5s", "a,b", "nginx,busybox:1.36", "app=web"]
    job = {"spec": {"template": _TEMPLATE}}
    row = _row(
        "cronjobs.batch",
        _obj("cronjobs.batch", {"schedule": "* * * * *", "suspend": False, "jobTemplate": job}, {"active": [{}]}),
    )
    assert list(row.values())[1:] == [
        "* * * * *",
        "<none>",
        "False",
        1,
        "<none>",
        "5s",
        "a,b",
        "nginx,busybox:1.36",
        "<none>",
    ]


@pytest.mark.parametrize(
    ("spec", "status", "expected"),
    [
        ({"completions": 3}, {"succeeded": 1}, "Running 1/3 -"),
        ({"parallelism": 2}, {}, "Running 0/1 of 2 -"),
        (
            {"parallelism": 1},
            {"startTime": "2026-11-23T23:10:14Z", "completionTime": "2026-11-23T23:12:19Z", "succeeded": 1},
            "Running 1/1 2m5s",
        ),
        (
            {"completions": 1},
            {
                "conditions": [
                    {"type": "SuccessCriteriaMet", "status": "True"},
                    {"type": "Complete", "status": "True"},
                ],
                "succeeded": 1,
            },
            "Complete 1/1 -",
        ),
        ({"completions": 1}, {"conditions": [{"type": "Failed", "status": "True"}]}, "Failed 0/1 -"),
        (
            {"completions": 1},
            {"conditions": [{"type": "FailureTarget", "status": "True"}, {"type": "Suspended", "status": "False"}]},
            "FailureTarget 0/1 -",
        ),
        ({"completions": 1}, {"conditions": [{"type": "Suspended", "status": "True"}]}, "Suspended 0/1 -"),
    ],
)
def test_job(spec: Object, status: Object, expected: str) -> None:
    row = _row("jobs.batch", _obj("jobs.batch", {**spec, **_WORKLOAD}, status))
    assert f"{row['Status']} {row['Completions']} {row['Duration'] or '-'}" == expected


def test_job_that_goes() -> None:
    job = _obj("jobs.batch", {"completions": 1, **_WORKLOAD}, {}, metadata={"deletionTimestamp": meta.timestamp()})
    assert _row("jobs.batch", job)["Status"] == "Terminating"


def _metric(kind: str, target: Object, **more: Any) -> Object:
    field = kind[0].lower() + kind[1:]
    return {"type": kind, field: {"target": target, **more}}


@pytest.mark.parametrize(
    ("metrics", "current", "expected"),
    [
        ([], [], "<none>"),
        ([_metric("Resource", {"averageUtilization": 50}, name="cpu")], [], "cpu: <unknown>/50%"),
        (
            [_metric("Resource", {"averageUtilization": 50}, name="cpu")],
            [{"type": "Resource", "resource": {"current": {"averageUtilization": 12}}}],
            "cpu: 12%/50%",
        ),
        (
            [_metric("Resource", {"averageValue": "1024Ki"}, name="memory")],
            [{"type": "Resource", "resource": {"current": {"averageValue": "512Ki"}}}],
            "memory: 512Ki/1Mi",
        ),
        ([_metric("Pods", {"averageValue": "100"})], [], "<unknown>/100"),
        ([_metric("External", {"value": "5"})], [], "<unknown>/5"),
        ([_metric("Object", {"averageValue": "5"})], [], "<unknown>/5 (avg)"),
        (
            [_metric("Resource", {"averageUtilization": n}, name="cpu") for n in (1, 2, 3)],
            [],
            "cpu: <unknown>/1%, cpu: <unknown>/2% + 1 more...",
        ),
        ([{"type": "New"}], [], "<unknown type>"),
    ],
)
def test_autoscaler_targets(metrics: list[Object], current: list[Object], expected: str) -> None:
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 4, "metrics": metrics}
    row = _row(
        "horizontalpodautoscalers.autoscaling",
        _obj("horizontalpodautoscalers.autoscaling", spec, {"currentReplicas": 1, "currentMetrics": current}),
    )
    assert row["Targets"] == expected
    assert [row[name] for name in ("Reference", "MinPods", "MaxPods", "Replicas")] == [
        "Deployment/web",
        "<unset>",
        4,
        1,
    ]


def test_autoscaler_in_version_1() -> None:
    resource = BY_PATH["autoscaling", "v1", "horizontalpodautoscalers"]
    obj = _obj(
        "horizontalpodautoscalers.autoscaling",
        {"maxReplicas": 4, "minReplicas": 1, "targetCPUUtilizationPercentage": 80},
        {},
    )
    cells = tables.table(resource, [{**obj, "apiVersion": "autoscaling/v1"}])["rows"][0]["cells"]
    assert cells[2:5] == ["cpu: <unknown>/80%", "1", 4]


# The rest


@pytest.mark.parametrize(
    ("spec", "conditions", "labels", "expected"),
    [
        (
            {},
            [{"type": "Ready", "status": "True"}],
            {"node-role.kubernetes.io/control-plane": ""},
            "Ready control-plane",
        ),
        (
            {},
            [{"type": "Ready", "status": "False"}],
            {"node-role.kubernetes.io/b": "", "kubernetes.io/role": "a", "node-role.kubernetes.io/": ""},
            "NotReady a,b",
        ),
        ({"unschedulable": True}, [{"type": "Ready", "status": "Unknown"}], {}, "NotReady,SchedulingDisabled <none>"),
        ({}, [], {}, "Unknown <none>"),
    ],
)
def test_node(spec: Object, conditions: list[Object], labels: dict[str, str], expected: str) -> None:
    row = _row(
        "nodes",
        _obj(
            "nodes",
            spec,
            {"conditions": conditions, "nodeInfo": {"kubeletVersion": "v1.32.5"}},
            metadata={"labels": labels},
        ),
    )
    assert f"{row['Status']} {row['Roles']}" == expected
    assert list(row.values())[4:] == ["v1.32.5", "<none>", "<none>", "<unknown>", "<unknown>", "<unknown>"]


def _ago(seconds: float) -> str:
    return meta.timestamp(_NOW - seconds)


def test_event() -> None:
    event = _obj(
        "events",
        involvedObject={"kind": "Pod", "name": "web-1", "fieldPath": "spec.containers{web}"},
        type="Warning",
        reason="BackOff",
        message=" Back-off \n",
        source={"component": "kubelet", "host": "worker"},
        firstTimestamp=_ago(700),
        lastTimestamp=_ago(7),
        count=4,
        reportingComponent="kubelet",
    )
    assert list(_row("events", event).values()) == [
        "7s",
        "Warning",
        "BackOff",
        "pod/web-1",
        "spec.containers{web}",
        "kubelet, worker",
        "Back-off",
        "11m",
        4,
        "web",
    ]


def test_event_of_the_new_api() -> None:
    event = _obj(
        "events",
        involvedObject={"kind": "Node"},
        eventTime=_ago(60),
        reportingComponent="scheduler",
        reportingInstance="s-1",
    )
    row = _row("events", event)
    assert [row[name] for name in ("Last Seen", "First Seen", "Count", "Object", "Source")] == [
        "60s",
        "60s",
        1,
        "node",
        "scheduler, s-1",
    ]
    row = _row("events", {**event, "series": {"count": 9, "lastObservedTime": _ago(3)}})
    assert [row[name] for name in ("Last Seen", "First Seen", "Count")] == ["3s", "60s", 9]


@pytest.mark.parametrize(
    ("resource", "more", "expected"),
    [
        ("configmaps", {"data": {"a": "1"}, "binaryData": {"b": ""}}, ["web", 2, "5s"]),
        ("secrets", {"type": "Opaque", "data": {"a": ""}}, ["web", "Opaque", 1, "5s"]),
        ("serviceaccounts", {}, ["web", 0, "5s"]),
        ("leases.coordination.k8s.io", {"spec": {"holderIdentity": "me"}}, ["web", "me", "5s"]),
        ("namespaces", {"status": {"phase": "Active"}}, ["web", "Active", "5s"]),
        (
            "ingresses.networking.k8s.io",
            {"spec": {"rules": [{"host": f"h{n}"} for n in range(5)], "tls": [{}]}},
            ["web", "<none>", "h0,h1,h2 + 2 more...", "", "80, 443", "5s"],
        ),
        (
            "ingresses.networking.k8s.io",
            {"spec": {"ingressClassName": "nginx", "rules": [{}]}},
            ["web", "nginx", "*", "", "80", "5s"],
        ),
        ("networkpolicies.networking.k8s.io", {"spec": {"podSelector": {}}}, ["web", "<none>", "5s"]),
        (
            "persistentvolumeclaims",
            {
                "spec": {"volumeName": "v", "storageClassName": "standard", "volumeMode": "Filesystem"},
                "status": {
                    "phase": "Bound",
                    "capacity": {"storage": "1024Mi"},
                    "accessModes": ["ReadWriteMany", "ReadWriteOnce"],
                },
            },
            ["web", "Bound", "v", "1Gi", "RWO,RWX", "standard", "<unset>", "5s", "Filesystem"],
        ),
        (
            "persistentvolumes",
            {
                "spec": {
                    "capacity": {"storage": "1Gi"},
                    "claimRef": {"namespace": "a", "name": "b"},
                    "persistentVolumeReclaimPolicy": "Delete",
                },
                "status": {"phase": "Bound"},
            },
            ["web", "1Gi", "", "Delete", "Bound", "a/b", "", "<unset>", "", "5s", "<unset>"],
        ),
        (
            "storageclasses.storage.k8s.io",
            {
                "provisioner": "local",
                "metadata": {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
            },
            ["web (default)", "local", "Delete", "Immediate", False, "5s"],
        ),
        (
            "resourcequotas",
            {"status": {"hard": {"pods": "4", "limits.cpu": "2", "cpu": "1"}, "used": {"pods": "1"}}},
            ["web", "cpu: 0/1, pods: 1/4", "limits.cpu: 0/2", "5s"],
        ),
    ],
)
def test_others(resource: str, more: Object, expected: list[Any]) -> None:
    assert list(_row(resource, _obj(resource, **more)).values()) == expected


def test_kinds_without_a_printer_show_when_they_were_made() -> None:
    obj = _obj("limitranges", metadata={"creationTimestamp": "2026-11-23T23:10:14Z"})
    assert list(_row("limitranges", obj).values()) == ["web", "2026-11-23T23:10:14Z"]


# The Table


def test_table() -> None:
    pod = _pod()
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
    pod = _pod()
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
    pod = _pod(metadata={"resourceVersion": "9"})
    assert tables.table_event(BY_KEY["pods"], pod)["columnDefinitions"] is None
    opening = tables.table_event(BY_KEY["pods"], pod, columns=True)
    assert opening["columnDefinitions"] == tables.table(BY_KEY["pods"], [])["columnDefinitions"]
    assert opening["metadata"] == {"resourceVersion": "9"}


def test_a_thousand_pods_are_fast() -> None:
    pods = [
        _pod(
            _container(_RUNNING, ready=True, restarts=1, last=n),
            status={"conditions": _READY, "podIPs": [{"ip": "10.244.1.2"}]},
            metadata={"creationTimestamp": _ago(n)},
        )
        for n in range(1000)
    ]
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        tables.table(BY_KEY["pods"], pods)
        best = min(best, time.perf_counter() - start)
    assert best < 0.03
