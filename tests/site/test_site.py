"""The site has all pages, none of its links leads nowhere, and nothing is loaded from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

import kubelearn
from kubelearn.cli import jupyter
from kubelearn.course.exercises import Lesson, lessons
from kubelearn.course.exercises.outcome import plain
from tests.notebooks.course import COURSE, START

from .building import ROOT, build, diagrams, require_sphinx
from .pages import Page, broken

REFERENCE = ("architecture", "drills", "images", "limits", "targets")
REPOSITORY = "https://github.com/kubelearn/kubelearn/"
Pages = dict[Path, Page]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the pages."""
    return build(tmp_path_factory.mktemp("site")).resolve()


@pytest.fixture(scope="module")
def pages(site: Path) -> Pages:
    """All pages, without what the theme brings."""
    return {path: Page(path) for path in site.rglob("*.html") if "_static" not in path.relative_to(site).parts}


def of(pages: Pages, name: str) -> Page:
    (found,) = [page for path, page in pages.items() if path.as_posix().endswith(f"/{name}.html")]
    return found


def words(text: str) -> str:
    """Return a text without its marks and line breaks; quotation marks and dashes are the site's own."""
    return " ".join(re.findall(r"\w+", text))


def test_every_notebook_and_every_page_to_look_things_up(site: Path, pages: Pages) -> None:
    wanted = {f"notebooks/{name}.html" for name in COURSE} | {f"docs/{name}.html" for name in REFERENCE}
    wanted |= {"index.html", "search.html", "docs/index.html"}
    assert {path.relative_to(site).as_posix() for path in pages} == wanted


def test_no_link_leads_nowhere(pages: Pages) -> None:
    found = {
        (path.name, target): why
        for path, page in pages.items()
        for target in [*page.links, *page.loaded]
        if (why := broken(target, page, pages))
    }
    assert found == {}


def test_links_into_the_repository_lead_to_what_is_there(pages: Pages) -> None:
    links = {link for page in pages.values() for link in page.links if link.startswith(f"{REPOSITORY}blob/main/")}
    paths = {unquote(link.removeprefix(f"{REPOSITORY}blob/main/").partition("#")[0]) for link in links}
    assert {"CONTRIBUTING.md", "kubelearn/cluster/apiserver/limits.py"} <= paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_what_the_site_has_is_not_looked_up_on_github(site: Path, pages: Pages) -> None:
    """The notebooks name these pages with their address on GitHub, since learners read them elsewhere."""
    links = {link for page in pages.values() for link in page.links}
    names = {f"docs/{name}.md" for name in REFERENCE} | {f"notebooks/{name}.ipynb" for name in COURSE}
    assert [link for link in links if link.removeprefix(f"{REPOSITORY}blob/main/").partition("#")[0] in names] == []
    assert "../docs/limits.html" in of(pages, START).links


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: Pages) -> None:
    loaded = {address for page in pages.values() for address in page.loaded}
    assert [address for address in loaded if re.match(r"(?!data:)[\w+.-]*:|//", address)] == []
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"""(?:url\(|@import )\s*["']?(?:https?:)?//[^)"']+""", styles) == []


def test_nothing_waits_for_a_kernel(pages: Pages) -> None:
    for page in pages.values():
        assert "jupyter.widget" not in page.path.read_text(encoding="utf-8"), page.path
        assert "model not found" not in page.text


def test_every_picture_is_described(pages: Pages) -> None:
    assert {path.name: page.pictures for path, page in pages.items() if not all(page.pictures)} == {}
    assert any("3 of 3 pods get traffic" in (alt or "") for alt in of(pages, "02-services").pictures)
    assert any("course/ exercises, quizzes" in (alt or "") for alt in of(pages, "architecture").pictures)


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_tasks_are_read_and_their_hints_are_folded(pages: Pages, lesson: Lesson) -> None:
    page = of(pages, lesson.name)
    read, folded = words(page.text), [words(text) for text in page.folded]
    for exercise in lesson.exercises:
        assert words(plain(exercise.task)) in read, exercise.key
        for number, hint in enumerate(exercise.hints, 1):
            assert words(f"Hint {number} of {len(exercise.hints)} {plain(hint)}") in folded, exercise.key


def test_every_page_opens_a_notebook_on_binder(pages: Pages) -> None:
    for path, page in pages.items():
        notebook = path.stem if path.parent.name == "notebooks" else START
        address = quote(f"lab/tree/{jupyter.FOLDER}/{notebook}.ipynb", safe="")
        assert f"https://mybinder.org/v2/gh/kubelearn/kubelearn/main?urlpath={address}" in page.links, path


def test_the_sites_address_leads_to_the_home_page(site: Path) -> None:
    assert 'content="0; url=docs/index.html"' in (site / "index.html").read_text(encoding="utf-8")


def test_all_images_of_the_catalogue(pages: Pages) -> None:
    said = words(of(pages, "images").text)
    rows = [f"{name} {purpose} {tags}" for name, tags, purpose in kubelearn.images().rows]
    assert [row for row in rows if words(row) not in said] == []


def test_diagrams_are_drawn_as_they_are_written() -> None:
    """If this fails, ``python -m tests.site.diagrams`` draws them again."""
    require_sphinx()
    from course_site.diagrams import FOLDER, THEMES, file_name

    wanted = {file_name(source, theme) for source in diagrams() for theme in THEMES}
    assert {path.name for path in (ROOT / FOLDER).iterdir()} == wanted


def test_a_link_that_leads_nowhere_would_be_seen(tmp_path: Path) -> None:
    other, path = tmp_path / "b.html", tmp_path / "a.html"
    other.write_text('<h1 id="here"></h1>')
    path.write_text(
        '<p id="mine"></p><a href="b.html#here"></a><a href="b.html#there"></a><a href="#mine"></a><a href="#yours">'
        '</a><a href="c.html"></a><a href="http://x.org"></a><img src="//x.org/a.png"><img src="d.png" alt="D">'
    )
    pages = {each: Page(each) for each in (path, other)}
    page = pages[path]
    assert {target: broken(target, page, pages) for target in [*page.links, *page.loaded]} == {
        "b.html#here": "",
        "b.html#there": "no such anchor",
        "#mine": "",
        "#yours": "no such anchor",
        "c.html": "no such file",
        "http://x.org": "not https",
        "//x.org/a.png": "not https",
        "d.png": "no such file",
    }
    assert page.pictures == [None, "D"]
