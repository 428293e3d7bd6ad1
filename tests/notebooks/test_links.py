"""Links between notebooks and documents lead somewhere; those to the outside are listed, not fetched."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from .course import COURSE, NOTEBOOKS, ROOT, headings, notebook

_LINK = re.compile(r"\[(?:[^\]\\]|\\.)*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
DOCUMENTS = [path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")) if path.is_file()]


def links(markdown: str) -> list[str]:
    """Return the targets of a Markdown text's links and pictures; code has none."""
    return _LINK.findall(_CODE.sub("", markdown))


def anchors(path: Path) -> set[str]:
    """Return the fragments that lead to a heading of a notebook, or of a document on GitHub."""
    if path.suffix == ".ipynb":
        return {heading.anchor for heading in notebook(path.stem).headings}
    return {
        re.sub(r"[^\w\- ]", "", heading.text.lower()).replace(" ", "-")
        for heading in headings(path.read_text(encoding="utf-8"))
    }


def broken(target: str, source: Path) -> str:
    """Return why a link leads nowhere, or nothing."""
    parts = urlsplit(target)
    if parts.scheme:
        return "" if parts.scheme in ("https", "mailto") and (parts.netloc or parts.path) else "not https"
    path = (source.parent / unquote(parts.path)).resolve() if parts.path else source
    if not path.exists():
        return "no such file"
    if parts.fragment and unquote(parts.fragment) not in anchors(path):
        return "no such heading"
    return ""


@pytest.mark.parametrize("name", COURSE)
def test_links_of_notebooks(name: str) -> None:
    source = NOTEBOOKS / f"{name}.ipynb"
    assert {target: why for target in links(notebook(name).markdown) if (why := broken(target, source))} == {}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_of_documents(path: Path) -> None:
    assert {target: why for target in links(path.read_text(encoding="utf-8")) if (why := broken(target, path))} == {}


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    source = tmp_path / "a.md"
    source.write_text(
        "# One heading: `code`\n\n[ok](#one-heading-code) [no](#absent) [no](b.md) [ok](https://kubernetes.io/)"
        " [no](http://kubernetes.io/) ![no](c.png)\n`[x](y)`\n\n```\n[x](y)\n```\n"
    )
    assert {target: broken(target, source) for target in links(source.read_text())} == {
        "#one-heading-code": "",
        "#absent": "no such heading",
        "b.md": "no such file",
        "https://kubernetes.io/": "",
        "http://kubernetes.io/": "not https",
        "c.png": "no such file",
    }


def outside() -> dict[str, list[str]]:
    """Return every link to the outside, and who has it."""
    found: dict[str, list[str]] = {}
    texts = [(name, notebook(name).markdown) for name in COURSE] + [
        (path.name, path.read_text(encoding="utf-8")) for path in DOCUMENTS
    ]
    for name, text in texts:
        for target in links(text):
            if urlsplit(target).scheme:
                found.setdefault(target, []).append(name)
    return found


def test_links_to_the_outside_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    for target, names in sorted(outside().items()):
        print(target, *names)
    assert "https://kubernetes.io/docs/concepts/services-networking/service/" in capsys.readouterr().out
