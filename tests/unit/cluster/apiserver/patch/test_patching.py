"""What a patch makes of an object, and what is said when it is no object of the kind any more."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.options import WriteOptions
from kubelearn.cluster.apiserver.patch import patching

SERVICE = {
    "kind": "Service",
    "apiVersion": "v1",
    "metadata": {"name": "web"},
    "spec": {"ports": [{"port": 80, "protocol": "TCP"}], "selector": {"app": "web"}},
}


def refused(style: str, patch: Any, validation: str = "Strict") -> ApiError:
    with pytest.raises(ApiError) as caught:
        patching.patched(style, SERVICE, orjson.dumps(patch), WriteOptions("m", False, validation, False))
    return caught.value


@pytest.mark.parametrize(
    ("patch", "problem"),
    [
        ({"spec": {"ports": [{"port": "http"}]}}, "unrecognized type: int32"),
        ({"spec": {"ports": "http"}}, "cannot restore slice from string"),
        ({"spec": {"selector": ["app"]}}, "cannot restore map from slice"),
        ({"spec": {"type": 1}}, "cannot convert int64 to v1.ServiceType"),
        ({"spec": 1}, "cannot restore struct from: int64"),
        ({"spec": {"publishNotReadyAddresses": "yes"}}, "unrecognized type: bool"),
        ({"spec": {"selectr": {}}}, 'strict decoding error: unknown field "spec.selectr"'),
    ],
)
def test_a_strategic_patch_speaks_as_the_converter_of_maps(patch: Any, problem: str) -> None:
    error = refused("strategic", patch)
    assert (error.code, error.details) == (
        422,
        {
            "causes": [
                {
                    "reason": "FieldValueInvalid",
                    "message": error.message.removeprefix(' "" is invalid: patch: '),
                    "field": "patch",
                }
            ]
        },
    )
    assert error.message.endswith(f": {problem}")
    assert 'Invalid value: "map[spec:' in error.message


@pytest.mark.parametrize(
    ("style", "patch"),
    [
        ("merge", {"spec": {"ports": [{"port": "http"}]}}),
        ("json", [{"op": "replace", "path": "/spec/ports/0/port", "value": "http"}]),
    ],
)
def test_the_others_show_the_patched_object_and_speak_as_the_json_decoder(style: str, patch: Any) -> None:
    message = refused(style, patch).message
    assert message.endswith(
        "json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32"
    )
    assert r'Invalid value: "{\"apiVersion\":\"v1\",\"kind\":\"Service\"' in message


@pytest.mark.parametrize(
    "patch",
    [
        [{"op": "replace", "path": "", "value": 1}],
        [{"op": "replace", "path": "", "value": {"kind": "Pod"}}],
        [{"op": "replace", "path": "/metadata", "value": 1}],
    ],
)
def test_what_is_no_service_any_more(patch: Any) -> None:
    assert refused("json", patch).code == 422


@pytest.mark.parametrize("patch", [{"kind": [None]}, {"apiVersion": {}}, {"kind": 1}, {"apiVersion": False}])
def test_kinds_that_are_no_text(patch: Any) -> None:
    error = refused("merge", patch)
    assert error.code == 422
    assert "couldn't get version/kind; json parse error: json: cannot unmarshal " in error.message
    assert error.message.endswith(f" into Go struct field .{next(iter(patch))} of type string")


def test_unknown_fields_warn_or_vanish() -> None:
    for validation, warned in (("Warn", ['unknown field "spec.selectr"']), ("Ignore", [])):
        options = WriteOptions("m", False, validation, False)
        assert "selectr" not in patching.patched("merge", SERVICE, b'{"spec": {"selectr": 1}}', options)["spec"]
        assert options.warnings == warned


@pytest.mark.parametrize(
    ("metadata", "problem"),
    [
        ({"name": "other"}, r"the name of the object \(other\) does not match the name on the URL \(web\)"),
        ({}, r"the name of the object \(web based on URL\) was undeterminable: name must be provided"),
        (
            {"name": "web", "namespace": "b"},
            "the namespace of the provided object does not match the namespace sent on the request",
        ),
    ],
)
def test_a_patch_cannot_move_an_object(metadata: Any, problem: str) -> None:
    with pytest.raises(ApiError, match=problem):
        patching.check_name({"metadata": metadata}, "web", "a")
