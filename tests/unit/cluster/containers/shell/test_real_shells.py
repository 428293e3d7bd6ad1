"""What shells do themselves, beside what real ones answer to the same scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kubelearn.cluster.containers.tools import BUSYBOX, DEBIAN
from tests.unit.cluster.containers.programs import run

pytestmark = pytest.mark.asyncio
SHELLS = {"ash": ("sh", BUSYBOX), "dash": ("sh", DEBIAN), "bash": ("bash", DEBIAN)}
CASES = [
    pytest.param(shell, case, id=f"{shell}: {case['script']}")
    for shell in SHELLS
    for case in yaml.safe_load((Path(__file__).parent / f"{shell}.yml").read_text())
]


@pytest.mark.parametrize(("shell", "case"), CASES)
async def test_scripts(shell: str, case: dict[str, Any]) -> None:
    name, programs = SHELLS[shell]
    answer = await run(name, "-c", case["script"], programs=programs)
    assert answer == (case["code"], case["output"], case["error"])


ALIASES = "alias greet='echo hello'\ngreet you\nalias echo='echo +'\ngreet; \\echo plain\nunalias greet\ngreet\n"


@pytest.mark.parametrize(
    ("shell", "answer"),
    [
        ("ash", (127, "hello you\n+ hello\nplain\n", "sh: greet: not found\n")),
        ("dash", (127, "hello you\n+ hello\nplain\n", "sh: 6: greet: not found\n")),
        ("bash", (127, "plain\n", "".join(f"bash: line {line}: greet: command not found\n" for line in (2, 4, 6)))),
    ],
)
async def test_an_alias_counts_from_the_next_line_on_and_not_in_scripts_of_bash(
    shell: str, answer: tuple[int, str, str]
) -> None:
    name, programs = SHELLS[shell]
    assert await run(name, "-c", ALIASES, programs=programs) == answer


async def test_a_read_with_a_time_limit_gives_up() -> None:
    code, output, _ = await run("sh", "-c", "sleep 1 | { read -t 0.05 x; echo $? [$x]; }")
    assert (code, output) == (0, "1 []\n")


async def test_a_job_can_be_waited_for_by_its_name_and_in_the_order_in_which_jobs_end() -> None:
    script = "sleep 0.3 & sleep 30 & (exit 4) & wait -n; echo $?; kill %2; wait; jobs -p"
    assert await run("bash", "-c", script, programs=DEBIAN) == (0, "4\n", "")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "script", ["exit ²", "shift ²", "kill -l ²", "jobs %²", "ulimit -n ²", "read -u ² x", "wait ²"]
)
async def test_only_the_ten_digits_make_a_number(shell: str, script: str) -> None:
    name, programs = SHELLS[shell]
    code, output, error = await run(name, "-c", script, programs=programs)
    assert (code in (1, 2), output) == (True, "")
    assert error or "read" in script


@pytest.mark.parametrize(
    ("shell", "error"),
    [
        ("ash", ""),
        ("dash", "sh: 1: umask: umask: I/O error\n"),
        ("bash", "bash: line 1: umask: write error: Bad file descriptor\n"),
    ],
)
async def test_a_command_of_the_shell_cannot_write_to_what_was_opened_to_be_read(shell: str, error: str) -> None:
    name, programs = SHELLS[shell]
    assert await run(name, "-c", "umask 1</dev/null; echo $?", programs=programs) == (0, "1\n", error)
