"""What may change in a Service, and its status."""

from __future__ import annotations

from typing import Any

from tests.objects import merged, service
from tests.real_control_plane.compare.session import MERGE, Session

#: From what, to what.
_CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"spec": {"clusterIP": "10.96.100.1"}}),
    ({}, {"spec": {"clusterIP": "None"}}),
    ({}, {"spec": {"clusterIP": ""}}),
    ({}, {"spec": {"clusterIP": None}}),
    ({}, {"spec": {"clusterIPs": None}}),
    ({}, {"spec": {"clusterIP": None, "clusterIPs": None}}),
    ({}, {"spec": {"type": "NodePort"}}),
    ({}, {"spec": {"type": "LoadBalancer"}}),
    ({}, {"spec": {"type": "ExternalName", "externalName": "a.b"}}),
    ({}, {"spec": {"type": "ExternalName"}}),
    ({}, {"spec": {"selector": None}}),
    ({}, {"spec": {"ports": None}}),
    ({}, {"spec": {"ports": []}}),
    ({}, {"spec": {"ports": [{"port": 81, "targetPort": "x"}]}}),
    ({}, {"spec": {"sessionAffinity": "ClientIP"}}),
    ({}, {"spec": {"ipFamilies": ["IPv6"]}}),
    ({}, {"spec": {"ipFamilyPolicy": "PreferDualStack"}}),
    ({}, {"spec": {"ipFamilyPolicy": "RequireDualStack"}}),
    ({}, {"spec": {"ipFamilies": None}}),
    ({}, {"spec": {"internalTrafficPolicy": None}}),
    ({}, {"spec": {"externalTrafficPolicy": "Local"}}),
    ({}, {"metadata": {"name": "other"}}),
    ({}, {"metadata": {"namespace": "other"}}),
    ({}, {"metadata": {"uid": "x"}}),
    ({}, {"metadata": {"labels": {"a": "b"}}}),
    ({}, {"metadata": {"generation": 9}}),
    ({}, {"metadata": {"creationTimestamp": "2020-01-01T00:00:00Z"}}),
    ({}, {"metadata": {"creationTimestamp": None}}),
    ({}, {"metadata": {"resourceVersion": "1"}}),
    ({}, {"metadata": {"resourceVersion": ""}}),
    ({}, {"metadata": {"resourceVersion": "x"}}),
    ({}, {"metadata": {"deletionTimestamp": "2020-01-01T00:00:00Z"}}),
    ({}, {"spec": None}),
    ({}, {"status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}}),
    ({}, {"kind": "Pod"}),
    ({}, {"apiVersion": "v2"}),
    ({}, {"kind": None}),
    ({}, {"spec": {"foo": 1}}),
    ({}, {"spec": {"ports": [{"port": "x"}]}}),
    ({}, {}),
    ({}, {"spec": {"loadBalancerClass": "a.b/c"}}),
    ({"type": "NodePort", "ports": [{"port": 80, "nodePort": 31010}]}, {"spec": {"type": "ClusterIP"}}),
    (
        {"type": "NodePort", "ports": [{"port": 80, "nodePort": 31011}]},
        {"spec": {"ports": [{"port": 80, "nodePort": 31012}]}},
    ),
    ({"type": "NodePort"}, {"spec": {"ports": [{"port": 80}]}}),
    (
        {"type": "NodePort", "ports": [{"port": 80, "nodePort": 31013}]},
        {"spec": {"type": "ClusterIP", "ports": [{"port": 80, "nodePort": 31013}]}},
    ),
    ({"type": "NodePort"}, {"spec": {"ports": [{"port": 80, "nodePort": 5}]}}),
    ({"type": "NodePort"}, {"spec": {"type": "ExternalName", "externalName": "a.b"}}),
    (
        {"type": "NodePort", "ports": [{"port": 80, "nodePort": 31014}]},
        {"spec": {"type": "ClusterIP", "ports": [{"port": 81, "nodePort": 31014}]}},
    ),
    ({"type": "NodePort"}, {"spec": {"clusterIP": "None", "clusterIPs": ["None"]}}),
    ({"type": "NodePort", "externalTrafficPolicy": "Local"}, {"spec": {"type": "ClusterIP"}}),
    ({"clusterIP": "None"}, {"spec": {"type": "NodePort"}}),
    ({"clusterIP": "None"}, {"spec": {"clusterIP": "10.96.100.2"}}),
    ({"clusterIP": "None"}, {"spec": {"clusterIP": ""}}),
    ({"clusterIP": "None"}, {"spec": {"type": "ExternalName", "externalName": "a.b"}}),
    ({"type": "ExternalName", "externalName": "a.b", "ports": None}, {"spec": {"type": "ClusterIP"}}),
    (
        {"type": "ExternalName", "externalName": "a.b", "ports": None},
        {"spec": {"type": "ClusterIP", "ports": [{"port": 80}]}},
    ),
    ({"type": "ExternalName", "externalName": "a.b"}, {"spec": {"type": "ClusterIP", "externalName": None}}),
    ({"type": "ExternalName", "externalName": "a.b"}, {"spec": {"externalName": None}}),
    ({"type": "ExternalName", "externalName": "a.b"}, {"spec": {"externalName": "c.d."}}),
    ({"type": "LoadBalancer"}, {"spec": {"type": "ClusterIP"}}),
    ({"type": "LoadBalancer"}, {"spec": {"type": "NodePort"}}),
    ({"type": "LoadBalancer", "loadBalancerClass": "a.b/c"}, {"spec": {"loadBalancerClass": "a.b/d"}}),
    ({"type": "LoadBalancer", "externalTrafficPolicy": "Local"}, {"spec": {"externalTrafficPolicy": "Cluster"}}),
    ({"type": "LoadBalancer"}, {"spec": {"allocateLoadBalancerNodePorts": False}}),
    ({"type": "LoadBalancer", "externalTrafficPolicy": "Local"}, {"spec": {"type": "ClusterIP"}}),
    ({"sessionAffinity": "ClientIP"}, {"spec": {"sessionAffinity": "None"}}),
    ({"sessionAffinity": "ClientIP"}, {"spec": {"sessionAffinity": None}}),
    ({"sessionAffinity": "ClientIP"}, {"spec": {"sessionAffinity": "None", "sessionAffinityConfig": None}}),
]


def changed_services(session: Session) -> None:
    for number, (before, change) in enumerate(_CHANGES):
        path = session.path("services", "web")
        made = session.create("services", service(**before), note=f"change {number}", record=False)
        session.patch(path, change, MERGE, note=f"{before} -> {change}")
        session.put(path, merged(made.body, change), note=f"PUT {before} -> {change}")
        session.delete(path, record=False)


def service_status(session: Session) -> None:
    session.create("services", service(type="LoadBalancer"))
    path = session.path("services", "web", "status")
    session.get(path)
    for ingress in (
        {"ip": "1.2.3.4"},
        {"hostname": "a.b"},
        {"ip": "x"},
        {"hostname": "1.2.3.4"},
        {"ip": "1.2.3.4", "ipMode": "VIP"},
        {"ip": "1.2.3.4", "ipMode": "X"},
        {"ip": "1.2.3.4", "ports": [{"port": 80, "protocol": "TCP"}]},
    ):
        session.patch(path, {"status": {"loadBalancer": {"ingress": [ingress]}}}, MERGE)
    session.patch(
        path,
        {
            "status": {
                "conditions": [
                    {
                        "type": "a.b/Ready",
                        "status": "True",
                        "reason": "R",
                        "message": "m",
                        "lastTransitionTime": "2020-01-01T00:00:00Z",
                    }
                ]
            }
        },
        MERGE,
    )
    session.patch(path, {"status": {"conditions": [{"type": "a b", "status": "X"}]}}, MERGE)
    session.patch(path, {"spec": {"type": "ClusterIP"}, "metadata": {"labels": {"a": "b"}}}, MERGE)
    session.get("services")
    session.get("services", accept="application/json;as=Table;v=v1;g=meta.k8s.io")
    session.send("GET", session.path("services", "web", "scale"))
    session.send("GET", session.path("services", "web", "proxy"), note="proxy without endpoints")
    session.send("GET", session.path("services", "missing", "proxy"))
    session.send("GET", session.path("services", "web:nope", "proxy"))
    session.send("GET", session.path("services", "a:b:c:d", "proxy"))
