"""docs/limits.md says what the answers say of what is not emulated: both have it from one place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kubelearn.cluster.apiserver import limits
from kubelearn.cluster.apiserver.resources import RESOURCES, Resource

_PAGE = (Path(__file__).parents[2] / "docs" / "limits.md").read_text()
_ONLY_LISTED = {resource.key: limits.plural(resource.kind) for resource in RESOURCES if resource.is_only_listed}


def _table() -> list[str]:
    """Return the rows that the page must have: what works instead → all that lacks it."""
    rows: dict[str, list[str]] = {}
    for key, kind in sorted(_ONLY_LISTED.items(), key=lambda item: item[1]):
        rows.setdefault(limits.KINDS.get(key, ""), []).append(kind)
    for what, instead in limits.FIELDS.items():
        rows.setdefault(instead, []).append(what)
    for key, instead in limits.SUBRESOURCES.items():
        rows.setdefault(instead, []).append(f"`{key}`")
    lines = [f"| {', '.join(names)} | {instead or '–'} |" for instead, names in rows.items()]
    return ["| Not emulated | What works instead |", "| --- | --- |", *lines]


def test_the_page_has_the_table() -> None:
    """If this fails, the table on the page is to be these lines."""
    found = [line for line in _PAGE.splitlines() if line.startswith("|")]
    assert found == _table()


def test_whatever_is_emulated_has_no_limit() -> None:
    assert limits.KINDS.keys() <= _ONLY_LISTED.keys()


@pytest.mark.parametrize("resource", [one for one in RESOURCES if one.is_only_listed], ids=lambda one: one.key)
def test_a_kind_is_named_as_people_name_it(resource: Resource) -> None:
    """The plural of a kind, in small letters, is the resource's name."""
    assert limits.plural(resource.kind).lower() == resource.plural


def test_what_an_answer_says() -> None:
    words = limits.words("Things", "others work")
    assert words.startswith("kubelearn's embedded cluster does not emulate Things: others work.")
    assert re.search(r"docs/limits\.md .* kubelearn\.connect\(\"kind\"\)$", words)
    assert limits.field("user namespaces") == limits.words("user namespaces", limits.FIELDS["user namespaces"])
    assert limits.field("Jobs with wings") == limits.words("Jobs with wings")


@pytest.mark.parametrize(
    ("path", "is_known"),
    [
        ("/api/v1/nodes/n/proxy", False),
        ("/api/v1/namespaces/x/pods/p/resize", True),
        ("/api/v1/namespaces/x/pods/p/nosuch", False),
        ("/api/v1/namespaces/x/pods/resize", False),
    ],
)
def test_subresources_that_nobody_answers(path: str, is_known: bool) -> None:
    found = limits.subresource(path)
    assert (found is not None and found.code == 404) is is_known
