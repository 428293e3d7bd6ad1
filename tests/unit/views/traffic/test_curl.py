"""Failures that differ by a time or an amount only are one kind; the exit code, and who was called, stay."""

from __future__ import annotations

from collections import Counter

import pytest

from kubelearn.views.traffic import Traffic, curl, plots
from kubelearn.views.traffic.diagram import table
from kubelearn.views.traffic.load import Attempt, Result

REFUSED = "curl: (7) Failed to connect to shop port 80 after {} ms: Couldn't connect to server"
SILENT = "curl: (28) Operation timed out after {} milliseconds with {} bytes received"
LOST = "curl: (28) Connection timed out after {} ms"


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (REFUSED.format(0), REFUSED.format("N")),
        (REFUSED.format(1234), REFUSED.format("N")),
        (SILENT.format(1001, 0), SILENT.format("N", "N")),
        (SILENT.format(1002, "17 out of 4096"), SILENT.format("N", "N out of N")),
        (LOST.format(1002), LOST.format("N")),
        ("curl: (28) Connection timeout after 1002 ms", "curl: (28) Connection timeout after N ms"),
        (
            "curl: (28) Resolving timed out after 5000 milliseconds",
            "curl: (28) Resolving timed out after N milliseconds",
        ),
        (
            "curl: (18) transfer closed with 5 bytes remaining to read",
            "curl: (18) transfer closed with N bytes remaining to read",
        ),
        ("curl: (18) end of response with 123 bytes missing", "curl: (18) end of response with N bytes missing"),
        ("curl: (28) SSL connection timeout after 0.25s", "curl: (28) SSL connection timeout after Ns"),
    ],
)
def test_times_and_amounts_do_not_tell_failures_apart(message: str, kind: str) -> None:
    assert curl.kind(message) == kind


@pytest.mark.parametrize(
    "message",
    [
        "curl: (6) Could not resolve host: shop2",
        "curl: (6) Could not resolve host: 5s.shop-3ms",
        "curl: (7) connect to 10.244.1.3 port 8081 failed: Connection refused",
        "curl: (22) The requested URL returned error: 503",
        "curl: (35) Recv failure: Connection reset by peer",
        "curl: (52) Empty reply from server",
        "curl: (28) Failed to connect to s3 port 8081: timed out",
    ],
)
def test_codes_ports_addresses_and_names_do(message: str) -> None:
    assert curl.failed(message)
    assert curl.kind(message) == message


@pytest.mark.parametrize("line", ["shop-1", "curl: try 'curl --help'", "it took 3 ms", ""])
def test_answers_are_no_failures(line: str) -> None:
    assert not curl.failed(line)


def lines() -> list[str]:
    """Answers and failures of five kinds: more than a summary used to name."""
    refused, lost = [REFUSED.format(number) for number in range(5)], [LOST.format(1000 + number) for number in range(4)]
    silent = [SILENT.format(1000 + number, number) for number in range(3)]
    return [
        "a",
        "b",
        "a",
        *refused,
        *lost,
        *silent,
        "curl: (52) Empty reply from server",
        "curl: (6) Could not resolve host: shop",
    ]


KINDS = {
    REFUSED.format("N"): 5,
    LOST.format("N"): 4,
    SILENT.format("N", "N"): 3,
    "curl: (52) Empty reply from server": 1,
    "curl: (6) Could not resolve host: shop": 1,
}


def test_traffic_counts_kinds_and_its_parts_add_up() -> None:
    counted = Traffic(expected=["a", "b"])
    for line in lines():
        counted.add(line)
    assert counted.failures == KINDS
    assert counted.summary.startswith("3 of 17 requests were answered")
    for message, count in KINDS.items():
        assert f" {count} failed: {message}." in counted.summary
        assert [message, count, "", ""] in table(counted).rows
    assert sum(row[1] for row in counted.table()) == counted.total == 17
    picture = plots.distribution(counted)
    assert counted.summary in repr(picture)
    assert "14 of 17 requests failed" in picture.svg


def test_without_failures_the_picture_does_not_speak_of_them() -> None:
    assert ">Who answered</text>" in plots.distribution(Traffic(Counter(a=2)), "Who answered").svg


def test_a_loads_result_counts_kinds_and_keeps_what_each_request_was_told() -> None:
    found = Result(tuple(Attempt(number / 20, line) for number, line in enumerate(lines())))
    assert found.failures == KINDS
    assert (found.total, found.lost) == (17, 14)
    assert sum(row[1] for row in found.table()) == 17
    assert len(list(found.table())) == 2 + len(KINDS)
    assert found.attempts[3].text == REFUSED.format(0)
