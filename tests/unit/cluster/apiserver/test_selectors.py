"""Label and field selectors; the texts are those of apimachinery 1.36."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.apiserver.selectors import (
    SelectorError,
    format_label_selector,
    parse_field_selector,
    parse_label_selector,
    parse_selection,
    selector_text,
)
from kubelearn.cluster.meta import Object
from kubelearn.semantics.labels import selects

_KEY = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
    " character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
    " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and"
    " end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is"
    " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("", {}, True),
        ("  ", {"a": "b"}, True),
        ("app=web", {"app": "web"}, True),
        ("app==web", {"app": "web"}, True),
        ("app = web", {"app": "web"}, True),
        ("app=web", {"app": "api"}, False),
        ("app=web", {}, False),
        ("app!=web", {"app": "api"}, True),
        ("app!=web", {}, True),
        ("app!=web", {"app": "web"}, False),
        ("app", {"app": ""}, True),
        ("app", {}, False),
        ("!app", {}, True),
        ("! app", {"app": ""}, False),
        ("app in (web, api)", {"app": "api"}, True),
        ("app in (web,api)", {"app": "db"}, False),
        ("app in (web,api)", {}, False),
        ("app notin (web,api)", {"app": "db"}, True),
        ("app notin (web,api)", {}, True),
        ("app notin (web,api)", {"app": "web"}, False),
        ("app in ()", {"app": ""}, True),
        ("app in ()", {}, False),
        ("app in (,web)", {"app": ""}, True),
        ("app in (web,,api)", {"app": ""}, True),
        ("app in (web,,api)", {"app": "api"}, True),
        ("app in (web,)", {"app": ""}, True),
        ("app=", {"app": ""}, True),
        ("app=,tier=x", {"app": "", "tier": "x"}, True),
        ("in in (in,notin)", {"in": "notin"}, True),
        ("in=in", {"in": "in"}, True),
        ("n>3", {"n": "4"}, True),
        ("n>3", {"n": "3"}, False),
        ("n<3", {"n": "-5"}, True),
        ("n<3", {"n": "few"}, False),
        ("n>3", {}, False),
        ("app=web,tier!=front,!old", {"app": "web", "tier": "back"}, True),
        ("app=web,tier!=front,!old", {"app": "web", "tier": "back", "old": ""}, False),
        ("kubernetes.io/service-name=web", {"kubernetes.io/service-name": "web"}, True),
    ],
)
def test_label_selector_matches(text: str, labels: dict[str, str], expected: bool) -> None:
    assert parse_label_selector(text)(labels) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("app in (a", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("app in (a b)", "unable to parse requirement: found 'b', expected: ',' or ')'"),
        ("app in (a,", "unable to parse requirement: found '', expected: ',', or identifier"),
        ("app in (", "unable to parse requirement: found '', expected: ',', ')' or identifier"),
        ("app in (=)", "unable to parse requirement: found '=', expected: ',', ')' or identifier"),
        ("app in (a,=)", "unable to parse requirement: found '=', expected: ',', or identifier"),
        ("app in", "unable to parse requirement: found '' expected: '('"),
        ("app in a", "unable to parse requirement: found 'a' expected: '('"),
        ("app web", "unable to parse requirement: found 'web', expected: in, notin, =, ==, !=, gt, lt"),
        ("app=(", "unable to parse requirement: found '(', expected: identifier"),
        ("app=!x", "unable to parse requirement: found '!', expected: identifier"),
        ("!", "unable to parse requirement: found '', expected: identifier"),
        ("!(a)", "unable to parse requirement: found '(', expected: identifier"),
        ("!app=web", "found '=', expected: ',' or 'end of string'"),
        ("app=web tier=x", "found 'tier', expected: ',' or 'end of string'"),
        ("app=a=b", "found '=', expected: ',' or 'end of string'"),
        ("app,", "found '', expected: identifier after ','"),
        ("app,,tier", "found ',', expected: identifier after ','"),
        ("=web", "found '=', expected: !, identifier, or 'end of string'"),
        (",app", "found ',', expected: !, identifier, or 'end of string'"),
        (")", "found ')', expected: !, identifier, or 'end of string'"),
        ("-app=web", f'unable to parse requirement: <nil>: Invalid value: "-app": {_KEY}'),
        ("!_", f'unable to parse requirement: <nil>: Invalid value: "_": {_KEY}'),
        ("/app=web", 'unable to parse requirement: <nil>: Invalid value: "/app": prefix part must be non-empty'),
        (
            "example.com/=web",
            f'unable to parse requirement: <nil>: Invalid value: "example.com/": name part must be non-empty; {_KEY}',
        ),
        ("app=b@d", f'unable to parse requirement: values[0][app]: Invalid value: "b@d": {_VALUE}'),
        ("app in (web,b@d)", f'unable to parse requirement: values[0][app]: Invalid value: "b@d": {_VALUE}'),
        (
            "app=" + "x" * 64,
            (
                f'unable to parse requirement: values[0][app]: Invalid value: "{"x" * 64}": must be no more than 63'
                " bytes"
            ),
        ),
        (
            "app in (@,$)",
            (
                f'unable to parse requirement: [values[0][app]: Invalid value: "$": {_VALUE}, values[1][app]: Invalid'
                f' value: "@": {_VALUE}]'
            ),
        ),
        (
            "n>few",
            (
                "unable to parse requirement: values[0]: Invalid value: \"few\": for 'Gt', 'Lt' operators, the value"
                " must be an integer"
            ),
        ),
    ],
)
def test_label_selector_errors(text: str, message: str) -> None:
    with pytest.raises(SelectorError) as raised:
        parse_label_selector(text)
    assert str(raised.value) == message


def test_label_selectors_are_compiled_once() -> None:
    assert parse_label_selector("app=web,tier=x") is parse_label_selector("app=web,tier=x")


_OBJECT: Object = {
    "matchLabels": {"tier": "x", "app": "web"},
    "matchExpressions": [
        {"key": "stage", "operator": "In", "values": ["live", "dev"]},
        {"key": "old", "operator": "DoesNotExist"},
        {"key": "owner", "operator": "Exists"},
        {"key": "zone", "operator": "NotIn", "values": ["b"]},
    ],
}


def test_label_selector_object() -> None:
    def matches(labels: dict[str, str]) -> bool:
        return selects(_OBJECT, labels)

    good = {"app": "web", "tier": "x", "stage": "dev", "owner": "me"}
    assert matches(good)
    assert not matches({**good, "stage": "test"})
    assert not matches({**good, "old": ""})
    assert not matches({**good, "zone": "b"})
    assert not matches({key: value for key, value in good.items() if key != "owner"})
    assert not matches({**good, "app": "api"})


def test_no_selector_matches_nothing_and_an_empty_one_everything() -> None:
    assert not selects(None, {"app": "web"})
    assert selects({}, {"app": "web"})
    assert selects({"matchLabels": None, "matchExpressions": None}, {})


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        (
            {"matchExpressions": [{"key": "a", "operator": "Like", "values": ["x"]}]},
            '"Like" is not a valid label selector operator',
        ),
        (
            {"matchExpressions": [{"key": "a", "operator": "In"}]},
            "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
        ),
        (
            {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["x"]}]},
            'values: Invalid value: ["x"]: values set must be empty for exists and does not exist',
        ),
        ({"matchLabels": {"-": "x"}}, f'key: Invalid value: "-": {_KEY}'),
    ],
)
def test_wrong_selector_object(selector: Object, message: str) -> None:
    with pytest.raises(SelectorError) as raised:
        selector_text(selector)
    assert str(raised.value) == message
    assert format_label_selector(selector) == "<error>"


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        (None, "<none>"),
        ({}, "<none>"),
        ({"matchLabels": {"app": "web"}}, "app=web"),
        (_OBJECT, "app=web,!old,owner,stage in (dev,live),tier=x,zone notin (b)"),
        ({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "app", "operator": "Exists"}]}, "app=web,app"),
    ],
)
def test_format_label_selector(selector: Object | None, text: str) -> None:
    assert format_label_selector(selector) == text


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        (",", []),
        ("metadata.name=web", [("metadata.name", "=", "web")]),
        ("metadata.name==web", [("metadata.name", "=", "web")]),
        ("status.phase!=Running,metadata.name=web", [("metadata.name", "=", "web"), ("status.phase", "!=", "Running")]),
        ("spec.nodeName=", [("spec.nodeName", "=", "")]),
        (r"a=x\,y,b=p\=q\\", [("a", "=", "x,y"), ("b", "=", "p=q\\")]),
    ],
)
def test_field_selector(text: str, terms: list[tuple[str, str, str]]) -> None:
    assert parse_field_selector(text) == terms


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("status.phase", "invalid selector: 'status.phase'; can't understand 'status.phase'"),
        ("a=b,c", "invalid selector: 'a=b,c'; can't understand 'c'"),
        ("a=b=c", "invalid field selector: unescaped character in value: 61"),
        (r"a=b\c", r"invalid field selector: invalid escape sequence: \c"),
        ("a=b\\", "invalid field selector: invalid escape sequence: \\"),
    ],
)
def test_field_selector_errors(text: str, message: str) -> None:
    with pytest.raises(SelectorError) as raised:
        parse_field_selector(text)
    assert str(raised.value) == message


def _pod(name: str, phase: str, labels: dict[str, str] | None = None) -> Object:
    return {
        "metadata": {"name": name, "namespace": "course", **({"labels": labels} if labels else {})},
        "status": {"phase": phase},
    }


_PHASE = {"status.phase": lambda pod: pod["status"]["phase"]}


def test_selection_of_everything() -> None:
    assert parse_selection(BY_KEY["pods"], "", "", _PHASE).everything
    assert parse_selection(BY_KEY["pods"], " ", "", _PHASE).everything


def test_selection() -> None:
    selection = parse_selection(BY_KEY["pods"], "app=web", "status.phase!=Running,metadata.namespace=course", _PHASE)
    assert not selection.everything
    assert selection.matches(_pod("a", "Pending", {"app": "web"}))
    assert not selection.matches(_pod("a", "Running", {"app": "web"}))
    assert not selection.matches(_pod("a", "Pending"))


@pytest.mark.parametrize(
    ("resource", "labels", "fields", "message"),
    [
        ("pods", "app in (a", "", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("pods", "", "status.colour=red", "field label not supported: status.colour"),
        ("services", "", "spec.ports=80", "field label not supported: spec.ports"),
        (
            "deployments.apps",
            "",
            "spec.replicas=1",
            '"spec.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"',
        ),
        ("jobs.batch", "", "spec.x=1", 'field label "spec.x" not supported for Job'),
        ("pods", "app in (a", "status.colour=red", "unable to parse requirement: found '', expected: ',' or ')'"),
    ],
)
def test_selection_errors_are_400(resource: str, labels: str, fields: str, message: str) -> None:
    with pytest.raises(ApiError) as raised:
        parse_selection(BY_KEY[resource], labels, fields, {})
    assert raised.value.status == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "BadRequest",
        "code": 400,
    }
