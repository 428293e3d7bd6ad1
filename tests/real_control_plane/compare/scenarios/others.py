"""The smaller kinds."""

from __future__ import annotations

from tests.real_control_plane.compare.objects import Object, config, merged
from tests.real_control_plane.compare.session import MERGE, TABLE, Session

_ENDPOINTS = "endpoints"


def configs(session: Session) -> None:
    for number, more in enumerate(
        (
            {},
            {"data": {"a": "b"}},
            {"data": {"a b": "c"}},
            {"data": {"..": "c"}},
            {"data": {"..a": "c"}},
            {"data": {"": "c"}},
            {"data": {"a" * 254: "b"}},
            {"data": {"a": 1}},
            {"data": {"a": None}},
            {"data": ["a"]},
            {"data": "x"},
            {"binaryData": {"a": "eA=="}},
            {"binaryData": {"a": "!"}},
            {"data": {"a": "b"}, "binaryData": {"a": "eA=="}},
            {"data": {"a": "x" * 1048577}},
            {"data": {"a": "x" * 3200000}},
            {"immutable": True, "data": {"a": "b"}},
            {"immutable": "yes"},
            {"foo": 1},
            {"data": None},
        )
    ):
        session.create("configmaps", config(f"c{number}", **more), note=f"{number} {str(more)[:60]}")
    for name in ("", "A", "a.b", "a" * 254):
        session.create("configmaps", config(name))
    path = session.path("configmaps", "c16")
    for change in (
        {"data": {"a": "c"}},
        {"data": None},
        {"immutable": False},
        {"immutable": None},
        {"binaryData": {"x": "eA=="}},
        {"metadata": {"labels": {"a": "b"}}},
    ):
        session.patch(path, change, MERGE)
    session.get("configmaps", accept=TABLE)


def secrets(session: Session) -> None:
    for number, more in enumerate(
        (
            {},
            {"data": {"a": "eA=="}},
            {"data": {"a": "plain!"}},
            {"stringData": {"a": "b"}},
            {"stringData": {"a": "b"}, "data": {"a": "eA==", "b": "eQ=="}},
            {"type": "kubernetes.io/tls"},
            {"type": "kubernetes.io/tls", "stringData": {"tls.crt": "a", "tls.key": "b"}},
            {"type": "kubernetes.io/basic-auth"},
            {"type": "kubernetes.io/ssh-auth"},
            {"type": "kubernetes.io/dockerconfigjson", "stringData": {".dockerconfigjson": "x"}},
            {"type": "kubernetes.io/dockerconfigjson"},
            {"type": "kubernetes.io/dockercfg"},
            {"type": "kubernetes.io/service-account-token"},
            {"type": "example.com/x"},
            {"stringData": {"a b": "c"}},
            {"stringData": {"a": 1}},
            {"immutable": True},
            {"type": "bootstrap.kubernetes.io/token"},
        )
    ):
        session.create("secrets", {"metadata": {"name": f"s{number}"}, **more}, note=str(more))
    session.patch(session.path("secrets", "s1"), {"type": "other"}, MERGE)
    session.patch(session.path("secrets", "s1"), {"stringData": {"z": "y"}}, MERGE)
    session.patch(session.path("secrets", "s16"), {"stringData": {"z": "y"}}, MERGE)
    session.get("secrets", accept=TABLE)
    session.get("secrets", fieldSelector="type=Opaque")


def accounts(session: Session) -> None:
    for more in (
        {},
        {"metadata": {"name": "A"}},
        {"automountServiceAccountToken": False},
        {"secrets": [{"name": "a"}]},
        {"imagePullSecrets": [{"name": "b"}]},
        {"automountServiceAccountToken": "x"},
    ):
        session.create("serviceaccounts", merged({"metadata": {"name": "robot"}}, more))
        session.delete(session.path("serviceaccounts", "robot"))
    session.get("serviceaccounts", accept=TABLE)
    session.get(session.path("serviceaccounts", "default"))
    for body in (
        {},
        {"spec": {"audiences": ["a"], "expirationSeconds": 5}},
        {"spec": {"expirationSeconds": 2**33}},
        {"spec": {"boundObjectRef": {"kind": "Pod", "name": "missing"}}},
        {"metadata": {"name": "x"}},
    ):
        answer = session.send("POST", session.path("serviceaccounts", "default", "token"), body, record=False)
        if answer.status >= 400:
            session.answers.append(answer)
    session.create(session.path("serviceaccounts", "missing", "token"), {})
    session.get(session.path("serviceaccounts", "default", "token"))
    session.delete(session.path("serviceaccounts", "default"), dryRun="All")


