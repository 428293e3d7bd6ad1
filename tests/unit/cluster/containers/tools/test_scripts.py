"""Tools on text and files, beside what BusyBox' own and GNU's print for the same scripts."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kubelearn.cluster.containers.images import ImageRegistry
from kubelearn.cluster.containers.process import Program
from kubelearn.cluster.containers.tools import busybox
from tests.unit.cluster.containers.programs import run

pytestmark = pytest.mark.asyncio
HERE = Path(__file__).parent
CASES = [case for name in ("awk", "sed") for case in yaml.safe_load((HERE / f"{name}.yml").read_text())]


@pytest.mark.parametrize("case", CASES, ids=[str(number) for number in range(len(CASES))])
async def test_scripts(case: dict[str, str]) -> None:
    assert await run("sh", "-c", case["script"]) == (0, case["output"], "")


BUSYBOX = yaml.safe_load((HERE / "busybox.yml").read_text())


@pytest.mark.parametrize("case", BUSYBOX, ids=[case["script"] for case in BUSYBOX])
async def test_what_busybox_says(case: dict[str, Any]) -> None:
    assert await run("sh", "-c", case["script"]) == (case["code"], case["output"], case["error"])


GNU = yaml.safe_load((HERE / "gnu.yml").read_text())
DEBIAN = ImageRegistry().pull("nginx").programs
BUSYBOX_135 = busybox("1.35.0")


@pytest.mark.parametrize("case", GNU, ids=[case["script"] for case in GNU])
async def test_what_gnu_says(case: dict[str, Any]) -> None:
    found = await run("sh", "-c", f"echo a > f; mkdir d; echo x > d/x; {case['script']}", programs=DEBIAN)
    assert found == (case["code"], case["output"], case["error"])


COMMON = [
    pytest.param(case, programs, id=f"{name}: {case['script']}")
    for name, programs in (("busybox", BUSYBOX_135), ("gnu", DEBIAN))
    for case in yaml.safe_load((HERE / f"common_{name}.yml").read_text())
]


@pytest.mark.parametrize(("case", "programs"), COMMON)
async def test_common_tools(case: dict[str, Any], programs: dict[str, Program]) -> None:
    make = "mkdir /w; cd /w; echo a > f; mkdir d; echo x > d/x"
    found = await run("sh", "-c", f"{make}; {case['script']}", programs=programs)
    assert found == (case["code"], case["output"], case["error"])


@pytest.mark.parametrize(
    "script",
    [
        "printf 'a\\tb\\n' | expand -t 999999999",
        "nl -w 999999999 /etc/hostname",
        "shuf -r -n 999999999 /etc/hostname",
        "seq 20000 | split -l 1 -a 4",
    ],
)
async def test_what_a_container_cannot_hold_is_not_made(script: str) -> None:
    with pytest.raises(MemoryError):
        await run("sh", "-c", script, programs=DEBIAN)


def mutations(count: int) -> Iterator[str]:
    """Yield awk programs in which something is too much, is missing or is something else."""
    chance = random.Random(7)
    scripts = "\n".join(case["script"] for case in CASES if case["script"].startswith("awk"))
    programs = [re.findall(r'"(?:\\.|[^"\\])*"|\w+|\s+|.', found) for found in re.findall(r"awk '([^']*)'", scripts)]
    words = ("/{/", '"}"', '";"', "break", "next", "return", "delete", "function", *'{};()[]/",')
    pieces = [*words, *itertools.chain.from_iterable(programs)]
    for _ in range(count):
        program = list(chance.choice(programs))
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(program) + 1)
            program[at : at + chance.randint(0, 1)] = [chance.choice(pieces)] * chance.randint(0, 1)
        yield "".join(program)


async def test_any_awk_program_ends() -> None:
    for program in mutations(500):
        code, _, error = await run("awk", program, "/etc/hostname")
        assert (code == 0 or error.startswith("awk: ") or "exit" in program) or "stderr" in program, program


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("awk 'BEGIN {x = 2^2000; print x, -x, int(x), log(-1) == log(-1)}'", "inf -inf inf 0\n"),
        (
            "awk 'BEGIN {printf \"%d %c|%s\\n\", 2^2000, 256 + 65, 2^53 + 1; print 7 % 3, -7 % 3, 0 ^ -1}'",
            "-9223372036854775808 A|9007199254740992\n1 -1 inf\n",
        ),
        ("echo a | sed 's/a/<\\2>/'; printf 'a\\nb\\n' | sed '1q;p'", "<>\na\n"),
        ("echo aab | tr -s ''; printf '%5s|%-5d|%05.1f|%%\\n' a 3 2.25", "aab\n    a|3    |002.2|%\n"),
    ],
)
async def test_scripts_at_the_edge(script: str, output: str) -> None:
    assert await run("sh", "-c", script) == (0, output, "")


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
        ("awk 'BEGIN {NF = 1e9}'", 1, "awk: cmd. line:1: out of memory\n"),
        ("awk 'BEGIN {$(2^2000) = 1}'", 1, "awk: cmd. line:1: out of memory\n"),
        ("awk 'BEGIN {$(-1) = 1}'", 1, "awk: cmd. line:1: Access to negative field\n"),
        ("printf '%05-.1f|'", 1, "sh: %05-.1f|: invalid format\n"),
        ("printf '%'", 1, "sh: %: invalid format\n"),
        ("{ echo a; } 1</etc/hostname", 1, "sh: write error: Bad file descriptor\n"),
    ],
)
async def test_scripts_that_fail(script: str, code: int, error: str) -> None:
    assert await run("sh", "-c", script) == (code, "", error)


async def test_awk_prints_to_files_and_commands() -> None:
    script = """awk 'BEGIN { print "b\\na" | "sort"; print "x" > "/tmp/a"; print "y" > "/tmp/a" }'; cat /tmp/a"""
    assert await run("sh", "-c", script) == (0, "a\nb\nx\ny\n", "")
