"""What requests to a pod that stops say of it, when each is told of sooner or later."""

from __future__ import annotations

import pytest

from kubelearn.course.exercises.late_calls import Evidence

REFUSED = "curl: (7) Failed to connect to 10.244.1.9 port 8080 after 0 ms: Couldn't connect to server"
#: The client's clock when its first request begins; ours is then 100.5, and the pod was last seen as usual at 100.3.
FIRST, USUAL, BEGUN = 7.0, 100.3, 100.5


def evidence(ends: float, requests: int = 14, slow: float = 0, late: float = 0) -> Evidence:
    """Return what requests say that begin every 0.1 s.

    Args:
        ends: seconds from the first request until the pod answers no more.
        requests: how many there are at most.
        slow: seconds that the client needs longer from one request to the next.
        late: seconds that each is told of later than it begins.
    """
    found = Evidence(USUAL)
    for number in range(1, requests + 1):
        after = (number - 1) * (0.1 + slow)
        found.begins(number, FIRST + after, BEGUN + after + late)
        found.says(number, "web-1" if after < ends else REFUSED)
        if found.is_complete:
            break
    return found


@pytest.mark.parametrize("late", [0, 0.5, 5])
@pytest.mark.parametrize("slow", [0, 0.2])
def test_a_pod_that_answers_for_two_seconds_is_tried(slow: float, late: float) -> None:
    found = evidence(2, slow=slow, late=late)
    assert (found.lost, found.tried, found.is_complete) == ("", True, True)


@pytest.mark.parametrize("late", [0, 0.5, 5])
@pytest.mark.parametrize("slow", [0, 0.2, 0.7])
@pytest.mark.parametrize("ends", [0, 0.5, 1])
def test_a_pod_that_stops_within_a_second_is_never_tried(ends: float, slow: float, late: float) -> None:
    found = evidence(ends, slow=slow, late=late)
    assert not found.tried
    assert found.lost in ("", REFUSED)


@pytest.mark.parametrize("ends", [0, 0.5, 1])
def test_a_request_that_surely_began_in_time_is_lost(ends: float) -> None:
    found = evidence(ends)
    assert found.lost == REFUSED
    assert found.is_complete


def test_one_that_may_have_begun_too_late_is_not() -> None:
    found = evidence(1.25)  # nodes may send requests until 101.7 at least; the first that fails begins at 101.8
    assert found.lost == ""
    assert found.tried


def test_a_request_that_is_told_of_at_once_sets_the_clocks_for_those_that_are_not() -> None:
    found = Evidence(USUAL)
    found.begins(1, FIRST, BEGUN)
    found.begins(2, FIRST + 0.1, BEGUN + 9)
    found.says(2, REFUSED)
    assert found.lost == REFUSED


def test_all_is_waited_for_that_began_in_time() -> None:
    found = Evidence(USUAL)
    for number in range(1, 14):
        found.begins(number, FIRST + (number - 1) * 0.1, BEGUN + (number - 1) * 0.1)
        if number != 3:
            found.says(number, "web-1")
    assert (found.tried, found.is_complete) == (True, False)
    found.says(3, REFUSED)
    assert (found.lost, found.is_complete) == (REFUSED, True)


def test_nothing_says_nothing() -> None:
    found = Evidence(USUAL)
    assert (found.lost, found.tried, found.is_complete) == ("", False, False)
