"""What a page of the site has in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: What a browser loads without being asked → in which attribute it stands.
_LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "srcset", "embed": "src"}
#: Links that say something of a page, and load nothing.
_SAYS = {"author", "canonical", "index", "next", "prev", "search"}
#: What begins a new line.
_BLOCKS = {"dd", "div", "dt", "li", "p", "td"}


@dataclass
class Page(HTMLParser):
    """A page, read.

    Attributes:
        ids: of its elements.
        links: that a reader can follow.
        loaded: addresses that a browser loads for it.
        pictures: their alt texts; None for one without.
        folded: the texts that are closed at first.
        text: all that is read.
    """

    path: Path
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    pictures: list[str | None] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    text: str = ""
    _open: int = 0

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self.text += "\n"
        if "id" in has:
            self.ids.add(has["id"])
        if tag == "a" and "href" in has:
            self.links.append(has["href"])
        if tag == "img":
            self.pictures.append(has.get("alt"))
        if has.get(_LOADED.get(tag, "")) and not _SAYS.intersection(has.get("rel", "").split()):
            self.loaded.append(has[_LOADED[tag]])
        if tag == "details" and "open" not in has:
            self._open += 1
            self.folded.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self._open:
            self._open -= 1

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open:
            self.folded[-1] += data


def broken(target: str, page: Page, pages: Mapping[Path, Page]) -> str:
    """Return why a link of a page leads nowhere, or nothing; links to other sites are not followed."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return "" if parts.scheme in ("https", "mailto", "data") else "not https"
    path = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
    if not path.is_file():
        return "no such file"
    if parts.fragment and path in pages and unquote(parts.fragment) not in pages[path].ids:
        return "no such anchor"
    return ""
