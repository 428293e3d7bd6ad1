"""A small suite on a cluster, as those of peers; and what is read from pytest's report."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .run import Result, UnfinishedError, results, run
from .suites import SUITES, Suite

_SUITE = """
import os
import pytest
from pytest_kind.cluster import KindCluster

@pytest.fixture(scope="session")
def kind(request):
    assert request.config.getoption("keep_cluster") is False
    cluster = KindCluster(name="own")
    cluster.create()
    yield cluster
    cluster.delete()

def test_finds_the_cluster(kind):
    assert kind.kubectl("get", "configmap", "made-before", "--output=name") == "configmap/made-before\\n"
    assert kind.kubeconfig_path.is_relative_to(os.path.expanduser("~"))

def test_fails(kind):
    raise ValueError("so it is")

@pytest.mark.skip(reason="not here")
def test_skips():
    pass
"""


def test_a_suite_runs_on_a_cluster_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # a peer has its own; most of ours take seconds
    checkout, folder = tmp_path / "checkout", tmp_path / "folder"
    checkout.mkdir(), folder.mkdir()
    (checkout / "test_own.py").write_text(_SUITE, encoding="utf-8")
    (checkout / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n", encoding="utf-8")
    suite = Suite(
        "", (), ("-p", "pytest_timeout", "-p", "pytest_kind"), setup=(("create", "configmap", "made-before"),)
    )
    assert run(suite, checkout, Path(sys.executable), folder) == [
        Result("test_own.test_finds_the_cluster", "passed"),
        Result("test_own.test_fails", "failed", "ValueError: so it is"),
        Result("test_own.test_skips", "skipped", "not here"),
    ]


def test_a_run_that_is_not_whole_counts_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    with pytest.raises(UnfinishedError, match="ended with 4"):  # an option that nobody knows
        run(Suite("", (), ("--no-such-option",)), tmp_path, Path(sys.executable), tmp_path)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ('<testcase classname="a.B" name="c"/>', [Result("a.B.c", "passed")]),
        ('<testcase name="c"><error message="gone&#10;more"/></testcase>', [Result("c", "failed", "gone")]),
        (
            '<testcase name="c"/><testcase name="c"><error message="at the end"/></testcase><testcase name="c"/>',
            [Result("c", "failed", "at the end")],
        ),
        (
            '<testcase name="c"><skipped message="no"/></testcase><testcase name="c"><failure message="f"/></testcase>',
            [Result("c", "failed", "f")],
        ),
    ],
    ids=["passed", "in its setup", "worst of a test and what ends it", "a part skipped, a part failed"],
)
def test_results_are_read_from_the_report(inside: str, expected: list[Result]) -> None:
    assert results(f"<testsuites><testsuite>{inside}</testsuite></testsuites>") == expected


def test_a_reason_is_found_by_a_part_of_the_name() -> None:
    assert SUITES["kr8s"].reason("kr8s.tests.test_api.test_crd_caching") is not None
    assert SUITES["kr8s"].reason("kr8s.tests.test_auth.test_reauthenticate") is None
