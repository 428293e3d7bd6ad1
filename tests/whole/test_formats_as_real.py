"""Formats of answers and of requests, as a real control plane has them."""

from __future__ import annotations

import pytest
import yaml

from kubelearn.cluster.apiserver.go import json_errors
from tests.raw import YAML, RawClient
from tests.whole.objects import DEFAULT


def test_answers_for_people_are_indented(client: RawClient) -> None:
    assert client.send("GET", f"{DEFAULT}/services/kubernetes", User_Agent="curl/8.5.0").data.startswith(
        b'{\n  "kind": "Service",\n'
    )
    assert client.send("GET", f"{DEFAULT}/services/kubernetes").data.endswith(b"}\n")
    shown = client.send("GET", f"{DEFAULT}/services/kubernetes", Accept="application/yaml").data.decode()
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
def test_what_is_not_acceptable(client: RawClient, accept: str, message: str) -> None:
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
def test_why_a_text_is_no_yaml(client: RawClient, text: str, problem: str) -> None:
    message = client.ask("POST", f"{DEFAULT}/configmaps", text, content_type=YAML)[1]["message"]
    assert (
        message == f"the object provided is unrecognized (must be of type ConfigMap): {problem} ({text.encode().hex()})"
    )
