"""What comes back over HTTP for mistakes: which one is told first, codes, reasons and words (facts 1.1, 1.6 to 1.10)."""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from kubelearn.cluster.embedded import EmbeddedCluster

SERVICES = "/api/v1/namespaces/default/services"
GOOD = {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
RANGE = "must be between 1 and 65535, inclusive"


class Answer(NamedTuple):
    """An answer of the API server."""

    code: int
    body: Any
    headers: http.client.HTTPMessage


class Asker:
    """Sends requests as they are."""

    def __init__(self, cluster: EmbeddedCluster):
        tls = ssl.create_default_context()
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
        self.token = yaml.safe_load(cluster.kubeconfig())["users"][0]["user"]["token"]
        self.connection = http.client.HTTPSConnection(cluster.url.removeprefix("https://"), context=tls, timeout=10)

    def ask(
        self, method: str, path: str, body: Any = None, content_type: str = "application/json", token: str | None = None
    ) -> Answer:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {"Content-Type": content_type}
        if token != "":
            headers["Authorization"] = f"Bearer {token or self.token}"
        self.connection.request(method, path, data, headers)
        response = self.connection.getresponse()
        return Answer(response.status, json.loads(response.read()), response.headers)

    def create(self, spec: Any = None, query: str = "", **more: Any) -> Answer:
        return self.ask("POST", SERVICES + query, {**GOOD, **({"spec": spec} if spec is not None else {}), **more})


@pytest.fixture(scope="module")
def asker(embedded: EmbeddedCluster) -> Iterator[Asker]:
    asker = Asker(embedded)
    yield asker
    asker.connection.close()


@pytest.fixture(autouse=True)
def _clean(asker: Asker) -> Iterator[None]:
    yield
    for name in ("web", "other"):
        asker.ask("DELETE", f"{SERVICES}/{name}")


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
        assert warned.headers.get_all("Warning") == ['299 - "' + text.replace('"', r"\"") + '"' for text in FIELDS]
        asker.ask("DELETE", f"{SERVICES}/web")
    ignored = asker.create(UNKNOWN, "?fieldValidation=Ignore")
    assert (ignored.code, ignored.headers.get_all("Warning")) == (201, None)
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
    answer = asker.ask("POST", SERVICES + "?fieldValidation=Strict", body)
    assert (answer.code, answer.body["message"]) == (
        400,
        f'Service in version "v1" cannot be handled as a Service: strict decoding error: unknown field {field}',
    )


def test_doubled_keys_of_yaml(asker: Asker) -> None:
    text = b"kind: Service\napiVersion: v1\nmetadata:\n  name: web\nspec:\n  ports:\n  - port: 80\n    port: 81\n"
    strict = asker.ask("POST", SERVICES + "?fieldValidation=Strict", text, "application/yaml")
    assert (strict.code, strict.body["message"]) == (
        400,
        (
            'Service in version "v1" cannot be handled as a Service: strict decoding error: yaml: unmarshal errors:\n '
            ' line 8: key "port" already set in map'
        ),
    )
    flow = asker.ask(
        "POST",
        SERVICES + "?fieldValidation=Strict",
        b"{metadata: {name: web}, spec: {ports: [{port: 80, port: 81}]}}",
        "application/yaml",
    )
    assert 'line 1: key "port" already set in map' in flow.body["message"]
    warned = asker.ask("POST", SERVICES, text, "application/yaml")
    assert (warned.code, warned.body["spec"]["ports"][0]["port"]) == (201, 81)


def status(code: int, reason: str, message: str, **details: Any) -> Any:
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "details": details,
        "code": code,
    }