def _new_namespaces(session: Session) -> None:
    """Make namespaces with right and wrong names."""
    for body in (
        {"metadata": {"name": "A"}},
        {"metadata": {"name": "a.b"}},
        {"metadata": {"name": ""}},
        {"metadata": {"name": "a" * 64}},
        {"metadata": {"name": session.namespace}},
        {"metadata": {"name": "default"}},
        {"metadata": {"generateName": "x-"}, "spec": {"finalizers": ["kubernetes"]}},
        {"metadata": {"name": f"{session.namespace}-b", "labels": {"kubernetes.io/metadata.name": "other"}}},
        {"metadata": {"name": f"{session.namespace}-c"}, "spec": {"finalizers": ["x"]}},
    ):
        session.create("namespaces", body)


def _changed_namespaces(session: Session) -> None:
    """Delete what must stay, change a namespace, and delete it."""
    for name in ("default", "kube-system"):
        session.delete(f"/api/v1/namespaces/{name}")
    session.delete(f"/api/v1/namespaces/{session.namespace}-b", {"propagationPolicy": "Orphan"}, dryRun="All")
    path = f"/api/v1/namespaces/{session.namespace}-b"
    for change in (
        {"metadata": {"labels": {"kubernetes.io/metadata.name": "x"}}},
        {"metadata": {"labels": {"kubernetes.io/metadata.name": None}}},
        {"metadata": {"labels": {"a": "b"}}},
        {"spec": {"finalizers": []}},
        {"status": {"phase": "Terminating"}},
    ):
        session.patch(path, change, MERGE)
    session.get(path, accept=TABLE)
    session.send("DELETE", "/api/v1/namespaces")
    session.get("/api/v1/namespaces/default")
    session.get("/api/v1/namespaces/missing")
    session.delete(path)
    session.until(
        "/api/v1/namespaces",
        lambda found: all(item["metadata"]["name"] != f"{session.namespace}-b" for item in found["items"]),
    )
    session.delete(path)


def _held_namespace(session: Session) -> None:
    """Delete a namespace in which a finalizer holds an object."""
    held = f"{session.namespace}-d"
    session.create("namespaces", {"metadata": {"name": held}})
    session.until(f"/api/v1/namespaces/{held}/configmaps", lambda found: found["items"])
    session.create(f"/api/v1/namespaces/{held}/configmaps", config("held", data={}))
    session.patch(f"/api/v1/namespaces/{held}/configmaps/held", {"metadata": {"finalizers": ["example.com/f"]}}, MERGE)
    session.delete(f"/api/v1/namespaces/{held}")
    session.until(
        f"/api/v1/namespaces/{held}",
        lambda found: any(
            each["type"] == "NamespaceFinalizersRemaining" and each["status"] == "True"
            for each in found["status"].get("conditions", ())
        ),
    )
    session.get(f"/api/v1/namespaces/{held}")
    session.create(f"/api/v1/namespaces/{held}/configmaps", config("late"))
    session.delete(f"/api/v1/namespaces/{held}")
    session.get(f"/api/v1/namespaces/{held}", accept=TABLE)
    session.patch(f"/api/v1/namespaces/{held}/configmaps/held", {"metadata": {"finalizers": None}}, MERGE)
    session.until(f"/api/v1/namespaces/{held}", lambda found: found.get("code") == 404)
    session.get(f"/api/v1/namespaces/{held}")


def namespaces(session: Session) -> None:
    """Namespaces: made, changed, and on their way out."""
    _new_namespaces(session)
    _changed_namespaces(session)
    _held_namespace(session)


def _endpoints(session: Session) -> None:
    """Make Endpoints, right and wrong."""
    address = {"ip": "1.2.3.4"}
    for subset in (
        {"addresses": [address], "ports": [{"port": 80}]},
        {"addresses": [{"ip": "x"}], "ports": [{"port": 80}]},
        {"addresses": [{"ip": "127.0.0.1"}]},
        {"addresses": [{"ip": "169.254.1.1"}, {"ip": "224.0.0.1"}, {"ip": "0.0.0.0"}]},
        {"addresses": [{}]},
        {"ports": [{"port": 80}]},
        {"addresses": [address], "ports": [{"port": 0}]},
        {"addresses": [address], "ports": [{"port": 80}, {"port": 81}]},
        {"addresses": [address], "ports": [{"name": "A_", "port": 80, "protocol": "X"}]},
        {"addresses": [{**address, "hostname": "A_", "nodeName": "A_"}]},
        {
            "addresses": [{**address, "targetRef": {"kind": "Pod", "name": "x"}}],
            "notReadyAddresses": [{"ip": "1.2.3.5"}],
            "ports": [{"name": "a", "port": 80}],
        },
        {
            "addresses": [{"ip": "fd00::1"}, {"ip": "1.2.3.4"}, {"ip": "1.2.3.3"}, {"ip": "1.2.3.4"}],
            "ports": [{"port": 80}],
        },
        {"addresses": [{"ip": "01.2.3.4"}]},
    ):
        session.create(_ENDPOINTS, {"metadata": {"name": "web"}, "subsets": [subset]})
        session.delete(session.path(_ENDPOINTS, "web"))
    session.create(
        _ENDPOINTS,
        {
            "metadata": {"name": "two"},
            "subsets": [
                {"addresses": [{"ip": "1.2.3.5"}], "ports": [{"port": 80}]},
                {"addresses": [{"ip": "1.2.3.4"}], "ports": [{"port": 80}]},
            ],
        },
    )
    session.get(_ENDPOINTS, accept=TABLE)


