"""Answers that a real control plane gave to the same requests (``python -m tests.real_control_plane.compare``)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.raw import APPLY, MERGE, STRATEGIC, YAML, RawClient
from tests.whole.objects import DEFAULT, DEPLOYMENT, DEPLOYMENTS, POD, SERVICE


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"{DEPLOYMENTS}/web/scale"),
        ("POST", f"{DEFAULT}/pods/p/log"),
        ("PUT", f"{DEFAULT}/pods/p/binding"),
        ("POST", "/api/v1/services"),
        ("DELETE", "/api/v1/pods"),
        ("POST", "/apis/apps/v1"),
    ],
)
def test_methods_that_are_not_allowed(client: RawClient, method: str, path: str) -> None:
    code, body = client.ask(method, path, {})
    assert (code, body["reason"], body["message"], body["details"]) == (
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        {},
    )
    assert client.ask("GET", f"{DEPLOYMENTS}/web")[0] == 200


def test_an_error_says_what_there_was_to_warn_of(client: RawClient) -> None:
    answer = client.send(
        "POST", f"{DEFAULT}/services", {"metadata": {"name": "x"}, "spec": {"Ports": [], "clusterip": "None"}}
    )
    assert (answer.code, answer.headers.getlist("Warning")) == (
        422,
        ['299 - "unknown field \\"spec.Ports\\""', '299 - "unknown field \\"spec.clusterip\\""'],
    )


def test_strict_problems_are_in_the_order_of_the_text(client: RawClient) -> None:
    doubled = '{"metadata":{"name":"x","name":"y"},"spec":{"ports":[{"port":80,"foo":1}],"bar":1},"spce":1}'
    _, body = client.ask("POST", f"{DEFAULT}/services?fieldValidation=Strict", doubled)
    assert body["message"].endswith(
        'strict decoding error: duplicate field "metadata.name", unknown field "spec.ports[0].foo", unknown field'
        ' "spec.bar", unknown field "spce"'
    )
    answer = client.send(
        "POST",
        f"{DEFAULT}/services?dryRun=All",
        "metadata: {name: x}\nspec:\n  ports: [{port: 80}]\n  ports: [{port: 81}]\n  bar: 1\n",
        content_type=YAML,
    )
    assert answer.headers.getlist("Warning") == [
        '299 - "line 4: key \\"ports\\" already set in map"',
        '299 - "unknown field \\"spec.bar\\""',
    ]


@pytest.mark.parametrize(
    ("kind", "version", "why"),
    [
        (
            "Services",
            "v1",
            (
                'Services in version "v1" cannot be handled as a Service: no kind "Services" is registered for version'
                ' "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"'
            ),
        ),
        (
            "Service",
            "v2",
            (
                'Service in version "v2" cannot be handled as a Service: no kind "Service" is registered for version'
                ' "v2" in scheme "pkg/api/legacyscheme/scheme.go:30"'
            ),
        ),
        (
            "Pod",
            "v1",
            (
                'Pod in version "v1" cannot be handled as a Service: converting (v1.Pod) to (core.Service): unknown'
                " conversion"
            ),
        ),
    ],
)
def test_another_kind(client: RawClient, kind: str, version: str, why: str) -> None:
    assert (
        client.ask("POST", f"{DEFAULT}/services", {**SERVICE, "kind": kind, "apiVersion": version})[1]["message"] == why
    )


def test_mistakes_that_a_real_server_blames_on_itself(client: RawClient) -> None:
    """A real server says 500 to these; the words, and what kubectl prints, are the same."""

    def gist(answer: tuple[int, Any]) -> tuple[int, Any, Any]:
        return answer[0], answer[1].get("reason"), answer[1]["message"]

    containers = {"spec": {"template": {"spec": {"containers": [{"image": "x"}]}}}}
    assert gist(client.ask("PATCH", f"{DEPLOYMENTS}/web", containers, content_type=STRATEGIC)) == (
        400,
        None,
        "map: map[image:x] does not contain declared merge key: name",
    )
    applied = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"foo": 1}}
    assert gist(client.ask("PATCH", f"{DEPLOYMENTS}/web?fieldManager=m", applied, content_type=APPLY)) == (
        400,
        None,
        "failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema",
    )
    versioned = {"metadata": {"name": "again", "resourceVersion": "5"}}
    assert gist(client.ask("POST", f"{DEFAULT}/configmaps", versioned)) == (
        400,
        None,
        "resourceVersion should not be set on objects to be created",
    )
    assert gist(client.ask("GET", f"{DEFAULT}/configmaps?resourceVersion=x")) == (
        400,
        None,
        'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
    )


def test_metadata_that_may_not_change(client: RawClient) -> None:
    uid = client.ask("GET", f"{DEPLOYMENTS}/web")[1]["metadata"]["uid"]
    code, body = client.ask("PUT", f"{DEPLOYMENTS}/web", {**DEPLOYMENT, "metadata": {"name": "web", "uid": "x"}})
    assert (code, body["message"]) == (
        409,
        (
            'Operation cannot be fulfilled on deployments.apps "web": StorageError: invalid object, Code: 4, Key:'
            " /registry/deployments/default/web, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in"
            f" precondition: x, UID in object meta: {uid}"
        ),
    )
    code, body = client.ask("PATCH", f"{DEPLOYMENTS}/web", {"metadata": {"uid": "x"}}, content_type=MERGE)
    assert (code, body["message"]) == (
        422,
        'Deployment.apps "web" is invalid: metadata.uid: Invalid value: "x": field is immutable',
    )
    code, body = client.ask(
        "PATCH", f"{DEPLOYMENTS}/web", {"metadata": {"deletionTimestamp": "2020-01-01T00:00:00Z"}}, content_type=MERGE
    )
    assert (code, body["message"]) == (
        422,
        'Deployment.apps "web" is invalid: metadata.deletionTimestamp: Invalid value: "2020-01-01T00:00:00Z": field is'
        " immutable",
    )


def test_what_every_object_has_is_managed_by_nobody(client: RawClient) -> None:
    fields = client.ask("POST", f"{DEPLOYMENTS}?dryRun=All", {**DEPLOYMENT, "metadata": {"name": "other"}})[1][
        "metadata"
    ]["managedFields"][0]["fieldsV1"]
    assert fields["f:spec"]["f:template"]["f:metadata"] == {"f:labels": {".": {}, "f:app": {}}}


def test_a_scale_is_applied_to_its_deployment(client: RawClient) -> None:
    body = {"kind": "Scale", "apiVersion": "autoscaling/v1", "spec": {"replicas": 1}}
    code, refused = client.ask("PATCH", f"{DEPLOYMENTS}/web/scale?fieldManager=m", body, content_type=APPLY)
    assert (code, refused["details"]["causes"][0]["field"]) == (409, ".spec.replicas")
    assert client.ask(
        "PATCH", f"{DEPLOYMENTS}/web/scale?fieldManager=m&force=true&dryRun=All", body, content_type=APPLY
    )[1]["spec"] == {"replicas": 1}


def test_an_event_that_is_changed_has_its_metadata_checked_twice_and_then_itself(client: RawClient) -> None:
    client.ask("POST", f"{DEFAULT}/events", {"metadata": {"name": "e"}, "involvedObject": {"namespace": "default"}})
    code, body = client.ask(
        "PATCH",
        f"{DEFAULT}/events/e",
        {"metadata": {"labels": {"a b": "c"}}, "involvedObject": {"namespace": "x"}},
        content_type=MERGE,
    )
    assert (code, [cause["field"] for cause in body["details"]["causes"]]) == (
        422,
        ["metadata.labels", "metadata.labels", "involvedObject.namespace"],
    )


_EXACTLY_ONE = "exactly one of nonResourceAttributes or resourceAttributes must be specified"


@pytest.mark.parametrize(
    ("spec", "field", "problem"),
    [
        ({}, "spec.resourceAttributes", f"Invalid value: null: {_EXACTLY_ONE}"),
        (
            {"resourceAttributes": {"verb": "get"}, "nonResourceAttributes": {"path": "/"}},
            "spec.nonResourceAttributes",
            'Invalid value: {"Path":"/","Verb":""}: cannot be specified in combination with resourceAttributes',
        ),
    ],
)
def test_a_question_about_rights_that_is_none(client: RawClient, spec: Any, field: str, problem: str) -> None:
    code, body = client.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {"spec": spec})
    assert (code, body["message"]) == (422, f'.authorization.k8s.io "" is invalid: {field}: {problem}')
    assert body["details"] == {
        "group": "authorization.k8s.io",
        "causes": [{"reason": "FieldValueInvalid", "message": problem, "field": field}],
    }


def test_a_question_about_rights_is_managed_and_warned_of_as_if_it_were_stored(client: RawClient) -> None:
    spec = {"resourceAttributes": {"verb": "get", "resource": "pods"}, "foo": 1}
    answer = client.send(
        "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews?fieldManager=me", {"spec": spec}
    )
    assert answer.headers["Warning"] == '299 - "unknown field \\"spec.foo\\""'
    [entry] = answer.body["metadata"]["managedFields"]
    assert (entry["manager"], entry["fieldsV1"]) == (
        "me",
        {"f:spec": {"f:resourceAttributes": {".": {}, "f:resource": {}, "f:verb": {}}}},
    )


def test_the_default_of_jobs_is_to_leave_their_pods_behind(client: RawClient) -> None:
    jobs = "/apis/batch/v1/namespaces/default/jobs"
    client.ask(
        "POST",
        jobs,
        {
            "metadata": {"name": "j"},
            "spec": {"suspend": True, "template": {"spec": {**POD["spec"], "restartPolicy": "Never"}}},
        },
    )
    answer = client.send("DELETE", f"{jobs}/j")
    assert answer.headers["Warning"].startswith('299 - "child pods are preserved by default when jobs are deleted; ')
    assert answer.body["metadata"]["labels"]["job-name"] == "j"
