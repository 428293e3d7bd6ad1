"""awk and sed, beside what BusyBox' own print for the same scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.unit.cluster.containers.programs import run

pytestmark = pytest.mark.asyncio
CASES = [
    case for name in ("awk", "sed") for case in yaml.safe_load(Path(__file__).with_name(f"{name}.yml").read_text())
]


@pytest.mark.parametrize("case", CASES, ids=[str(number) for number in range(len(CASES))])
async def test_scripts(case: dict[str, str]) -> None:
    assert await run("sh", "-c", case["script"]) == (0, case["output"], "")


@pytest.mark.parametrize(
    ("script", "code", "error"),
    [
        ("awk 'BEGIN {print 1/0}'", 1, "awk: cmd. line:1: Division by zero\n"),
        ("awk 'BEGIN {print (1}'", 1, "awk: cmd. line:1: Unexpected token\n"),
        ("awk 'BEGIN {print f(1)}'", 1, "awk: cmd. line:1: Call to undefined function\n"),
        ("awk '{print $(-1)}' /etc/hostname", 1, "awk: cmd. line:1: Access to negative field\n"),
        ("awk 'BEGIN {while (1) x++}'", 1, "awk: cmd. line:1: too many steps for this cluster's awk\n"),
        ("awk 'BEGIN {while (1) x = x \"a\"}'", 1, "awk: cmd. line:1: out of memory\n"),
        ("awk 'function f() {f()} BEGIN {f()}'", 1, "awk: cmd. line:1: nested too deeply\n"),
        ("echo a | sed ':x;s/a/aa/;tx'", 1, "sed: too many steps for this cluster's sed\n"),
        ("awk '{print $1}' /nosuch", 1, "awk: /nosuch: No such file or directory\n"),
        ("awk -f /nosuch", 1, "awk: can't open '/nosuch': No such file or directory\n"),
        ('awk \'BEGIN {print "x" > "/dev/stderr"; exit 3}\'', 3, "x\n"),
    ],
)
async def test_scripts_that_fail(script: str, code: int, error: str) -> None:
    assert await run("sh", "-c", script) == (code, "", error)


async def test_awk_prints_to_files_and_commands() -> None:
    script = """awk 'BEGIN { print "b\\na" | "sort"; print "x" > "/tmp/a"; print "y" > "/tmp/a" }'; cat /tmp/a"""
    assert await run("sh", "-c", script) == (0, "a\nb\nx\ny\n", "")
