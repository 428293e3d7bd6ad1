"""Strict decoding: messages are those of the real server, results those of Go's encoder."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.resources import RESOURCES
from kubelearn.cluster.apiserver.serializer import duplicates, strict
from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_for
from kubelearn.cluster.meta import Object
from tests.objects import bare


def service(**spec: Any) -> Object:
    return bare("Service", spec=spec)


def deployment(**pod: Any) -> Object:
    return bare("Deployment", spec={"template": {"spec": pod}})


def refused(obj: Object) -> str:
    with pytest.raises(ApiError) as raised:
        strict.decode(obj, obj["apiVersion"], obj["kind"])
    assert (raised.value.code, raised.value.reason, raised.value.details) == (400, "BadRequest", None)
    prefix = f'{obj["kind"]} in version "v1" cannot be handled as a {obj["kind"]}: '
    assert raised.value.message.startswith(prefix)
    return raised.value.message.removeprefix(prefix)


def clean(obj: Object) -> Object:
    decoded, problems = strict.decode(obj, obj["apiVersion"], obj["kind"])
    assert problems == []
    return decoded


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"ports": [{"port": "80"}]}, "string into Go struct field ServicePort.spec.ports.port of type int32"),
        ({"ports": [{"port": "http"}]}, "string into Go struct field ServicePort.spec.ports.port of type int32"),
        ({"ports": [{"port": 80.5}]}, "number 80.5 into Go struct field ServicePort.spec.ports.port of type int32"),
        (
            {"ports": [{"port": 3_000_000_000}]},
            "number 3000000000 into Go struct field ServicePort.spec.ports.port of type int32",
        ),
        ({"ports": {"port": 80}}, "object into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort"),
        ({"ports": 80}, "number into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort"),
        ({"ports": [80]}, "number into Go struct field ServiceSpec.spec.ports of type v1.ServicePort"),
        ({"selector": "web"}, "string into Go struct field ServiceSpec.spec.selector of type map[string]string"),
        (
            {"selector": ["app", "web"]},
            "array into Go struct field ServiceSpec.spec.selector of type map[string]string",
        ),
        (
            {"selector": {"matchLabels": {"app": "web"}}},
            "object into Go struct field ServiceSpec.spec.selector of type string",
        ),
        ({"selector": {"app": 1}}, "number into Go struct field ServiceSpec.spec.selector of type string"),
        ({"selector": {"app": True}}, "bool into Go struct field ServiceSpec.spec.selector of type string"),
        ({"type": 5}, "number into Go struct field ServiceSpec.spec.type of type v1.ServiceType"),
        ({"externalIPs": "x"}, "string into Go struct field ServiceSpec.spec.externalIPs of type []string"),
        ({"externalIPs": [1]}, "number into Go struct field ServiceSpec.spec.externalIPs of type string"),
        (
            {"publishNotReadyAddresses": "yes"},
            "string into Go struct field ServiceSpec.spec.publishNotReadyAddresses of type bool",
        ),
        (
            {"ports": [{"port": 80, "targetPort": True}]},
            "bool into Go struct field ServicePort.spec.ports.targetPort of type int32",
        ),
        (
            {"ports": [{"port": 80, "targetPort": 8.5}]},
            "number 8.5 into Go struct field ServicePort.spec.ports.targetPort of type int32",
        ),
    ],
)
def test_type_mismatch_of_a_service(spec: Object, expected: str) -> None:
    assert refused(service(**spec)) == f"json: cannot unmarshal {expected}"


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        (
            {"containers": [{"name": "c", "env": [{"name": "A", "value": 1}]}]},
            (
                "json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of"
                " type string"
            ),
        ),
        (
            {"containers": [{"name": "c", "env": {"A": "x"}}]},
            (
                "json: cannot unmarshal object into Go struct field Container.spec.template.spec.containers.env of type"
                " []v1.EnvVar"
            ),
        ),
        (
            {"restartPolicy": False},
            (
                "json: cannot unmarshal bool into Go struct field PodSpec.spec.template.spec.restartPolicy of type"
                " v1.RestartPolicy"
            ),
        ),
        (
            {"containers": [{"resources": {"limits": "1Gi"}}]},
            (
                "json: cannot unmarshal string into Go struct field"
                " ResourceRequirements.spec.template.spec.containers.resources.limits of type v1.ResourceList"
            ),
        ),
        (
            {"volumes": [{"name": "v", "emptyDir": "x"}]},
            (
                "json: cannot unmarshal string into Go struct field Volume.spec.template.spec.volumes.emptyDir of type"
                " v1.EmptyDirVolumeSource"
            ),
        ),
        (
            {"containers": [{"resources": {"limits": {"cpu": True}}}]},
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        ),
    ],
)
def test_type_mismatch_of_a_pod(pod: Object, expected: str) -> None:
    assert refused(deployment(**pod)) == expected


def test_only_the_first_mismatch_is_reported_and_before_unknown_fields() -> None:
    assert "spec.ports.port " in refused(service(frob=1, ports=[{"port": "a"}], selector="b"))


def test_metadata() -> None:
    labels = {**service(), "metadata": {"name": "x", "labels": {"a": 1}}}
    assert (
        refused(labels)
        == "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string"
    )
    assert (
        refused({**service(), "metadata": "x"})
        == "json: cannot unmarshal string into Go struct field Service.metadata of type v1.ObjectMeta"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", 'parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"'),
        ("2020-01-01", 'parsing time "2020-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'),
        ("2020-13-01T00:00:00Z", 'parsing time "2020-13-01T00:00:00Z": month out of range'),
        ("2020-02-30T00:00:00Z", 'parsing time "2020-02-30T00:00:00Z": day out of range'),
        (
            "2020-01-01T00:00:00",
            'parsing time "2020-01-01T00:00:00" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"',
        ),
    ],
)
def test_times_that_are_none(text: str, expected: str) -> None:
    assert refused({**service(), "metadata": {"creationTimestamp": text}}) == expected


def test_times_are_written_in_utc_without_fractions() -> None:
    decoded = clean({**service(), "metadata": {"creationTimestamp": "2020-01-01T01:02:03.9+01:00"}})
    assert decoded["metadata"]["creationTimestamp"] == "2020-01-01T00:02:03Z"


def test_unknown_fields_are_dropped() -> None:
    obj = service(ports=[{"port": 80, "foo": 1, "targetport": 2}], bar=1)
    decoded, problems = strict.decode(obj, "v1", "Service")
    assert problems == [
        'unknown field "spec.ports[0].foo"',
        'unknown field "spec.ports[0].targetport"',
        'unknown field "spec.bar"',
    ]
    assert decoded["spec"] == {"ports": [{"port": 80, "targetPort": 0}]}


def test_fields_of_a_lost_line() -> None:
    lost = {"apiVersion": "v1", "kind": "Service", "metadata": {"ports": [], "selector": {}}, "name": "web"}
    assert strict.decode(lost, "v1", "Service")[1] == [
        'unknown field "metadata.ports"',
        'unknown field "metadata.selector"',
        'unknown field "name"',
    ]


def test_the_body_is_not_changed() -> None:
    obj = service(ports=[{"port": 80, "foo": None, "name": ""}], selector={}, bar=None)
    before = copy.deepcopy(obj)
    strict.decode(obj, "v1", "Service")
    assert obj == before


def test_nulls_and_empty_optional_fields_vanish() -> None:
    decoded = clean(
        service(
            clusterIP="",
            externalName=None,
            ports=[{"port": 80, "nodePort": 0, "name": ""}],
            selector={},
            externalIPs=[],
        )
    )
    assert decoded["spec"] == {"ports": [{"port": 80, "targetPort": 0}]}


def test_zero_is_kept_where_go_has_a_pointer_or_no_omitempty() -> None:
    pod = {"terminationGracePeriodSeconds": 0, "automountServiceAccountToken": False, "hostNetwork": False}
    obj = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "spec": {"replicas": 0, "minReadySeconds": 0, "template": {"spec": pod}},
    }
    spec = clean(obj)["spec"]
    assert spec["replicas"] == 0
    assert "minReadySeconds" not in spec
    assert spec["template"]["spec"] == {"terminationGracePeriodSeconds": 0, "automountServiceAccountToken": False}
    assert clean(service(ports=[{"port": 0}]))["spec"]["ports"] == [{"port": 0, "targetPort": 0}]


def test_null_items_are_zero() -> None:
    spec = clean(service(selector={"app": None}, externalIPs=[None], ports=[None]))["spec"]
    assert spec == {"selector": {"app": ""}, "externalIPs": [""], "ports": [{"port": 0, "targetPort": 0}]}


def test_structs_that_are_no_pointers_are_always_written() -> None:
    pod = {
        "containers": [
            {
                "name": "c",
                "image": "x",
                "env": [{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}],
            }
        ]
    }
    decoded = clean(deployment(**pod))
    assert decoded["status"] == {}
    assert decoded["spec"]["strategy"] == {}
    assert decoded["spec"]["template"]["metadata"] == {}  # its time has omitzero
    container = decoded["spec"]["template"]["spec"]["containers"][0]
    assert container["resources"] == {}
    assert container["env"][0]["valueFrom"] == {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "0"}}
    assert clean(service())["status"] == {"loadBalancer": {}}


def test_incomplete_decoding_adds_nothing() -> None:
    decoded, _ = strict.decode(deployment(containers=[{"name": "c"}]), "apps/v1", "Deployment", complete=False)
    assert decoded == deployment(containers=[{"name": "c"}])


def test_empty_structs_are_kept() -> None:
    volumes = [{"name": "v", "emptyDir": {}}]
    assert clean(deployment(volumes=volumes, securityContext={}))["spec"]["template"]["spec"] == {
        "volumes": volumes,
        "securityContext": {},
    }


def test_quantities_become_canonical() -> None:
    limits = {"cpu": 0.5, "memory": "1024Mi", "ephemeral-storage": 1000}
    decoded = clean(deployment(containers=[{"name": "c", "resources": {"limits": limits}}]))
    assert decoded["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"] == {
        "cpu": "500m",
        "memory": "1Gi",
        "ephemeral-storage": "1k",
    }


@pytest.mark.parametrize(("text", "at"), [("abc", 0), ("a!bc", 1), ("YWJjZ", 4), ("YW=j", 2)])
def test_secrets_have_to_be_base64(text: str, at: int) -> None:
    obj = {"apiVersion": "v1", "kind": "Secret", "data": {"a": text}}
    assert refused(obj) == f"illegal base64 data at input byte {at}"


def test_secrets_and_config_maps() -> None:
    assert clean({"apiVersion": "v1", "kind": "Secret", "data": {"a": "YWJj", "b": None}, "stringData": {"c": "d"}})[
        "data"
    ] == {"a": "YWJj", "b": ""}
    wrong = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": 1}}
    assert refused(wrong) == "json: cannot unmarshal number into Go struct field ConfigMap.data of type string"


def test_kinds_from_the_clients_models() -> None:
    target = {"type": "AverageValue", "averageValue": 1}
    metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    obj = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "spec": {"maxReplicas": 3, "metrics": metrics, "frob": 1},
    }
    decoded, problems = strict.decode(obj, "autoscaling/v2", "HorizontalPodAutoscaler")
    assert problems == ['unknown field "spec.frob"']
    assert decoded["spec"]["metrics"][0]["resource"]["target"] == {"type": "AverageValue", "averageValue": "1"}


@pytest.mark.parametrize(
    ("api_version", "kind", "field"),
    [
        ("v1", "DeleteOptions", "gracePeriodSeconds"),
        ("apps/v1", "DeleteOptions", "propagationPolicy"),
        ("autoscaling/v1", "Scale", "spec"),
        ("policy/v1", "Eviction", "deleteOptions"),
        ("authentication.k8s.io/v1", "TokenRequest", "spec"),
        ("v1", "Binding", "target"),
        ("coordination.k8s.io/v1", "Lease", "spec"),
        ("authorization.k8s.io/v1", "SelfSubjectAccessReview", "spec"),
    ],
)
def test_bodies_that_are_no_resources(api_version: str, kind: str, field: str) -> None:
    assert {"kind", "apiVersion", field} <= set(types.fields(message_for(api_version, kind)))
    decoded, problems = strict.decode({"kind": kind, "apiVersion": api_version, "frob": 1}, api_version, kind)
    assert problems == ['unknown field "frob"']
    assert decoded["kind"] == kind


def test_every_resource_has_fields() -> None:
    for resource in (one for one in RESOURCES if not one.is_only_listed):
        assert {"kind", "apiVersion", "metadata"} <= set(
            types.fields(message_for(resource.api_version, resource.kind))
        ), resource.key


def test_decoding_twice_changes_nothing() -> None:
    once = clean(
        deployment(
            containers=[{"name": "c", "resources": {"limits": {"cpu": "1000m"}}}],
            volumes=[{"name": "v", "emptyDir": {}}],
        )
    )
    assert clean(once) == once


def test_duplicate_fields() -> None:
    """They are reported among the unknown fields, in the order of the text, as a real server does."""
    assert duplicates.with_doubled(
        b'{"spec":{"type":"A","ports":[{"port":1},{"port":1,"port":2}],"x":1,"type":"B"}}', ['unknown field "spec.x"']
    ) == ['duplicate field "spec.ports[1].port"', 'unknown field "spec.x"', 'duplicate field "spec.type"']
    assert duplicates.with_doubled(b'{"a":{"b":1},"c":{"b":1}}', []) == []
