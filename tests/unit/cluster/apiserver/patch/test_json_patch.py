"""JSON patches (RFC 6902, as evanphx/json-patch v4 reads it)."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.patch.json_patch import MAX_OPERATIONS, json_patch

REJECTED = "the server rejected our request due to an error in our request"


@pytest.mark.parametrize(
    ("document", "patch", "result"),
    [
        # RFC 6902, appendix A
        ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"baz": "qux", "foo": "bar"}),
        ({"foo": ["bar", "baz"]}, [{"op": "add", "path": "/foo/1", "value": "qux"}], {"foo": ["bar", "qux", "baz"]}),
        ({"baz": "qux", "foo": "bar"}, [{"op": "remove", "path": "/baz"}], {"foo": "bar"}),
        ({"foo": ["bar", "qux", "baz"]}, [{"op": "remove", "path": "/foo/1"}], {"foo": ["bar", "baz"]}),
        (
            {"baz": "qux", "foo": "bar"},
            [{"op": "replace", "path": "/baz", "value": "boo"}],
            {"baz": "boo", "foo": "bar"},
        ),
        (
            {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
            [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
            {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
        ),
        (
            {"foo": ["all", "grass", "cows", "eat"]},
            [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
            {"foo": ["all", "cows", "eat", "grass"]},
        ),
        (
            {"baz": "qux", "foo": ["a", 2, "c"]},
            [{"op": "test", "path": "/baz", "value": "qux"}, {"op": "test", "path": "/foo/1", "value": 2}],
            {"baz": "qux", "foo": ["a", 2, "c"]},
        ),
        (
            {"foo": "bar"},
            [{"op": "add", "path": "/child", "value": {"grandchild": {}}}],
            {"foo": "bar", "child": {"grandchild": {}}},
        ),
        ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
        (
            {"foo": ["bar"]},
            [{"op": "add", "path": "/foo/-", "value": ["abc", "def"]}],
            {"foo": ["bar", ["abc", "def"]]},
        ),
        ({"a": {"b": [1]}}, [{"op": "copy", "from": "/a/b", "path": "/c"}], {"a": {"b": [1]}, "c": [1]}),
        # evanphx/json-patch v4: negative indices, replace that sets, absent equals null
        ({"foo": [1, 2, 3]}, [{"op": "remove", "path": "/foo/-1"}], {"foo": [1, 2]}),
        ({"foo": {}}, [{"op": "replace", "path": "/foo/bar", "value": 1}], {"foo": {"bar": 1}}),
        ({"foo": 1}, [{"op": "test", "path": "/bar", "value": None}], {"foo": 1}),
        ({"foo": 1}, [{"op": "replace", "path": "", "value": {"bar": 2}}], {"bar": 2}),
        ({"foo": 1}, [], {"foo": 1}),
    ],
)
def test_json_patch(document: Any, patch: Any, result: Any) -> None:
    before = copy.deepcopy((document, patch))
    assert json_patch(document, patch) == result
    assert (document, patch) == before


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "/spec/nothing/here", "value": "y"},
        {"op": "remove", "path": "/nothing"},
        {"op": "test", "path": "/flag", "value": 1},
        {"op": "test", "path": "/list/0", "value": "other"},
        {"op": "add", "path": "/list/9", "value": 1},
        {"op": "add", "path": "/list/x", "value": 1},
        {"op": "remove", "path": "/list/-2"},
        {"op": "add", "path": "", "value": {}},
        {"op": "add", "path": "/word/below", "value": 1},
        {"op": "jump", "path": "/word"},
        {"op": "add"},
    ],
)
def test_json_patch_that_does_not_fit(operation: Any) -> None:
    with pytest.raises(ApiError) as caught:
        json_patch({"spec": {}, "flag": True, "list": ["a"], "word": "w"}, [operation])
    assert caught.value.status == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": REJECTED,
        "reason": "Invalid",
        "details": {},
        "code": 422,
    }


@pytest.mark.parametrize(
    ("patch", "problem"),
    [
        ({}, "json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"),
        (["x"], "json: cannot unmarshal string into Go value of type handlers.jsonPatchOp"),
        ([{"op": 1}], "json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string"),
    ],
)
def test_what_is_no_json_patch(patch: Any, problem: str) -> None:
    with pytest.raises(ApiError) as caught:
        json_patch({}, patch)
    assert (caught.value.code, caught.value.message) == (400, f"error decoding patch: {problem}")


def test_json_patch_has_a_limit() -> None:
    with pytest.raises(ApiError) as caught:
        json_patch({"a": 1}, [{"op": "test", "path": "/a", "value": 1}] * (MAX_OPERATIONS + 1))
    assert caught.value.code == 413
