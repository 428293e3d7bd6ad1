"""What learners read is plain English: a lint for turns of phrase that are another language's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: Quizzes, predictions, faults of drills.
DATA = sorted((ROOT / "kubelearn" / "course").rglob("*.yml"))
#: Keys of their texts.
_READ = {"question", "text", "feedback", "diagnosis"}
#: Modules whose texts learners read: exercises, checks, progress, pictures.
MODULES = [path for folder in ("course", "views") for path in sorted((ROOT / "kubelearn" / folder).rglob("*.py"))]
#: A predicate that follows "and" without a subject of its own.
_VERB = (
    r"(?:answers|asks|breaks|brings|calls|chooses|counts|creates|deletes|does|ends|finds|gets|gives|goes|got|hands|has|"
    r"is|keeps|leads|leaves|listens|looks|makes|needs|passes|prints|puts|ran|reaches|refuses|removes|replaces|restarts|"
    r"returns|runs|says|sends|shows|starts|stays|stops|takes|waits|was|works)"
)
#: What to look for → what to write instead.
PATTERNS = {
    r"(?:^|[.?!|] )Has (?:an?|it|the|this|your)\b": "Does it have …?",
    r"\b(?:[Hh]ow many|[Ww]hat|[Ww]hich)(?: \w+)? has (?:an?|it|the|this|your)\b[^.!]*\?": "What does it have?",
    r"\b[Nn]or has\b": "nor does it have",
    r"\b[Ww]hoever\b": "if you …; those who …",
    r"(?:^|[.!?] )Who [^.?!]*[.!]": "if you …; pods that …",
    r"\b(?:is|are) called (?:like|as)\b": "gets the name of",
    r"\banew\b": "again",
    r"\bt(?:ake|aken|akes|aking|ook) (?:\w+ )?along\b": "take with you",
    r"\b[Oo]n (?:this|that) way\b": "along the way; in this way",
    r"\btell(?:s|ing)?(?=[.,;:!?)]|$| (?:about|that)\b)": "shows; says; tells you",
    rf"(?:^|[.;:!?] |\()[^,.;:!?(]+, and (?:then )?{_VERB}\b": "no comma between two verbs of one subject",
}


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Yield what learners read in a file, and where it stands; code is not read."""
    if path.suffix == ".ipynb":
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                yield cell.id, cell.source
    elif path.suffix == ".yml":
        yield from _prose(yaml.safe_load(path.read_text(encoding="utf-8")))
    else:
        yield from _constants(ast.parse(path.read_text(encoding="utf-8")))


def _prose(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts of a data file that learners read: commands and names are not among them."""
    if isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _prose(item, f"{where} {number}")
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in _READ:
                yield f"{where} {key}", item
            else:
                yield from _prose(item, f"{where} {key}")


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the strings of a module that are not docstrings; what is put into an f-string is one word."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
            parts = [str(part.value) if isinstance(part, ast.Constant) else "it" for part in node.values]
            yield f"line {node.lineno}", "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield f"line {node.lineno}", node.value


def turns(text: str) -> dict[str, str]:
    """Return the turns of phrase in a text that are listed, and what to write instead."""
    plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL).replace("`", "")
    plain = re.sub(r"\]\([^)]*\)", "]", plain)
    return {
        found.group(): instead
        for pattern, instead in PATTERNS.items()
        for found in re.finditer(pattern, plain, re.MULTILINE)
    }


@pytest.mark.parametrize("path", [*NOTEBOOKS, *DATA, *MODULES], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_listed_turn_of_phrase(path: Path) -> None:
    assert {where: found for where, text in texts_of(path) if (found := turns(text))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "Has it endpoints?",
        "How many variables has it?",
        "Which address has the new pod?",
        "Nor has it kube-proxy's rules.",
        "Whoever skips a part finds it done.",
        "Look at it. Who is in the same namespace calls it by its name.",
        "The Service is called like the deployment.",
        "Delete the pod, and create it anew.",
        "how to take it along",
        "It is lost on this way.",
        "Its log tells.",
        "The event tells that it failed.",
        "The server listens on port 80, and answers with its name.",
        "It waits (the pod starts, and gets ready).",
    ],
)
def test_a_listed_turn_is_found(text: str) -> None:
    assert turns(text)


@pytest.mark.parametrize(
    "text",
    [
        "Does it have endpoints? The pod has the label. What you want: a database has a copy.",
        "Who answers? Who is behind it?",
        "It tells you its name, and the nodes know it.",
        "Here is the Service, with its port, and is it reached?",
        "The pod is called `hello`, and the Service shop is another.",
        "```\nit ends, and starts\n```",
    ],
)
def test_what_is_right_is_not_found(text: str) -> None:
    assert turns(text) == {}
