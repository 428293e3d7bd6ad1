"""What a visitor's log says, whichever program wrote it."""

from __future__ import annotations

import pytest

from kubelearn.course.exercises import NotYet, visiting

_ANSWER = '{"responses":["names-1"]}'


@pytest.mark.parametrize(
    "log",
    [
        _ANSWER,
        f"  % Total    % Received\n100    25  100    25\n{_ANSWER}",
        f"* Connected to greeter\n> GET /dial HTTP/1.1\n< HTTP/1.1 200 OK\n<\n{_ANSWER}* Connection #0 left intact",
        f"I call\n{_ANSWER}\nI have called",
        '{"errors":["once"], "responses": ["names-1"]}',
    ],
)
def test_the_answer_is_found_in_a_log(log: str) -> None:
    assert visiting.hop(log, ["names-1", "names-2"]) == "names-1"


@pytest.mark.parametrize(
    ("log", "says"),
    [
        ("", "no answer"),
        ("curl: (7) Failed to connect", "did not get through"),
        ('{"errors":["refused"]}', "was not answered by a pod of `names`"),
        ('{"responses":["names-3"]}', "was not answered by a pod of `names`"),
        ("[]", "did not get through"),
    ],
)
def test_what_is_no_answer_is_told(log: str, says: str) -> None:
    with pytest.raises(NotYet, match=says):
        visiting.hop(log, ["names-1", "names-2"])
