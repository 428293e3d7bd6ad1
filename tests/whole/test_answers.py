"""What comes back over HTTP for mistakes: which one is told first, codes, reasons and words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whole.asker import GOOD, SERVICES, Asker, status

pytestmark = pytest.mark.usefixtures("clean")


def test_objects_that_are_there_or_not(asker: Asker) -> None:
    assert asker.create().code == 201
    assert asker.create().body == status(
        409, "AlreadyExists", 'services "web" already exists', name="web", kind="services"
    )
    assert asker.send("GET", f"{SERVICES}/nope").body == status(
        404, "NotFound", 'services "nope" not found', name="nope", kind="services"
    )
    assert asker.send("GET", "/apis/apps/v1/namespaces/default/replicasets/nope").body == status(
        404, "NotFound", 'replicasets.apps "nope" not found', name="nope", group="apps", kind="replicasets"
    )
    assert asker.send("POST", "/api/v1/namespaces/nonexist/services", GOOD).body == status(
        404, "NotFound", 'namespaces "nonexist" not found', name="nonexist", kind="namespaces"
    )
    assert asker.send("GET", "/api/v1/nowhere").body == status(
        404, "NotFound", "the server could not find the requested resource"
    )
    stale = {**GOOD, "metadata": {"name": "web", "resourceVersion": "1"}}
    assert asker.send("PUT", f"{SERVICES}/web", stale).body == status(
        409,
        "Conflict",
        'Operation cannot be fulfilled on services "web": the object has been modified; please apply your changes to'
        " the latest version and try again",
        name="web",
        kind="services",
    )
    deleted = asker.send("DELETE", f"{SERVICES}/web")
    assert (deleted.code, deleted.body["kind"]) == (200, "Service"), "a Service's deletion answers with the Service"


def test_who_may_not_come_in(asker: Asker) -> None:
    assert asker.send("GET", SERVICES, token="wrong").body == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "Unauthorized",
        "reason": "Unauthorized",
        "code": 401,
    }
    nobody = asker.send("GET", SERVICES, token="")
    assert (nobody.code, nobody.body["message"]) == (
        403,
        (
            'services is forbidden: User "system:anonymous" cannot list resource "services" in API group "" in the'
            ' namespace "default"'
        ),
    )


def test_the_order_of_processing(asker: Asker) -> None:
    """Of several mistakes, the first step that finds one answers."""
    wrong: Any = {
        "metadata": {"name": "Web", "namespace": "x"},
        "spec": {"clusterIP": "10.0.0.1", "bar": 1, "ports": [{"port": "80"}]},
    }
    path = "/api/v1/namespaces/nonexist/services?fieldValidation=Strict"

    def message() -> str:
        text: str = asker.send("POST", path, wrong).body["message"]
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
        ([1], (400, "")),
        ("x", (400, "")),
        (1, (400, "")),
    ],
)
def test_apply_of_odd_metadata(asker: Asker, metadata: Any, answer: tuple[int, str | None]) -> None:
    """The name in the URL does not name a new object."""
    applied = asker.send(
        "PATCH",
        f"{SERVICES}/web?fieldManager=m",
        {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": GOOD["spec"]},
        "application/apply-patch+yaml",
    )
    assert (applied.code, applied.body.get("reason", "") if applied.code != 201 else None) == answer


def test_list_items_without_their_key(asker: Asker) -> None:
    """They are stored, but nobody can own them, and nothing can be applied to such an object."""
    path = "/api/v1/namespaces/default/serviceaccounts"
    created = asker.send("POST", path, {"metadata": {"name": "keyless"}, "secrets": [{}]})
    assert (created.code, "managedFields" in created.body["metadata"]) == (201, False)
    assert asker.send("PUT", f"{path}/keyless", {"metadata": {"name": "keyless"}, "secrets": [{}, {}]}).code == 200
    applied = asker.send(
        "PATCH",
        f"{path}/keyless?fieldManager=m",
        {"apiVersion": "v1", "kind": "ServiceAccount", "secrets": [{"name": "s"}]},
        "application/apply-patch+yaml",
    )
    assert applied.code == 400
    assert applied.body["message"].startswith(
        "failed to create typed live object (default/keyless; /v1, Kind=ServiceAccount): "
    )
    asker.send("DELETE", f"{path}/keyless")


def test_no_apply_to_a_part_of_nothing(asker: Asker) -> None:
    assert (
        asker.send(
            "PATCH",
            f"{SERVICES}/web/status?fieldManager=m",
            {"apiVersion": "v1", "kind": "Service", "metadata": {}},
            "application/apply-patch+yaml",
        ).code
        == 404
    )


def test_a_terminating_namespace(asker: Asker) -> None:
    asker.send("POST", "/api/v1/namespaces", {"metadata": {"name": "going"}})
    held = {"metadata": {"name": "held", "finalizers": ["example.com/held"]}}
    assert asker.send("POST", "/api/v1/namespaces/going/configmaps", held).code == 201
    asker.send("DELETE", "/api/v1/namespaces/going")
    refused = asker.send("POST", "/api/v1/namespaces/going/services", GOOD)
    assert (refused.code, refused.body["message"]) == (
        403,
        'services "web" is forbidden: unable to create new content in namespace going because it is being terminated',
    )
    asker.send(
        "PATCH",
        "/api/v1/namespaces/going/configmaps/held",
        {"metadata": {"finalizers": None}},
        "application/merge-patch+json",
    )


_ENDPOINTS = "/api/v1/namespaces/default/endpoints"
_DEPRECATED = '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"'


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("GET", _ENDPOINTS, None, 200),
        ("GET", "/api/v1/endpoints?labelSelector=a%3Db", None, 200),
        ("GET", f"{_ENDPOINTS}/kubernetes", None, 200),
        ("GET", f"{_ENDPOINTS}/nosuch", None, 404),
        ("GET", f"{_ENDPOINTS}?watch=true&timeoutSeconds=1", None, 200),
        ("POST", f"{_ENDPOINTS}?dryRun=All", {"metadata": {"name": "e"}}, 201),
        ("POST", _ENDPOINTS, {"metadata": {"name": "E"}}, 422),
        ("DELETE", f"{_ENDPOINTS}/nosuch", None, 404),
    ],
)
def test_every_request_for_endpoints_is_warned(asker: Asker, method: str, path: str, body: Any, code: int) -> None:
    answer = asker.send(method, path, body)
    assert (answer.code, answer.headers.getlist("Warning")) == (code, [_DEPRECATED])


def test_other_requests_are_not_warned(asker: Asker) -> None:
    for path in (SERVICES, "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"):
        assert asker.send("GET", path).headers.getlist("Warning") == []


def test_the_warning_comes_before_others(asker: Asker) -> None:
    answer = asker.send("POST", f"{_ENDPOINTS}?dryRun=All", {"metadata": {"name": "e"}, "nonsense": 1})
    assert answer.headers.getlist("Warning") == [_DEPRECATED, r'299 - "unknown field \"nonsense\""']


def test_version(asker: Asker) -> None:
    found = asker.send("GET", "/version").body
    assert found["gitVersion"] == "v1.36.3"
    assert {key: value for key, value in found.items() if key.endswith(("ajor", "inor"))} == {
        "major": "1",
        "minor": "36",
        "emulationMajor": "1",
        "emulationMinor": "36",
        "minCompatibilityMajor": "1",
        "minCompatibilityMinor": "35",
    }


@pytest.mark.parametrize("plural", ["ipaddresses", "servicecidrs"])
def test_addresses_are_to_look_at(asker: Asker, plural: str) -> None:
    path = f"/apis/networking.k8s.io/v1/{plural}"
    name = asker.send("GET", path).body["items"][0]["metadata"]["name"]
    assert asker.send("GET", f"{path}/{name}").code == 200
    for method, where in (("POST", path), ("PUT", f"{path}/{name}"), ("DELETE", f"{path}/{name}"), ("DELETE", path)):
        assert asker.send(method, where, {}).code == 405
