"""What comes back over HTTP for bodies that cannot be read, or not strictly."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whole.asker import GOOD, SERVICES, Asker

pytestmark = pytest.mark.usefixtures("clean")


def wrong_type(value: str, where: str, wanted: str) -> str:
    return (
        f'Service in version "v1" cannot be handled as a Service: json: cannot unmarshal {value} into Go struct field'
        f" {where} of type {wanted}"
    )


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"ports": [{"port": "80"}]}, wrong_type("string", "ServicePort.spec.ports.port", "int32")),
        ({"ports": [{"port": "http"}]}, wrong_type("string", "ServicePort.spec.ports.port", "int32")),
        ({"ports": [{"port": 80.5}]}, wrong_type("number 80.5", "ServicePort.spec.ports.port", "int32")),
        ({"ports": {"port": 80}}, wrong_type("object", "ServiceSpec.spec.ports", "[]v1.ServicePort")),
        ({"ports": 80}, wrong_type("number", "ServiceSpec.spec.ports", "[]v1.ServicePort")),
        ({"ports": [80]}, wrong_type("number", "ServiceSpec.spec.ports", "v1.ServicePort")),
        ({"selector": "web"}, wrong_type("string", "ServiceSpec.spec.selector", "map[string]string")),
        ({"selector": ["app", "web"]}, wrong_type("array", "ServiceSpec.spec.selector", "map[string]string")),
        ({"selector": {"matchLabels": {"app": "web"}}}, wrong_type("object", "ServiceSpec.spec.selector", "string")),
        ({"selector": {"app": 1}}, wrong_type("number", "ServiceSpec.spec.selector", "string")),
        ({"selector": {"app": True}}, wrong_type("bool", "ServiceSpec.spec.selector", "string")),
    ],
)
def test_wrong_types(asker: Asker, spec: Any, message: str) -> None:
    assert asker.create(spec).body == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "BadRequest",
        "code": 400,
    }


UNKNOWN = {"bar": 1, "ports": [{"port": 80, "foo": 1, "targetport": 2}]}
FIELDS = ['unknown field "spec.bar"', 'unknown field "spec.ports[0].foo"', 'unknown field "spec.ports[0].targetport"']


def test_unknown_fields(asker: Asker) -> None:
    strict = asker.create(UNKNOWN, "?fieldValidation=Strict")
    assert (strict.code, strict.body["message"]) == (
        400,
        'Service in version "v1" cannot be handled as a Service: strict decoding error: ' + ", ".join(FIELDS),
    )
    for query in ("", "?fieldValidation=Warn"):
        warned = asker.create(UNKNOWN, query)
        assert warned.code == 201
        assert warned.headers.getlist("Warning") == ['299 - "' + text.replace('"', r"\"") + '"' for text in FIELDS]
        asker.send("DELETE", f"{SERVICES}/web")
    ignored = asker.create(UNKNOWN, "?fieldValidation=Ignore")
    assert (ignored.code, ignored.headers.getlist("Warning")) == (201, [])
    assert ignored.body["spec"]["ports"] == [{"protocol": "TCP", "port": 80, "targetPort": 80}]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "web", "spec": GOOD["spec"]}, '"name"'),
        ({"metadata": {"name": "web"}, "ports": [], "selector": {}}, '"ports", unknown field "selector"'),
        (
            {"metadata": {"name": "web", "ports": [], "selector": {}}},
            '"metadata.ports", unknown field "metadata.selector"',
        ),
        ({"metadata": {"name": "web"}, "spec": {"ports": None, "port": 80}}, '"spec.port"'),
    ],
)
def test_lost_lines(asker: Asker, body: Any, field: str) -> None:
    answer = asker.send("POST", SERVICES + "?fieldValidation=Strict", body)
    assert (answer.code, answer.body["message"]) == (
        400,
        f'Service in version "v1" cannot be handled as a Service: strict decoding error: unknown field {field}',
    )


def test_doubled_keys_of_yaml(asker: Asker) -> None:
    text = b"kind: Service\napiVersion: v1\nmetadata:\n  name: web\nspec:\n  ports:\n  - port: 80\n    port: 81\n"
    strict = asker.send("POST", SERVICES + "?fieldValidation=Strict", text, "application/yaml")
    assert (strict.code, strict.body["message"]) == (
        400,
        (
            'Service in version "v1" cannot be handled as a Service: strict decoding error: yaml: unmarshal errors:\n '
            ' line 8: key "port" already set in map'
        ),
    )
    flow = asker.send(
        "POST",
        SERVICES + "?fieldValidation=Strict",
        b"{metadata: {name: web}, spec: {ports: [{port: 80, port: 81}]}}",
        "application/yaml",
    )
    assert 'line 1: key "port" already set in map' in flow.body["message"]
    warned = asker.send("POST", SERVICES, text, "application/yaml")
    assert (warned.code, warned.body["spec"]["ports"][0]["port"]) == (201, 81)


def test_bodies_that_cannot_be_read(asker: Asker) -> None:
    unknown = asker.send("POST", SERVICES, b"x", "text/plain")
    assert (unknown.code, unknown.body["reason"], unknown.body["message"]) == (
        415,
        "UnsupportedMediaType",
        (
            "the body of the request was in an unknown format - accepted media types include: application/json,"
            " application/yaml, application/vnd.kubernetes.protobuf"
        ),
    )
    broken = asker.send("POST", SERVICES, b'{"kind": "Service"')
    assert (broken.code, broken.body["message"]) == (
        400,
        (
            "the object provided is unrecognized (must be of type Service): couldn't get version/kind; json parse"
            ' error: unexpected end of JSON input ({"kind": "Service")'
        ),
    )
    other = asker.create(kind="service")
    assert (other.code, other.body["message"]) == (
        400,
        (
            'service in version "v1" cannot be handled as a Service: no kind "service" is registered for version "v1"'
            ' in scheme "pkg/api/legacyscheme/scheme.go:30"'
        ),
    )