def test_objects_that_are_there_or_not(asker: Asker) -> None:
    assert asker.create().code == 201
    assert asker.create().body == status(
        409, "AlreadyExists", 'services "web" already exists', name="web", kind="services"
    )
    assert asker.ask("GET", f"{SERVICES}/nope").body == status(
        404, "NotFound", 'services "nope" not found', name="nope", kind="services"
    )
    assert asker.ask("GET", "/apis/apps/v1/namespaces/default/replicasets/nope").body == status(
        404, "NotFound", 'replicasets.apps "nope" not found', name="nope", group="apps", kind="replicasets"
    )
    assert asker.ask("POST", "/api/v1/namespaces/nonexist/services", GOOD).body == status(
        404, "NotFound", 'namespaces "nonexist" not found', name="nonexist", kind="namespaces"
    )
    assert asker.ask("GET", "/api/v1/nowhere").body == status(
        404, "NotFound", "the server could not find the requested resource"
    )
    stale = {**GOOD, "metadata": {"name": "web", "resourceVersion": "1"}}
    assert asker.ask("PUT", f"{SERVICES}/web", stale).body == status(
        409,
        "Conflict",
        'Operation cannot be fulfilled on services "web": the object has been modified; please apply your changes to'
        " the latest version and try again",
        name="web",
        kind="services",
    )
    deleted = asker.ask("DELETE", f"{SERVICES}/web")
    assert (deleted.code, deleted.body["kind"]) == (200, "Service"), "a Service's deletion answers with the Service"


def test_bodies_that_cannot_be_read(asker: Asker) -> None:
    unknown = asker.ask("POST", SERVICES, b"x", "text/plain")
    assert (unknown.code, unknown.body["reason"], unknown.body["message"]) == (
        415,
        "UnsupportedMediaType",
        (
            "the body of the request was in an unknown format - accepted media types include: application/json,"
            " application/yaml, application/vnd.kubernetes.protobuf"
        ),
    )
    broken = asker.ask("POST", SERVICES, b'{"kind": "Service"')
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


def test_who_may_not_come_in(asker: Asker) -> None:
    assert asker.ask("GET", SERVICES, token="wrong").body == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "Unauthorized",
        "reason": "Unauthorized",
        "code": 401,
    }
    nobody = asker.ask("GET", SERVICES, token="")
    assert (nobody.code, nobody.body["message"]) == (
        403,
        (
            'services is forbidden: User "system:anonymous" cannot list resource "services" in API group "" in the'
            ' namespace "default"'
        ),
    )


def test_several_causes(asker: Asker) -> None:
    answer = asker.create({"ports": [{"port": 0}]}, metadata={"name": "web"})
    message = f"Invalid value: 0: {RANGE}"
    assert answer.body == status(
        422,
        "Invalid",
        f'Service "web" is invalid: [spec.ports[0].port: {message}, spec.ports[0].targetPort: {message}]',
        name="web",
        kind="Service",
        causes=[
            {"reason": "FieldValueInvalid", "message": message, "field": f"spec.ports[0].{field}"}
            for field in ("port", "targetPort")
        ],
    )
    nameless = asker.create(metadata={})
    assert nameless.body == status(
        422,
        "Invalid",
        'Service "" is invalid: metadata.name: Required value: name or generateName is required',
        kind="Service",
        causes=[
            {
                "reason": "FieldValueRequired",
                "message": "Required value: name or generateName is required",
                "field": "metadata.name",
            }
        ],
    )
    without = asker.ask("POST", SERVICES, {"metadata": {"name": "web"}})
    assert without.body["message"] == 'Service "web" is invalid: spec.ports: Required value'


@pytest.mark.parametrize(
    ("ip", "why"),
    [
        (ip, "the provided IP ({}) is not in the valid range. The range of valid IPs is 10.96.0.0/16")
        for ip in ("10.96.0.0", "10.96.255.255", "10.97.0.1")
    ],
)
def test_addresses_outside_the_range(asker: Asker, ip: str, why: str) -> None:
    assert asker.create({**GOOD["spec"], "clusterIP": ip}).body["details"]["causes"] == [
        {
            "reason": "FieldValueInvalid",
            "message": f'Invalid value: []string{{"{ip}"}}: failed to allocate IP {ip}: {why.format(ip)}',
            "field": "spec.clusterIPs",
        }
    ]