def _slices(session: Session) -> None:
    """Make EndpointSlices, right and wrong."""
    base: Object = {
        "metadata": {"name": "web-1", "labels": {"kubernetes.io/service-name": "web"}},
        "addressType": "IPv4",
        "ports": [{"name": "http", "port": 80}],
        "endpoints": [{"addresses": ["1.2.3.4"]}],
    }
    for change in (
        {},
        {"addressType": None},
        {"addressType": "X"},
        {"endpoints": [{"addresses": []}]},
        {"endpoints": [{}]},
        {"endpoints": [{"addresses": ["x"]}]},
        {"endpoints": [{"addresses": ["fd00::1"]}]},
        {"endpoints": [{"addresses": ["127.0.0.1"]}]},
        {"endpoints": [{"addresses": ["1.2.3.4"], "hostname": "A_", "nodeName": "A_"}]},
        {"endpoints": None},
        {"ports": None},
        {"ports": [{"port": 0}]},
        {"ports": [{"name": "A_", "protocol": "X", "appProtocol": "a b"}]},
        {"ports": [{"port": 1}, {"port": 2}]},
        {"addressType": "FQDN", "endpoints": [{"addresses": ["a.b"]}]},
        {"addressType": "FQDN", "endpoints": [{"addresses": ["A_"]}]},
        {
            "endpoints": [
                {
                    "addresses": ["1.2.3.4"],
                    "conditions": {"ready": False},
                    "zone": "z",
                    "hints": {"forZones": [{"name": "z"}]},
                }
            ]
        },
        {"endpoints": [{"addresses": ["1.2.3.4"], "deprecatedTopology": {"a": "b"}}]},
    ):
        session.create("endpointslices", merged(base, change), note=str(change))
        session.patch(session.path("endpointslices", "web-1"), {"addressType": "IPv6"}, MERGE)
        session.get("endpointslices", accept=TABLE)
        session.delete(session.path("endpointslices", "web-1"))


def endpoints(session: Session) -> None:
    """Endpoints and EndpointSlices that somebody writes by hand."""
    _endpoints(session)
    _slices(session)


def leases(session: Session) -> None:
    root = f"/apis/coordination.k8s.io/v1/namespaces/{session.namespace}/leases"
    for spec in (
        {},
        {"holderIdentity": "a", "leaseDurationSeconds": 10, "renewTime": "2026-01-01T00:00:00.000000Z"},
        {"leaseDurationSeconds": 0},
        {"leaseTransitions": -1},
        {"renewTime": "x"},
        {"renewTime": "2026-01-01T00:00:00Z"},
        {"holderIdentity": ""},
        {"strategy": "OldestEmulationVersion"},
    ):
        session.create(root, {"metadata": {"name": "web"}, "spec": spec})
        session.get(root, accept=TABLE)
        session.put(f"{root}/web", {"metadata": {"name": "web"}, "spec": spec})
        session.delete(f"{root}/web")
    session.apply(
        f"{root}/applied", {"kind": "Lease", "apiVersion": "coordination.k8s.io/v1", "spec": {"holderIdentity": "a"}}
    )


