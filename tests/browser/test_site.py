"""The web site of the course in a real browser: light and dark, on a screen and on a phone, without a network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.site.building import build

from .test_widgets import violations

SCREEN, PHONE = 1280, 390
#: Opens a page of the site in a window of its own: name, theme that the reader's machine prefers, width.
Open = Callable[[str, str, int], Any]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the pages."""
    return build(tmp_path_factory.mktemp("site"))


@pytest.fixture
def visit(site: Path, browser: Any) -> Iterator[Open]:
    """Return a function that opens a page; nothing may be asked of a server meanwhile."""
    contexts: list[Any] = []
    asked: list[str] = []

    def open_one(name: str, theme: str, width: int) -> Any:
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme))
        page = contexts[-1].new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / f"{name}.html").as_uri())
        page.locator(f"html[data-theme={theme}]").wait_for(state="attached")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [address for address in asked if not address.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize(("theme", "width"), [("light", SCREEN), ("dark", SCREEN), ("light", PHONE)])
@pytest.mark.parametrize("name", ["docs/index", "notebooks/02-services", "docs/limits"])
def test_axe_finds_nothing_and_nothing_sticks_out(visit: Open, name: str, theme: str, width: int) -> None:
    page = visit(name, theme, width)
    assert violations(page, "html") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_long_names_stay_in_their_cards(visit: Open) -> None:
    page = visit("notebooks/07-lab", "dark", PHONE)
    names = page.locator(".cell_output p .pre")
    ends = names.evaluate_all("names => names.map(name => name.getBoundingClientRect().right)")
    inside = names.evaluate_all("names => names.map(name => name.closest('div').getBoundingClientRect().right)")
    assert len(ends) > 10
    assert [end for end, edge in zip(ends, inside, strict=True) if end > edge] == []


def test_pictures_follow_the_theme_that_the_reader_chooses(visit: Open) -> None:
    page = visit("notebooks/02-services", "light", SCREEN)
    still = page.locator("img.kubelearn-still").first
    assert still.evaluate("image => getComputedStyle(image).colorScheme") == "light"
    page.get_by_role("button", name="Color mode").click()
    page.get_by_role("button", name="Dark").click()
    page.locator("html[data-theme=dark]").wait_for(state="attached")
    assert still.evaluate("image => getComputedStyle(image).colorScheme") == "dark"


def test_hints_open_one_by_one(visit: Open) -> None:
    page = visit("notebooks/02-services", "light", PHONE)
    first, second = (page.locator("details.hint").nth(index) for index in range(2))
    first.get_by_text("Hint 1 of 3").click()
    first.get_by_text("A Service finds its pods by their labels").wait_for()
    assert not second.get_by_text("the pods have the label").is_visible()


def test_search_finds_lessons(visit: Open) -> None:
    page = visit("search", "light", PHONE)
    page.locator("input[name=q]:visible").fill("selector")
    page.keyboard.press("Enter")
    page.locator("#search-results").get_by_role("link", name=re.compile("Services: one address")).first.wait_for()
