"""What the pages name is there: linked files and headings, paths, functions, modules. The README counts right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
#: Where the repository's own files are; whatever else lies in a checkout is not meant.
FOLDERS = ["binder", "docs", "jupyter", "kubelearn", "notebooks", "tests", ".github"]
ENDINGS = "cfg|css|ipynb|js|json|md|py|toml|yml"
#: A word of a lesson's, a kind's or a picture's name in capitals stands for any of them.
PLACEHOLDER = re.compile(r"\b[A-Z]{4,}\b")


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def paths() -> set[str]:
    """Return all files and folders."""
    found = {path.name for path in ROOT.iterdir() if path.is_file()}
    for folder in FOLDERS:
        inside = (ROOT / folder).rglob("*")
        found |= {path.relative_to(ROOT).as_posix() for path in inside if "__pycache__" not in path.parts}
    return found | set(FOLDERS)


PATHS = paths()
#: Where paths begin that have neither an ending nor a stroke at the end.
BEGINNINGS = {*FOLDERS, *(path.name for path in (ROOT / "kubelearn").iterdir() if path.is_dir())}


def links(text: str) -> list[str]:
    """Return the local links, without those that are shown as code."""
    found = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "code", text))
    return [link for link in found if not re.match(r"https?:", link)]


def anchors(text: str) -> set[str]:
    """Return the headings' anchors, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def looks_like_a_path(text: str) -> bool:
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", text):
        return False
    first = text.partition("/")[0]
    return bool(re.search(rf"\.({ENDINGS})$|/$", text)) or ("/" in text and first in BEGINNINGS)


def code_paths(text: str) -> Iterator[str]:
    """Yield the paths in backticks and in pictures."""
    yield from filter(looks_like_a_path, re.findall(r"`([^`\n]+)`", text))
    for picture in re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL):
        yield from re.findall(r"[\w-]+(?:/[\w-]+)*(?:/|\.py\b)", picture)


def exists(path: str) -> bool:
    """Return whether a path, or the end of one, is in the repository.

    Pages shorten what is clear from what is around it.
    """
    pattern = PLACEHOLDER.sub("*", path.rstrip("/"))
    return any(fnmatchcase(f"/{known}", f"*/{pattern}") for known in PATHS)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_and_headings(page: str) -> None:
    broken = []
    for link in links(read(page)):
        name, _, anchor = link.partition("#")
        target = (ROOT / page).parent / name if name else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_paths_are_there(page: str) -> None:
    assert [path for path in code_paths(read(page)) if not exists(path)] == []


@pytest.mark.parametrize("page", PAGES)
def test_modules_that_a_page_runs_are_there(page: str) -> None:
    for module in re.findall(r"python -m (tests[\w.]*)", read(page)):
        base = ROOT.joinpath(*module.split("."))
        assert base.with_suffix(".py").exists() or (base / "__main__.py").exists(), module


def functions(text: str) -> set[str]:
    """Return the functions and methods that a text names, by their last name."""
    return {call or method for call, method in re.findall(r"\b([a-z_]\w+)\((?!\[)|`[A-Z]\w+\.([a-z_]\w+)", text)}


def test_functions_that_the_map_names_are_there() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "kubelearn").rglob("*.py"))
    named = functions(read("docs/architecture.md"))
    assert {"connect", "route", "_balance", "reconcile", "add"} <= named
    assert [name for name in sorted(named) if f"def {name}(" not in code] == []


def rows() -> list[str]:
    """Return the rows of the map's table."""
    return re.findall(r"^\| (?!-|Question).*\|$", read("docs/architecture.md"), re.MULTILINE)


@pytest.mark.parametrize("row", rows())
def test_a_row_of_the_map_names_a_place_that_has_what_it_says(row: str) -> None:
    files = [path for path in PATHS for end in code_paths(row) if f"/{path}".endswith(f"/{end.rstrip('/')}")]
    assert files
    code = [path.read_text(encoding="utf-8") for file in files if (path := ROOT / file).is_file()]
    place = row.split("|")[2]
    wanted = functions(place) if code else set()
    assert [name for name in wanted if not any(f"def {name}(" in text for text in code)] == []


def test_a_link_that_leads_nowhere_would_be_seen() -> None:
    text = "[a](docs/nothing.md) [`b`](#none) `[c](nowhere.md)` [d](https://example.org)"
    assert links(text) == ["docs/nothing.md", "#none"]
    assert anchors("# One `two`, three\n```\n# no heading\n```\n## Four") == {"one-two-three", "four"}


def test_a_path_that_is_gone_would_be_seen() -> None:
    text = "`kubelearn/exercises/` `kinds/service/fields.py` `store.py` `strategies.py` `docs/PLACE.md`"
    picture = '```mermaid\nflowchart LR\n  a["views/PICTURE/model.py<br>allocators/"]\n```'
    assert [path for path in code_paths(text) if not exists(path)] == ["kubelearn/exercises/", "strategies.py"]
    assert [path for path in code_paths(picture) if not exists(path)] == ["allocators/"]


@pytest.mark.parametrize("text", ["pods/exec", "~/.kube/config", "/api/v1/watch", "K/pkg/…", "service/shop now"])
def test_what_is_no_path_is_not_looked_for(text: str) -> None:
    assert list(code_paths(f"`{text}`")) == []


def test_the_readme_says_how_large_the_helper_package_is() -> None:
    (said,) = re.findall(r"The helper package is small, about ([\d,]+) lines", read("README.md"))
    files = [path for path in (ROOT / "kubelearn").rglob("*.py") if "cluster" not in path.parts]
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
    assert int(said.replace(",", "")) == pytest.approx(lines, rel=0.05)


def test_the_readme_sends_to_the_architecture_before_any_part() -> None:
    how = read("README.md").partition("## How it works")[2]
    first = next(link for link in links(how) if "architecture" in link or link.startswith("kubelearn/"))
    assert first == "docs/architecture.md"
