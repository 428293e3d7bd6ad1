"""Events, of both groups."""

from __future__ import annotations

import pytest

from kubelearn.cluster.meta import Object
from tests.unit.strategy_fakes import FakeApi, causes_of

_NAME_PART = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
    " character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
    " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_COMPLETE = {
    "eventTime": "2026-01-01T00:00:00.000000Z",
    "reportingComponent": "a.b/c",
    "reportingInstance": "c-1",
    "action": "A",
    "reason": "R",
}


@pytest.mark.parametrize(
    ("event", "expected"),
    [  # the messages are those of a real API server
        ({"involvedObject": {"namespace": "course"}}, []),
        (
            {"involvedObject": {"namespace": "other"}},
            ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
        ),
        ({"involvedObject": {}}, ['involvedObject.namespace: Invalid value: "": does not match event.namespace']),
        ({"involvedObject": {"namespace": "course"}, **_COMPLETE}, []),
        (
            {"involvedObject": {}, **_COMPLETE},
            ['involvedObject.namespace: Invalid value: "": does not match event.namespace'],
        ),
        (
            {"involvedObject": {"namespace": "course"}, "eventTime": _COMPLETE["eventTime"], "reason": "R"},
            [
                "reportingComponent: Required value",
                'reportingComponent: Invalid value: "": name part must be non-empty',
                f'reportingComponent: Invalid value: "": {_NAME_PART}',
                "reportingInstance: Required value",
                "action: Required value",
            ],
        ),
        (
            {
                "involvedObject": {"namespace": "course"},
                **_COMPLETE,
                "reportingComponent": "a b",
                "reportingInstance": "i" * 129,
                "action": "a" * 129,
                "reason": "r" * 129,
                "message": "m" * 1025,
            },
            [
                f'reportingComponent: Invalid value: "a b": {_NAME_PART}',
                *(
                    f'{field}: Invalid value: "": can have at most 128 characters'
                    for field in ("reportingInstance", "action", "reason")
                ),
                'message: Invalid value: "": can have at most 1024 characters',
            ],
        ),
    ],
)
def test_an_event_belongs_to_its_objects_namespace_and_one_of_the_newer_form_is_complete(
    api: FakeApi, event: Object, expected: list[str]
) -> None:
    obj: Object = {"kind": "Event", "apiVersion": "v1", "metadata": {"name": "e"}, **event}
    assert causes_of(lambda: api.create("events", obj)) == expected


def test_an_event_that_is_changed_is_checked_again(api: FakeApi) -> None:
    api.create(
        "events",
        {
            "kind": "Event",
            "apiVersion": "v1",
            "metadata": {"name": "e"},
            "involvedObject": {"namespace": "course"},
            **_COMPLETE,
        },
    )
    assert causes_of(lambda: api.update("events", "e", lambda obj: obj.update(action=""))) == ["action: Required value"]