def _core_events(session: Session) -> None:
    """Make events of the core group."""
    base: Object = {
        "metadata": {"name": "e"},
        "involvedObject": {"kind": "Pod", "name": "web", "namespace": session.namespace},
        "reason": "R",
        "message": "m",
        "type": "Normal",
        "firstTimestamp": "2026-01-01T00:00:00Z",
        "lastTimestamp": "2026-01-01T00:00:00Z",
        "count": 1,
        "source": {"component": "me"},
    }
    for change in (
        {},
        {"involvedObject": {"namespace": "other"}},
        {"involvedObject": None},
        {"involvedObject": {"namespace": None}},
        {"type": "Odd"},
        {"type": None},
        {"reason": None},
        {"eventTime": "2026-01-01T00:00:00.000000Z"},
        {
            "eventTime": "2026-01-01T00:00:00.000000Z",
            "reportingComponent": "a.b/c",
            "reportingInstance": "i",
            "action": "A",
        },
        {
            "eventTime": "2026-01-01T00:00:00.000000Z",
            "reportingComponent": "a b",
            "reportingInstance": "i" * 129,
            "action": "A" * 129,
            "reason": "R" * 129,
            "note": "x",
        },
        {"message": "x" * 2000},
    ):
        session.create("events", merged(base, change), note=str(change)[:150])
        session.get("events", accept=TABLE)
        session.patch(session.path("events", "e"), {"count": 5}, MERGE)
        session.delete(session.path("events", "e"))


def _new_events(session: Session) -> None:
    """Make events of the newer group."""
    new = f"/apis/events.k8s.io/v1/namespaces/{session.namespace}/events"
    body: Object = {
        "metadata": {"name": "n"},
        "eventTime": "2026-01-01T00:00:00.000000Z",
        "reportingController": "a.b/c",
        "reportingInstance": "i",
        "action": "A",
        "reason": "R",
        "regarding": {"kind": "Pod", "name": "web", "namespace": session.namespace},
        "note": "n",
        "type": "Normal",
    }
    for change in (
        {},
        {"eventTime": None},
        {"reportingController": None},
        {"type": "Odd"},
        {"note": "x" * 2000},
        {"regarding": {"namespace": "other"}},
        {"series": {"count": 1}},
        {"deprecatedCount": 5},
    ):
        session.create(new, merged(body, change), note=str(change)[:150])
        session.get(new, accept=TABLE)
        session.patch(f"{new}/n", {"note": "other"}, MERGE)
        session.delete(f"{new}/n")


def events(session: Session) -> None:
    """Events in both of their forms."""
    _core_events(session)
    _new_events(session)
    session.get("events", fieldSelector="involvedObject.name=web,type!=Normal")
    session.get("events", fieldSelector="involvedObject.foo=web")


def nodes(session: Session) -> None:
    name = f"n-{session.namespace}"[:60]
    for body in (
        {"metadata": {"name": "A_"}},
        {"metadata": {"name": ""}},
        {"metadata": {"name": name}, "spec": {"taints": [{"key": "a b", "effect": "X"}]}},
        {"metadata": {"name": name}, "spec": {"podCIDR": "x", "unschedulable": True}},
        {"metadata": {"name": name}, "spec": {"unschedulable": True, "taints": [{"key": "a", "effect": "NoExecute"}]}},
    ):
        session.create("nodes", body)
    path = session.path("nodes", name)
    for change in (
        {"spec": {"podCIDR": "10.244.9.0/24"}},
        {"spec": {"providerID": "x"}},
        {"spec": {"providerID": "y"}},
        {"spec": {"taints": [{"key": "a", "effect": "NoSchedule"}, {"key": "a", "effect": "NoSchedule"}]}},
        {"spec": {"taints": [{"key": "a", "value": "b c", "effect": "NoSchedule"}]}},
        {"metadata": {"labels": {"node-role.kubernetes.io/worker": ""}}},
        {"status": {"capacity": {"cpu": "x"}}},
    ):
        session.patch(path, change, MERGE)
    session.delete(path)
    session.delete(path)


def reviews(session: Session) -> None:
    session.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", {})
    session.create(
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        {"kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1"},
        dryRun="All",
    )
    access = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    for spec in (
        {},
        {"resourceAttributes": {"verb": "get", "resource": "pods"}},
        {"nonResourceAttributes": {"path": "/", "verb": "get"}},
        {"resourceAttributes": {"verb": "get"}, "nonResourceAttributes": {"path": "/"}},
        {"foo": 1},
    ):
        session.create(access, {"spec": spec})
    session.create(access, {})
    session.create(access, {"metadata": {"name": "x"}, "spec": {"resourceAttributes": {"verb": "get"}}})
    session.get(access)
    session.create("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {"spec": {"namespace": "default"}})
    session.create("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {"spec": {}})
    for token in ("", "wrong"):
        session.send("GET", "/api/v1/pods", token=token)
        session.send("GET", "/version", token=token)
        session.send("GET", "/healthz", token=token)
        session.send("GET", "/", token=token)
        session.send("GET", "/api", token=token)
        session.send("GET", "/foo", token=token)
        session.send("POST", session.path("pods"), {}, token=token)
        session.send("GET", session.path("pods", "web", "log"), token=token)
        session.send("GET", "/apis/apps/v1/namespaces/default/deployments/x/scale", token=token)
