"""Protobuf bodies: what the real kubectl 1.32.5 sends (caught from the binary), and what is wrong with broken ones."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.resources import RESOURCES, Resource
from kubelearn.cluster.apiserver.serializer import protobuf, strict
from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_for
from kubelearn.cluster.meta import Object

from .wire import body_of, envelope, field, varint

BODIES = {
    "create_deployment": (
        "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50ErgBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEoYBCAMSDAoKCgNh"
        "cHASA3dlYhpsChwKABIAGgAiACoAMgA4AEIAWgoK"
        "A2FwcBIDd2ViEkwSLgoFbmdpbngSBW5naW54KgAyCgoAEAAYUCIAKgBCAGoAcgCAAQCIAQCQAQCiAQAaADIAQgBKAFIAWABgAGgA"
        "ggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAA"
        "KAA4ABoAIgA="
    ),
    "create_deployment_no_replicas": (
        "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EtUBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEqMBCAASDAoKCgNh"
        "cHASA3dlYhqIAQocCgASABoAIgAqADIAOABCAFoK"
        "CgNhcHASA3dlYhJoEiIKBW5naW54EgVuZ2lueCoAQgBqAHIAgAEAiAEAkAEAogEAEiYKB2J1c3lib3gSB2J1c3lib3gqAEIAagBy"
        "AIABAIgBAJABAKIBABoAMgBCAEoAUgBYAGAAaACC"
        "AQCKAQCaAQDCAQAiAgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA=="
    ),
    "create_service_clusterip": (
        "azhzAAoNCgJ2MRIHU2VydmljZRKNAQofCgN3ZWISABoAIgAqADIAOABCAFoKCgNhcHASA3dlYhJmChsKBzgwLTgwODASA1RDUBhQ"
        "IgcIABCQPxoAKAAKIgoJNDQzLWh0dHBzEgNUQ1AY"
        "uwMiCwgBEAAaBWh0dHBzKAASCgoDYXBwEgN3ZWIaACIJQ2x1c3RlcklQOgBCAFIAWgBgAGgAGgIKABoAIgA="
    ),
    "create_service_headless": (
        "azhzAAoNCgJ2MRIHU2VydmljZRJKChsKAWgSABoAIgAqADIAOABCAFoICgNhcHASAWgSJxIICgNhcHASAWgaBE5vbmUiCUNsdXN0"
        "ZXJJUDoAQgBSAFoAYABoABoCCgAaACIA"
    ),
    "create_service_nodeport": (
        "azhzAAoNCgJ2MRIHU2VydmljZRJhCh0KAm5wEgAaACIAKgAyADgAQgBaCQoDYXBwEgJucBI8ChcKAjgwEgNUQ1AYUCIGCAAQUBoA"
        "KIDrARIJCgNhcHASAm5wGgAiCE5vZGVQb3J0OgBC"
        "AFIAWgBgAGgAGgIKABoAIgA="
    ),
    "create_service_externalname": (
        "azhzAAoNCgJ2MRIHU2VydmljZRJXCh0KAmVuEgAaACIAKgAyADgAQgBaCQoDYXBwEgJlbhIyEgkKA2FwcBICZW4aACIMRXh0ZXJu"
        "YWxOYW1lOgBCAFILZXhhbXBsZS5jb21aAGAAaAAa"
        "AgoAGgAiAA=="
    ),
    "create_namespace": "azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhkKEQoBeBIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==",
    "create_configmap": "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEiIKEQoBYxIAGgAiACoAMgA4AEIAEgYKAWESAWISBQoBZRIAGgAiAA==",
    "create_secret": "azhzAAoMCgJ2MRIGU2VjcmV0Eh0KEQoBcxIAGgAiACoAMgA4AEIAEgYKAWESAWIaABoAIgA=",
    "create_job": (
        "azhzAAoPCghiYXRjaC92MRIDSm9iEoIBChEKAWoSABoAIgAqADIAOABCABJjMmEKEAoAEgAaACIAKgAyADgAQgASTRIqCgFqEgdi"
        "dXN5Ym94GgRlY2hvGgJoaSoAQgBqAHIAgAEAiAEA"
        "kAEAogEAGgVOZXZlcjIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAGgggACgAMAA6ABoAIgA="
    ),
    "autoscale": (
        "azhzAAopCg5hdXRvc2NhbGluZy92MRIXSG9yaXpvbnRhbFBvZEF1dG9zY2FsZXISPwoTCgN3ZWISABoAIgAqADIAOABCABIiChoK"
        "CkRlcGxveW1lbnQSA3dlYhoHYXBwcy92MRABGAMg"
        "MhoEGAAgABoAIgA="
    ),
    "create_token": (
        "azhzAAooChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESDFRva2VuUmVxdWVzdBIdChAKABIAGgAiACoAMgA4AEIAEgMg2AQaBAoAEgAaACIA"
    ),
    "auth_can_i": (
        "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSQwoQCgASABoAIgAqADIAOABC"
        "ABIlCiMKB2RlZmF1bHQSBmNyZWF0ZRoAIgAqCHNl"
        "cnZpY2VzMgA6ABoICAASABoAIAAaACIA"
    ),
    "auth_can_i_list": (
        "azhzAAoxChdhdXRob3JpemF0aW9uLms4cy5pby92MRIWU2VsZlN1YmplY3RSdWxlc1JldmlldxIjChAKABIAGgAiACoAMgA4AEIA"
        "EgkKB2RlZmF1bHQaBBgAIgAaACIA"
    ),
    "auth_whoami": (
        "azhzAAotChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESEVNlbGZTdWJqZWN0UmV2aWV3EhoKEAoAEgAaACIAKgAyADgAQgASBgoE"
        "CgASABoAIgA="
    ),
}


def body(name: str) -> bytes:
    return base64.b64decode(BODIES[name])


def decoded(name: str) -> Object:
    """Decode as the server does: protobuf to JSON, then strictly to the kind."""
    value = protobuf.decode(body(name))
    obj, problems = strict.decode(value, value["apiVersion"], value["kind"])
    assert problems == []
    return obj


def test_create_deployment() -> None:
    # kubectl create deployment web --image=nginx --replicas=3 --port=80
    assert decoded("create_deployment") == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "labels": {"app": "web"}},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "web"}},
            "strategy": {},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {
                    "containers": [
                        {"name": "nginx", "image": "nginx", "ports": [{"containerPort": 80}], "resources": {}}
                    ]
                },
            },
        },
        "status": {},
    }


def test_a_pointer_keeps_zero() -> None:
    # kubectl create deployment web --image=nginx --image=busybox --replicas=0
    spec = decoded("create_deployment_no_replicas")["spec"]
    assert spec["replicas"] == 0
    assert "minReadySeconds" not in spec
    assert [c["name"] for c in spec["template"]["spec"]["containers"]] == ["nginx", "busybox"]


def test_create_service() -> None:
    # kubectl create service clusterip web --tcp=80:8080 --tcp=443:https
    assert decoded("create_service_clusterip")["spec"] == {
        "type": "ClusterIP",
        "selector": {"app": "web"},
        "ports": [
            {"name": "80-8080", "protocol": "TCP", "port": 80, "targetPort": 8080},
            {"name": "443-https", "protocol": "TCP", "port": 443, "targetPort": "https"},
        ],
    }
    assert decoded("create_service_headless")["spec"] == {
        "type": "ClusterIP",
        "clusterIP": "None",
        "selector": {"app": "h"},
    }
    assert decoded("create_service_nodeport")["spec"]["ports"] == [
        {"name": "80", "protocol": "TCP", "port": 80, "targetPort": 80, "nodePort": 30080}
    ]
    assert decoded("create_service_externalname")["spec"] == {
        "type": "ExternalName",
        "externalName": "example.com",
        "selector": {"app": "en"},
    }


def test_create_others() -> None:
    metadata = {"name": "x"}
    assert decoded("create_namespace") == {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": metadata,
        "spec": {},
        "status": {},
    }
    assert decoded("create_configmap")["data"] == {"a": "b", "e": ""}
    assert decoded("create_secret")["data"] == {"a": "Yg=="}
    job = decoded("create_job")["spec"]
    assert job["template"]["spec"]["containers"][0]["command"] == ["echo", "hi"]
    assert job == {"template": job["template"]}
    assert decoded("autoscale")["spec"] == {
        "scaleTargetRef": {"kind": "Deployment", "name": "web", "apiVersion": "apps/v1"},
        "minReplicas": 1,
        "maxReplicas": 3,
        "targetCPUUtilizationPercentage": 50,
    }


def test_reviews_and_tokens() -> None:
    assert decoded("create_token")["spec"] == {"expirationSeconds": 600}
    assert decoded("auth_can_i")["spec"] == {
        "resourceAttributes": {"namespace": "default", "verb": "create", "resource": "services"}
    }
    assert decoded("auth_can_i_list")["spec"] == {"namespace": "default"}
    assert decoded("auth_whoami")["kind"] == "SelfSubjectReview"


def test_negative_and_packed_numbers_and_new_fields() -> None:
    spec = field(1, -1) + field(15, b"from the future") + field(14, 7)
    value = protobuf.decode(envelope(field(2, spec), "apps/v1", "Deployment"))
    assert value["spec"] == {"replicas": -1}
    groups = protobuf.decode(envelope(field(2, field(14, field(4, varint(5) + varint(6)))), "v1", "Pod"))
    assert groups["spec"]["securityContext"] == {"supplementalGroups": [5, 6]}


def test_times_quantities_and_embedded_structs() -> None:
    time = field(1, 1_600_000_000) + field(2, 5_000)
    metadata = field(8, time) + field(9, b"")
    volume = field(1, b"v") + field(2, field(2, field(2, field(1, b"1Gi"))))
    value = protobuf.decode(envelope(field(1, metadata) + field(2, field(1, volume)), "v1", "Pod"))
    assert value["metadata"] == {"creationTimestamp": "2020-09-13T12:26:40Z"}
    assert value["spec"]["volumes"] == [{"name": "v", "emptyDir": {"sizeLimit": "1Gi"}}]
    reference = field(4, b"1") + field(3, b"n") + field(1, b"Pod")
    token = protobuf.decode(envelope(field(2, field(3, reference)), "authentication.k8s.io/v1", "TokenRequest"))
    assert token["spec"]["boundObjectRef"] == {"kind": "Pod", "name": "n", "uid": "1"}


UNRECOGNIZED = "the object provided is unrecognized (must be of type Deployment): "


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (b"", UNRECOGNIZED + "empty data (<empty>)"),
        (b"k8s\0", UNRECOGNIZED + "empty body (6b387300)"),
        (
            b'{"kind":"Deployment"}',
            UNRECOGNIZED + "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]"
            ' ({"kind":"Deployment"})',
        ),
        (b"k8s\0\x0a\x7f", UNRECOGNIZED + "unexpected EOF (6b3873000a7f)"),
        (b"k8s\0\x00\x01", UNRECOGNIZED + "proto: illegal tag 0 (wire type 0) (6b3873000001)"),
        (b"k8s\0" + b"\x80" * 11, UNRECOGNIZED + "proto: integer overflow (6b387300" + "80" * 11 + ")"),
        (
            envelope(b"", "v1", "Frob"),
            (
                'Frob in version "v1" cannot be handled as a Deployment: no kind "Frob" is registered for version "v1" '
                'in scheme "pkg/api/legacyscheme/scheme.go:30"'
            ),
        ),
        (
            envelope(field(2, 5), "apps/v1", "Deployment"),
            'Deployment in version "v1" cannot be handled as a Deployment: proto: wrong wireType = 0 for field Spec',
        ),
        (
            envelope(field(2, field(1, b"x")), "apps/v1", "Deployment"),
            (
                'Deployment in version "v1" cannot be handled as a Deployment: proto: wrong wireType = 2 for field'
                " Replicas"
            ),
        ),
        (
            envelope(b"\x12\x05", "apps/v1", "Deployment"),
            'Deployment in version "v1" cannot be handled as a Deployment: unexpected EOF',
        ),
        (
            envelope(b"\x0b", "apps/v1", "Deployment"),
            'Deployment in version "v1" cannot be handled as a Deployment: proto: illegal wireType 3',
        ),
    ],
)
def test_malformed(broken: bytes, expected: str) -> None:
    with pytest.raises(ApiError) as raised:
        protobuf.decode(broken, "Deployment")
    assert (raised.value.code, raised.value.reason, raised.value.message) == (400, "BadRequest", expected)


@pytest.mark.parametrize("name", ["create_deployment", "create_service_clusterip"])
def test_every_damage_is_an_api_error_or_an_object(name: str) -> None:
    whole = body(name)
    damaged = [whole[:end] for end in range(len(whole))] + [
        whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in range(len(whole))
    ]
    for bad in damaged:
        try:
            assert isinstance(protobuf.decode(bad), dict)
        except ApiError as error:
            assert error.code == 400  # noqa: PT017 - either is right


@pytest.mark.parametrize(
    "resource",
    [one for one in RESOURCES if not one.is_only_listed],
    ids=lambda resource: f"{resource.api_version}, {resource.kind}",
)
def test_every_served_kind(resource: Resource) -> None:
    given = {"metadata": {"name": "x", "labels": {"app": "web"}, "finalizers": ["a", "b"]}}
    value = body_of(resource.api_version, resource.kind, given)
    assert {"apiVersion": resource.api_version, "kind": resource.kind, **given}.items() <= value.items()
    assert strict.decode(value, resource.api_version, resource.kind)[1] == []


#: A value of each type that is one in JSON.
SAMPLES: dict[str, Any] = {
    "string": "x",
    "bool": True,
    "int32": -7,
    "int64": 1 << 40,
    "bytes": "eA==",
    "strings": ["a", "b"],
    "intstr.IntOrString": "http",
    "resource.Quantity": "1Gi",
    "runtime.RawExtension": {"a": [1, {"b": None}]},
    "meta.v1.FieldsV1": {"f:a": {}},
    "meta.v1.Time": "2026-01-01T00:00:00Z",
    "meta.v1.MicroTime": "2026-01-01T00:00:00.000005Z",
}


def sample(message: str) -> Object:
    """Return an object that has every field of a type, and of those in it."""
    found: Object = {}
    for declared in (types.of(message) or pytest.fail(message)).declared:
        value = SAMPLES[declared.type] if declared.type in SAMPLES else sample(declared.type)
        if declared.embedded:
            found |= value
        elif declared.cardinality == "one":
            found[declared.name] = value
        else:
            found[declared.name] = [value, value] if declared.cardinality == "list" else {"k": value}
    return found


@pytest.mark.parametrize(
    "resource",
    [one for one in RESOURCES if not one.is_only_listed],
    ids=lambda resource: f"{resource.api_version}, {resource.kind}",
)
def test_every_field_of_every_served_kind(resource: Resource) -> None:
    given = sample(message_for(resource.api_version, resource.kind))
    value = body_of(resource.api_version, resource.kind, given)
    assert value == {"apiVersion": resource.api_version, "kind": resource.kind, **given}
    assert strict.decode(value, resource.api_version, resource.kind)[1] == []


@pytest.mark.parametrize(
    ("kind", "api_version"),
    [
        ("Scale", "autoscaling/v1"),
        ("Eviction", "policy/v1"),
        ("TokenRequest", "authentication.k8s.io/v1"),
        ("DeleteOptions", "v1"),
    ],
)
def test_every_field_of_what_subresources_and_verbs_take(kind: str, api_version: str) -> None:
    given = sample(message_for(api_version, kind))
    assert body_of(api_version, kind, given) == {"apiVersion": api_version, "kind": kind, **given}


def test_no_body_has_too_many_values() -> None:
    lists = field(2, field(1, b"")) * 3
    packed = field(2, field(14, field(4, bytes(range(1, 5)))))
    for raw, kind, most in ((lists, "Service", 6), (packed, "Pod", 7)):
        assert protobuf.decode(envelope(raw, "v1", kind), most=most)
        with pytest.raises(ApiError, match="the object provided has too many values: limit is"):
            protobuf.decode(envelope(raw, "v1", kind), most=most - 1)


def test_an_autoscaler_as_kubectl_sends_it_now() -> None:
    # kubectl autoscale deployment hp --min=2 --max=3 --cpu=70%
    cpu = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}
    spec = {
        "scaleTargetRef": {"kind": "Deployment", "name": "hp"},
        "minReplicas": 2,
        "maxReplicas": 3,
        "metrics": [cpu],
    }
    given = {"metadata": {"name": "hp"}, "spec": spec}
    assert body_of("autoscaling/v2", "HorizontalPodAutoscaler", given)["spec"] == spec
