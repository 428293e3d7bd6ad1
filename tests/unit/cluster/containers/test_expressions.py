"""POSIX' regular expressions, beside what BusyBox' tools make of them."""

from __future__ import annotations

import contextlib
import shlex
import time
from pathlib import Path

import pytest

from kubelearn.cluster.containers.expressions import ExpressionError, compiled
from tests.unit.cluster.containers.programs import run

LINE = "foo bar foobar foo_bar a*b a+b aaa x.y [z] {1} a{2} (p) a|b abcabc a1b22c333 do$lar ^caret AbC n\\d-]"
CASES = [
    line.split("\t")
    for line in Path(__file__).with_name("expressions.tsv").read_text().splitlines()
    if not line.startswith("#")
]


def command(tool: str, expression: str) -> str:
    if tool == "expr":
        return f"expr {shlex.quote(LINE)} : {shlex.quote(expression)}"
    if tool.startswith("grep"):
        return f"{tool} -o -e {shlex.quote(expression)} | tr '\\n' ' '"
    if tool.startswith("sed"):
        return f"{tool} {shlex.quote(f's~{expression}~<&>~g')}"
    pattern = expression.replace("/", "\\/")
    return "awk " + shlex.quote(f'{{gsub(/{pattern}/, "<&>"); print}}')


@pytest.mark.parametrize(("tool", "expression", "printed"), CASES, ids=["-".join(case[:2]) for case in CASES])
@pytest.mark.asyncio
async def test_what_an_expression_means(tool: str, expression: str, printed: str) -> None:
    _, output, error = await run("sh", "-c", command(tool, expression), stdin=f"{LINE}\n")
    assert (output + error).strip("\n").split("\n")[-1] == printed


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("echo 'foo-bar foobar' | grep -ow foo", "foo\n"),
        ("printf 'foo\\nfoo bar\\n' | grep -x -e foo -e bar", "foo\n"),
        ("echo 'a.b' | grep -Fo .", ".\n"),
        ("echo foobar | grep -o -e foo -e foobar", "foobar\n"),
        ("echo aXbX | grep -oi x", "X\nX\n"),
        ("printf 'a\\nb\\n' | sed 'N;s/a.b/X/'", "X\n"),
        ("printf 'a\\nb\\n' | sed 'N;s/a$/X/;s/^b/Y/'", "a\nb\n"),
        (r"printf '%s\n' 'a\nb' | sed 's/\\n/X/'", "aXb\n"),
        ("printf 'a]b/c\\n' | sed 's/[]/]/-/g; s/b/[/'", "a-[-c\n"),
        ("echo aaa | sed 's/a/b/2g'; echo aaa | sed 's/a/b/2'; echo abc | sed 's/x*/-/2g'", "abb\naba\na-b-c-\n"),
        (r"echo a1 | sed -E 's/([a-z])([0-9])/\2\1/'", "1a\n"),
        ("printf 'a\\tb/c\\n' | awk '{gsub(/\\t|\\//, \"-\"); print}'", "a-b-c\n"),
        ("echo a1b22c | awk '{n = split($0, p, /[0-9]+/); print n, p[2]}'", "3 b\n"),
        ("expr abc : 'a\\(.\\)c'; expr aaa : 'a\\{2\\}'", "b\n2\n"),
    ],
)
@pytest.mark.asyncio
async def test_what_tools_do_with_them(script: str, output: str) -> None:
    assert await run("sh", "-c", script) == (0, output, "")


@pytest.mark.parametrize("pattern", ["(a|a)*$", "(a|aa)+$", "(a*)*(a*)*(a*)*$"])
def test_what_would_take_for_ever_ends(pattern: str) -> None:
    expression, begin = compiled(pattern, extended=True), time.process_time()
    with contextlib.suppress(ExpressionError):
        expression.search(200 * "a" + "b")
    assert time.process_time() - begin < 30, "two seconds, on a machine that does nothing else"


def test_one_that_took_too_long_is_not_tried_again() -> None:
    expression = compiled("(a|a)*$", extended=True)
    for text in (60 * "a" + "b", "a"):
        with pytest.raises(ExpressionError, match=r"^bad regex .* it takes too long$"):
            expression.search(text)


@pytest.mark.parametrize(("opening", "closing"), [("(", ""), ("(", ")")])
def test_no_depth_is_too_much(opening: str, closing: str) -> None:
    with pytest.raises(ExpressionError, match="Regular expression too big"):
        compiled(5000 * opening + "a" + 5000 * closing, extended=True)
