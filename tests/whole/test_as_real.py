"""Answers that a real 1.32 control plane gave to the same requests (``python -m tests.real_control_plane.compare``)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3
import yaml

from kubelearn.cluster.apiserver.go import json_errors
from kubelearn.cluster.embedded import EmbeddedCluster

DEFAULT = "/api/v1/namespaces/default"
SERVICE = {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
POD = {
    "metadata": {"name": "p"},
    "spec": {"schedulerName": "nobody", "containers": [{"name": "c", "image": "registry.k8s.io/pause:3.10"}]},
}
TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "registry.k8s.io/pause:3.10"}]},
}
DEPLOYMENT = {
    "metadata": {"name": "web"},
    "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE},
}
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
MERGE, STRATEGIC, APPLY, YAML = (
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
    "application/yaml",
)


class Client:
    """Sends requests as they are."""

    def __init__(self, cluster: EmbeddedCluster):
        config = yaml.safe_load(cluster.kubeconfig())
        authority = base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"]).decode()
        self.pool = urllib3.PoolManager(ca_cert_data=authority, retries=False)
        self.url, self.token = cluster.url, config["users"][0]["user"]["token"]

    def raw(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = body if isinstance(body, str | bytes | None) else json.dumps(body)
        sent = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            **{key.replace("_", "-"): value for key, value in headers.items()},
        }
        return self.pool.request(method, self.url + path, body=data, headers=sent)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        answer = self.raw(method, path, body, **headers)
        return answer.status, answer.json()


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with EmbeddedCluster(seed=1) as cluster:
        client = Client(cluster)
        client.ask("POST", DEPLOYMENTS, DEPLOYMENT)
        yield client
        client.pool.clear()


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
def test_methods_that_are_not_allowed(client: Client, method: str, path: str) -> None:
    code, body = client.ask(method, path, {})
    assert (code, body["reason"], body["message"], body["details"]) == (
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        {},
    )
    assert client.ask("GET", f"{DEPLOYMENTS}/web")[0] == 200


def test_an_error_says_what_there_was_to_warn_of(client: Client) -> None:
    answer = client.raw(
        "POST", f"{DEFAULT}/services", {"metadata": {"name": "x"}, "spec": {"Ports": [], "clusterip": "None"}}
    )
    assert (answer.status, answer.headers.getlist("Warning")) == (
        422,
        ['299 - "unknown field \\"spec.Ports\\""', '299 - "unknown field \\"spec.clusterip\\""'],
    )


def test_strict_problems_are_in_the_order_of_the_text(client: Client) -> None:
    doubled = '{"metadata":{"name":"x","name":"y"},"spec":{"ports":[{"port":80,"foo":1}],"bar":1},"spce":1}'
    _, body = client.ask("POST", f"{DEFAULT}/services?fieldValidation=Strict", doubled)
    assert body["message"].endswith(
        'strict decoding error: duplicate field "metadata.name", unknown field "spec.ports[0].foo", unknown field'
        ' "spec.bar", unknown field "spce"'
    )
    answer = client.raw(
        "POST",
        f"{DEFAULT}/services?dryRun=All",
        "metadata: {name: x}\nspec:\n  ports: [{port: 80}]\n  ports: [{port: 81}]\n  bar: 1\n",
        Content_Type=YAML,
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
def test_another_kind(client: Client, kind: str, version: str, why: str) -> None:
    assert (
        client.ask("POST", f"{DEFAULT}/services", {**SERVICE, "kind": kind, "apiVersion": version})[1]["message"] == why
    )


def test_mistakes_that_the_server_blames_on_itself(client: Client) -> None:
    def gist(answer: tuple[int, Any]) -> tuple[int, Any, Any]:
        return answer[0], answer[1].get("reason"), answer[1]["message"]

    containers = {"spec": {"template": {"spec": {"containers": [{"image": "x"}]}}}}
    assert gist(client.ask("PATCH", f"{DEPLOYMENTS}/web", containers, Content_Type=STRATEGIC)) == (
        500,
        None,
        "map: map[image:x] does not contain declared merge key: name",
    )
    applied = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"foo": 1}}
    assert gist(client.ask("PATCH", f"{DEPLOYMENTS}/web?fieldManager=m", applied, Content_Type=APPLY)) == (
        500,
        None,
        "failed to create typed patch object (/web; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema",
    )
    versioned = {"metadata": {"name": "again", "resourceVersion": "5"}}
    assert gist(client.ask("POST", f"{DEFAULT}/configmaps", versioned)) == (
        500,
        None,
        "resourceVersion should not be set on objects to be created",
    )
    assert gist(client.ask("GET", f"{DEFAULT}/configmaps?resourceVersion=x")) == (
        500,
        None,
        'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
    )


def test_metadata_that_may_not_change(client: Client) -> None:
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
    code, body = client.ask("PATCH", f"{DEPLOYMENTS}/web", {"metadata": {"uid": "x"}}, Content_Type=MERGE)
    assert (code, body["message"]) == (
        422,
        'Deployment.apps "web" is invalid: metadata.uid: Invalid value: "x": field is immutable',
    )
    code, body = client.ask(
        "PATCH", f"{DEPLOYMENTS}/web", {"metadata": {"deletionTimestamp": "2020-01-01T00:00:00Z"}}, Content_Type=MERGE
    )
    assert (code, body["message"]) == (
        422,
        (
            'Deployment.apps "web" is invalid: metadata.deletionTimestamp: Invalid value: 2020-01-01 00:00:00 +0000'
            " UTC: field is immutable"
        ),
    )


_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        (
            {"affinity": {"nodeAffinity": {_REQUIRED: {"nodeSelectorTerms": []}}}},
            (
                f"spec.affinity.nodeAffinity.{_REQUIRED}.nodeSelectorTerms: Required value: must have at least one node"
                " selector term"
            ),
        ),
        (
            {
                "affinity": {
                    "nodeAffinity": {
                        "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 0, "preference": {}}]
                    }
                }
            },
            (
                "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value:"
                " 0: must be in the range 1-100"
            ),
        ),
        (
            {
                "topologySpreadConstraints": (
                    [{"maxSkew": 1, "topologyKey": "a", "whenUnsatisfiable": "ScheduleAnyway"}] * 2
                )
            },
            (
                'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{a,'
                ' ScheduleAnyway}"'
            ),
        ),
        (
            {"securityContext": {"runAsUser": -1}},
            "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
        ),
        ({"os": {"name": "beos"}}, 'spec.os: Unsupported value: "beos": supported values: "linux", "windows"'),
    ],
)
def test_pods_with_a_mistake(client: Client, spec: Any, problem: str) -> None:
    assert (
        client.ask("POST", f"{DEFAULT}/pods", {**POD, "spec": {**POD["spec"], **spec}})[1]["message"]
        == f'Pod "p" is invalid: {problem}'
    )


def test_a_pod_whose_name_is_generated_is_refused_by_its_prefix(client: Client) -> None:
    code, body = client.ask(
        "POST",
        f"{DEFAULT}/pods",
        {"metadata": {"generateName": "web-"}, "spec": {**POD["spec"], "serviceAccountName": "robot"}},
    )
    assert (code, body["message"]) == (
        403,
        'pods "web-" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found',
    )


def test_what_every_object_has_is_managed_by_nobody(client: Client) -> None:
    fields = client.ask("POST", f"{DEPLOYMENTS}?dryRun=All", {**DEPLOYMENT, "metadata": {"name": "other"}})[1][
        "metadata"
    ]["managedFields"][0]["fieldsV1"]
    assert fields["f:spec"]["f:template"]["f:metadata"] == {"f:labels": {".": {}, "f:app": {}}}


def test_a_scale_is_applied_to_its_deployment(client: Client) -> None:
    body = {"kind": "Scale", "apiVersion": "autoscaling/v1", "spec": {"replicas": 1}}
    code, refused = client.ask("PATCH", f"{DEPLOYMENTS}/web/scale?fieldManager=m", body, Content_Type=APPLY)
    assert (code, refused["details"]["causes"][0]["field"]) == (409, ".spec.replicas")
    assert client.ask(
        "PATCH", f"{DEPLOYMENTS}/web/scale?fieldManager=m&force=true&dryRun=All", body, Content_Type=APPLY
    )[1]["spec"] == {"replicas": 1}


def test_an_event_that_is_changed_has_its_metadata_checked_twice_and_then_itself(client: Client) -> None:
    client.ask("POST", f"{DEFAULT}/events", {"metadata": {"name": "e"}, "involvedObject": {"namespace": "default"}})
    code, body = client.ask(
        "PATCH",
        f"{DEFAULT}/events/e",
        {"metadata": {"labels": {"a b": "c"}}, "involvedObject": {"namespace": "x"}},
        Content_Type=MERGE,
    )
    assert (code, [cause["field"] for cause in body["details"]["causes"]]) == (
        422,
        ["metadata.labels", "metadata.labels", "involvedObject.namespace"],
    )


_EXACTLY_ONE = "exactly one of nonResourceAttributes or resourceAttributes must be specified"


@pytest.mark.parametrize(
    ("spec", "field", "problem"),
    [
        ({}, "spec.resourceAttributes", f'Invalid value: "null": {_EXACTLY_ONE}'),
        (
            {"resourceAttributes": {"verb": "get"}, "nonResourceAttributes": {"path": "/"}},
            "spec.nonResourceAttributes",
            (
                'Invalid value: authorization.NonResourceAttributes{Path:"/", Verb:""}: cannot be specified in'
                " combination with resourceAttributes"
            ),
        ),
    ],
)
def test_a_question_about_rights_that_is_none(client: Client, spec: Any, field: str, problem: str) -> None:
    code, body = client.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {"spec": spec})
    assert (code, body["message"]) == (422, f'.authorization.k8s.io "" is invalid: {field}: {problem}')
    assert body["details"] == {
        "group": "authorization.k8s.io",
        "causes": [{"reason": "FieldValueInvalid", "message": problem, "field": field}],
    }


def test_a_question_about_rights_is_managed_and_warned_of_as_if_it_were_stored(client: Client) -> None:
    spec = {"resourceAttributes": {"verb": "get", "resource": "pods"}, "foo": 1}
    answer = client.raw(
        "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews?fieldManager=me", {"spec": spec}
    )
    assert answer.headers["Warning"] == '299 - "unknown field \\"spec.foo\\""'
    [entry] = answer.json()["metadata"]["managedFields"]
    assert (entry["manager"], entry["fieldsV1"]) == (
        "me",
        {"f:spec": {"f:resourceAttributes": {".": {}, "f:resource": {}, "f:verb": {}}}},
    )


def test_the_default_of_jobs_is_to_leave_their_pods_behind(client: Client) -> None:
    jobs = "/apis/batch/v1/namespaces/default/jobs"
    client.ask(
        "POST",
        jobs,
        {
            "metadata": {"name": "j"},
            "spec": {"suspend": True, "template": {"spec": {**POD["spec"], "restartPolicy": "Never"}}},
        },
    )
    answer = client.raw("DELETE", f"{jobs}/j")
    assert answer.headers["Warning"].startswith('299 - "child pods are preserved by default when jobs are deleted; ')
    assert answer.json()["metadata"]["labels"]["job-name"] == "j"


def test_answers_for_people_are_indented(client: Client) -> None:
    assert client.raw("GET", f"{DEFAULT}/services/kubernetes", User_Agent="curl/8.5.0").data.startswith(
        b'{\n  "kind": "Service",\n'
    )
    assert client.raw("GET", f"{DEFAULT}/services/kubernetes").data.endswith(b"}\n")
    shown = client.raw("GET", f"{DEFAULT}/services/kubernetes", Accept="application/yaml").data.decode()
    assert "&id" not in shown, "no aliases"
    assert yaml.safe_load(shown)["spec"]["clusterIP"] == "10.96.0.1"


@pytest.mark.parametrize(
    ("accept", "message"),
    [
        (
            "text/html",
            (
                "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml,"
                " application/vnd.kubernetes.protobuf"
            ),
        ),
        (
            "application/json;as=Foo;v=v1;g=meta.k8s.io",
            (
                "only the following media types are accepted: application/json, application/yaml,"
                " application/vnd.kubernetes.protobuf"
            ),
        ),
        (
            "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
            "you requested PartialObjectMetadataList, but the requested object is not a list (*core.Service)",
        ),
    ],
)
def test_what_is_not_acceptable(client: Client, accept: str, message: str) -> None:
    assert client.ask("GET", f"{DEFAULT}/services/kubernetes", Accept=accept)[1]["message"] == message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "unexpected end of JSON input"),
        ("}", "invalid character '}' looking for beginning of value"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ("{'a': 1}", r"invalid character '\'' looking for beginning of object key string"),
        ('{"a": 1,}', "invalid character '}' looking for beginning of object key string"),
        ("not json", "invalid character 'o' in literal null (expecting 'u')"),
        ("{}{}", "invalid character '{' after top-level value"),
        ('{"a": [1 2]}', "invalid character '2' after array element"),
        ('{"a": "b\tc"}', r"invalid character '\t' in string literal"),
        ('{"a": "\\x"}', "invalid character 'x' in string escape code"),
        ('{"a": 1.}', "invalid character '}' after decimal point in numeric literal"),
        ('{"a": -}', "invalid character '}' in numeric literal"),
        ('{"a": 1e}', "invalid character '}' in exponent of numeric literal"),
        ('{"a": "\\u12"}', "invalid character '\"' in \\u hexadecimal character escape"),
        ("\ufeff{}", "invalid character 'ï' looking for beginning of value"),
        ('{"a": [true, false, null, -1.5e+3, "\\u00e9"]}', ""),
    ],
)
def test_why_a_text_is_no_json(text: str, problem: str) -> None:
    assert json_errors.syntax_error(text.encode()) == problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: b: c", "yaml: mapping values are not allowed in this context"),
        ("a: [", "yaml: line 1: did not find expected node content"),
        ("metadata:\n\tname: x", "yaml: line 2: found character that cannot start any token"),
    ],
)
def test_why_a_text_is_no_yaml(client: Client, text: str, problem: str) -> None:
    message = client.ask("POST", f"{DEFAULT}/configmaps", text, Content_Type=YAML)[1]["message"]
    assert (
        message == f"the object provided is unrecognized (must be of type ConfigMap): {problem} ({text.encode().hex()})"
    )
