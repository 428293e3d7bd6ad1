"""What tools say of command lines that they do not declare."""

from __future__ import annotations

import pytest

from kubelearn.cluster.containers.tools import ALPINE, BUSYBOX, DEBIAN, busybox
from kubelearn.cluster.containers.tools.options import Given, Misuse, Syntax, parse
from tests.unit.cluster.containers.programs import run

_SYNTAX = Syntax("[-ab] [-n N] FILE...", "ab", "n", {"all": "a", "count": "n"}, (1, 2))


@pytest.mark.parametrize(
    ("words", "values", "operands"),
    [
        (["-ab", "x"], {"a": ["yes"], "b": ["yes"]}, ["x"]),
        (["-n5", "x", "-a"], {"n": ["5"], "a": ["yes"]}, ["x"]),
        (["-an", "5", "-n6", "x"], {"a": ["yes"], "n": ["5", "6"]}, ["x"]),
        (["--all", "--count=3", "x"], {"a": ["yes"], "n": ["3"]}, ["x"]),
        (["--count", "3", "x"], {"n": ["3"]}, ["x"]),
        (["--", "-a", "-b"], {}, ["-a", "-b"]),
        (["-"], {}, ["-"]),
    ],
)
def test_a_command_line_is_taken_apart(words: list[str], values: dict[str, list[str]], operands: list[str]) -> None:
    assert parse(words, _SYNTAX) == Given(values, operands)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["-z", "x"], "invalid option -- 'z'"),
        (["-n"], "option requires an argument -- 'n'"),
        (["--zoo", "x"], "unrecognized option '--zoo'"),
        (["--count"], "option '--count' requires an argument"),
        ([], "missing operand"),
        (["a", "b", "c"], "extra operand 'c'"),
    ],
)
def test_what_is_not_declared_is_refused(words: list[str], complaint: str) -> None:
    with pytest.raises(Misuse, match=complaint):
        parse(words, _SYNTAX)


def test_where_a_command_follows_its_options_are_its_own() -> None:
    assert parse(["-a", "ls", "-b"], Syntax("", "ab", ends=True)).operands == ["ls", "-b"]


#: What has no options, or says what it does not know and goes on (BIND's nslookup).
_TAKES_ANYTHING = {
    "[",
    "nslookup",
    "busybox",
    "echo",
    "expr",
    "false",
    "printf",
    "sh",
    "ash",
    "bash",
    "test",
    "true",
    "vi",
    "yes",
    "tar",
}


@pytest.mark.parametrize("name", sorted(ALPINE.keys() - _TAKES_ANYTHING))
async def test_no_tool_ignores_an_option(name: str) -> None:
    code, output, error = await run("sh", "-c", f"{name} -@ x y </dev/null", programs=ALPINE)
    assert code
    assert "@" in error + output or "\nUsage: " in error


@pytest.mark.parametrize(
    ("programs", "said"),
    [
        (BUSYBOX, "ls: invalid option -- 'Z'\nBusyBox v1.36.1 ("),
        (busybox("1.28.4"), "ls: invalid option -- 'Z'\nBusyBox v1.28.4 ("),
        (ALPINE, "ls: unrecognized option: Z\nBusyBox v1.36.1 ("),
        (DEBIAN, "ls: invalid option -- 'Z'\nTry 'ls --help' for more information.\n"),
    ],
    ids=["busybox", "an old busybox", "alpine", "debian"],
)
async def test_the_words_are_those_of_the_image(programs: dict[str, object], said: str) -> None:
    assert (await run("ls", "-Z", programs=programs))[2].startswith(said)


async def test_help_is_the_usage() -> None:
    code, _, error = await run("cut", "--help")
    assert code == 0
    assert error.endswith("\n\nUsage: cut [OPTIONS] [FILE]...\n")
