"""JSON merge patches (RFC 7396)."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.patch.merge_patch import merge_patch


@pytest.mark.parametrize(
    ("document", "patch", "result"),
    [
        # RFC 7386, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({"a": "foo"}, {"b": {"c": None}}, {"a": "foo", "b": {}}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch(document: Any, patch: Any, result: Any) -> None:
    before = copy.deepcopy((document, patch))
    assert merge_patch(document, patch) == result
    assert (document, patch) == before


def test_merge_patch_must_be_an_object() -> None:
    with pytest.raises(ApiError, match=r"cannot unmarshal array into Go value of type map\[string\]interface \{\}"):
        merge_patch({}, [])