def test_the_order_of_processing(asker: Asker) -> None:
    """Facts 1.1: of several mistakes, the first step that finds one answers."""
    wrong: Any = {
        "metadata": {"name": "Web", "namespace": "x"},
        "spec": {"clusterIP": "10.0.0.1", "bar": 1, "ports": [{"port": "80"}]},
    }
    path = "/api/v1/namespaces/nonexist/services?fieldValidation=Strict"

    def message() -> str:
        text: str = asker.ask("POST", path, wrong).body["message"]
        return text

    assert "cannot unmarshal string" in message()
    wrong["spec"]["ports"] = [{"port": 0}]
    assert "strict decoding error" in message()
    del wrong["spec"]["bar"]
    assert message() == "the namespace of the provided object does not match the namespace sent on the request"
    wrong["metadata"]["namespace"] = "nonexist"
    assert message() == 'namespaces "nonexist" not found'
    path, wrong["metadata"] = SERVICES, {"name": "Web"}
    assert message().startswith('Service "Web" is invalid: spec.clusterIPs: Invalid value')
    del wrong["spec"]["clusterIP"]
    assert message().startswith('Service "Web" is invalid: [metadata.name: Invalid value')
    assert asker.create().code == 201
    wrong["metadata"] = {"name": "web"}
    assert message().startswith('Service "web" is invalid: [spec.ports[0].port'), "invalid comes before already exists"
    wrong["spec"] = GOOD["spec"]
    assert message() == 'services "web" already exists'


@pytest.mark.parametrize(
    ("metadata", "answer"),
    [
        ({"name": "web"}, (201, None)),
        (None, (400, "BadRequest")),
        ({}, (400, "BadRequest")),
        ([1], (500, "")),
        ("x", (500, "")),
        (1, (500, "")),
    ],
)
def test_apply_of_odd_metadata(asker: Asker, metadata: Any, answer: tuple[int, str | None]) -> None:
    """The name in the URL does not name a new object."""
    applied = asker.ask(
        "PATCH",
        f"{SERVICES}/web?fieldManager=m",
        {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": GOOD["spec"]},
        "application/apply-patch+yaml",
    )
    assert (applied.code, applied.body.get("reason", "") if applied.code != 201 else None) == answer


def test_list_items_without_their_key(asker: Asker) -> None:
    """They are stored, but nobody can own them, and nothing can be applied to such an object."""
    path = "/api/v1/namespaces/default/serviceaccounts"
    created = asker.ask("POST", path, {"metadata": {"name": "keyless"}, "secrets": [{}]})
    assert (created.code, "managedFields" in created.body["metadata"]) == (201, False)
    assert asker.ask("PUT", f"{path}/keyless", {"metadata": {"name": "keyless"}, "secrets": [{}, {}]}).code == 200
    applied = asker.ask(
        "PATCH",
        f"{path}/keyless?fieldManager=m",
        {"apiVersion": "v1", "kind": "ServiceAccount", "secrets": [{"name": "s"}]},
        "application/apply-patch+yaml",
    )
    assert applied.code == 500
    assert applied.body["message"].startswith(
        "failed to create typed live object (default/keyless; /v1, Kind=ServiceAccount): "
    )
    asker.ask("DELETE", f"{path}/keyless")


def test_no_apply_to_a_part_of_nothing(asker: Asker) -> None:
    assert (
        asker.ask(
            "PATCH",
            f"{SERVICES}/web/status?fieldManager=m",
            {"apiVersion": "v1", "kind": "Service", "metadata": {}},
            "application/apply-patch+yaml",
        ).code
        == 404
    )


def test_a_terminating_namespace(asker: Asker) -> None:
    asker.ask("POST", "/api/v1/namespaces", {"metadata": {"name": "going"}})
    held = {"metadata": {"name": "held", "finalizers": ["example.com/held"]}}
    assert asker.ask("POST", "/api/v1/namespaces/going/configmaps", held).code == 201
    asker.ask("DELETE", "/api/v1/namespaces/going")
    refused = asker.ask("POST", "/api/v1/namespaces/going/services", GOOD)
    assert (refused.code, refused.body["message"]) == (
        403,
        'services "web" is forbidden: unable to create new content in namespace going because it is being terminated',
    )
    asker.ask(
        "PATCH",
        "/api/v1/namespaces/going/configmaps/held",
        {"metadata": {"finalizers": None}},
        "application/merge-patch+json",
    )


@pytest.mark.parametrize(
    ("spec", "warning"),
    [
        (
            {"clusterIP": "None", "sessionAffinity": "ClientIP", "ports": [{"port": 80}], "selector": {"a": "b"}},
            "spec.SessionAffinity is ignored for headless services",
        ),
        (
            {"externalName": "example.com", "ports": [{"port": 80}]},
            r"spec.externalName is ignored when spec.type is not \"ExternalName\"",
        ),
    ],
)
def test_warnings_of_accepted_services(asker: Asker, spec: Any, warning: str) -> None:
    answer = asker.create(spec)
    assert (answer.code, answer.headers.get_all("Warning")) == (201, [f'299 - "{warning}"'])


@pytest.mark.parametrize(
    ("manifest", "arguments", "printed"),
    [
        (
            "apiVersion: v1\nmetadata: {name: web}\n",
            "apply",
            (
                'error: error validating "f.yaml": error validating data: kind not set; if you choose to ignore these'
                " errors, turn validation off with --validate=false"
            ),
        ),
        (
            "kind: Service\nmetadata: {name: web}\n",
            "apply",
            (
                'error: error validating "f.yaml": error validating data: apiVersion not set; if you choose to ignore'
                " these errors, turn validation off with --validate=false"
            ),
        ),
        (
            "kind: Servce\napiVersion: v1\nmetadata: {name: web}\n",
            "apply",
            (
                'error: resource mapping not found for name: "web" namespace: "" from "f.yaml": no matches for kind'
                ' "Servce" in version "v1"\nensure CRDs are installed first'
            ),
        ),
        (
            "kind: Service\napiVersion: v1\nname: web\nspec: {ports: [{port: 80}]}\n",
            "create",
            (
                'Error from server (BadRequest): error when creating "f.yaml": Service in version "v1" cannot be'
                ' handled as a Service: strict decoding error: unknown field "name"'
            ),
        ),
        (
            "kind: Service\napiVersion: v1\nspec: {ports: [{port: 80}]}\n",
            "create",
            'The Service "" is invalid: metadata.name: Required value: name or generateName is required',
        ),
        (
            "kind: Service\napiVersion: v1\nspec: {ports: [{port: 80}]}\n",
            "apply",
            (
                'error: error when retrieving current configuration of:\nResource: "/v1, Resource=services",'
                ' GroupVersionKind: "/v1, Kind=Service"\nName: "", Namespace: "default"\nfrom server for: "f.yaml":'
                " resource name may not be empty"
            ),
        ),
        (
            "kind: Service\napiVersion: v1\nmetadata: {name: web}\nspec: {}\n",
            "apply",
            'The Service "web" is invalid: spec.ports: Required value',
        ),
        ("", "create", "error: no objects passed to create"),
        (
            "kind: Service\napiVersion: v1\nmetadata: {name: web}\nspec: {selectr: {}, ports: [{port: 80}]}\n",
            "create --validate=warn",
            'Warning: unknown field "spec.selectr"\nservice/web created',
        ),
        (
            "kind: Service\napiVersion: v1\nmetadata: {name: web}\nspec: {selectr: {}, ports: [{port: 80}]}\n",
            "create --validate=false",
            "service/web created",
        ),
        (
            (
                "kind: Service\napiVersion: v1\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n---\nkind:"
                " Service\napiVersion: v1\nmetadata: {name: other}\n"
            ),
            "create",
            'service/web created\nThe Service "other" is invalid: spec.ports: Required value',
        ),
    ],
)
def test_how_kubectl_prints_accidents(
    kubectl: str, kubeconfig: Path, tmp_path: Path, manifest: str, arguments: str, printed: str
) -> None:
    (tmp_path / "f.yaml").write_text(manifest)
    command = [
        kubectl,
        "--kubeconfig",
        str(kubeconfig),
        "--cache-dir",
        str(kubeconfig.parent / "cache"),
        *arguments.split(),
        "-f",
        "f.yaml",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.stdout.rstrip("\n") == printed


def test_a_wrong_patch_by_kubectl(asker: Asker, kubectl: str, kubeconfig: Path) -> None:
    asker.create()
    command = [
        kubectl,
        "--kubeconfig",
        str(kubeconfig),
        "patch",
        "service",
        "web",
        "-p",
        '{"spec":{"ports":[{"port":"http"}]}}',
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert (
        done.stdout
        == 'The request is invalid: patch: Invalid value: "map[spec:map[ports:[map[port:http]]]]": unrecognized type:'
        " int32\n"
    )
