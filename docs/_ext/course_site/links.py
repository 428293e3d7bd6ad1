"""Links of the repository, as the site has them."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path
from urllib.parse import quote, unquote

#: Code and pictures, where nothing is a link; or the target of one.
_LINK = re.compile(
    r"^```.*?^```|`[^`\n]*`|!\[(?:[^\]\\]|\\.)*\]\([^)\s]+\)|\]\((?P<target>[^)\s]+)\)", re.MULTILINE | re.DOTALL
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")


def slug(fragment: str) -> str:
    """Return the anchor that a heading has on GitHub and on the site.

    A notebook's fragment, which keeps capitals and marks (``Who-answers?``), gives the same as its heading.
    """
    return re.sub(r"[^\w\- ]", "", unquote(fragment).lower()).replace(" ", "-")


class Links:
    """Says where a link of the repository leads on the site."""

    def __init__(self, root: Path, pages: Collection[str], repository: str):
        """Remember what there is.

        Args:
            root: the repository.
            pages: the site's pages, as paths from the root without their endings.
            repository: the address on GitHub that paths are added to.
        """
        self._root = root.resolve()
        self._pages = pages
        self._repository = repository

    def of(self, markdown: str, source: Path) -> str:
        """Return a text with its links changed; those that lead nowhere stay, for Sphinx to warn of."""

        def changed(found: re.Match[str]) -> str:
            target = found["target"]
            return found[0] if target is None else f"]({self._leads(target, source)})"

        return _LINK.sub(changed, markdown)

    def _leads(self, target: str, source: Path) -> str:
        at_github = target.startswith(self._repository)
        if _SCHEME.match(target) and not at_github:
            return target
        path, _, fragment = target.removeprefix(self._repository).partition("#")
        base = self._root if at_github else source.parent
        file = (base / unquote(path)).resolve() if path or at_github else source.resolve()
        if (file / "README.md").is_file():
            file /= "README.md"
        if self._is_page(file):
            nearby = quote(os.path.relpath(file, source.parent).replace(os.sep, "/")) if path else ""
            return f"{nearby}#{slug(fragment)}" if fragment else nearby
        if at_github or not file.exists() or not file.is_relative_to(self._root):
            return target
        address = self._repository + quote(file.relative_to(self._root).as_posix())
        return f"{address}#{fragment}" if fragment else address

    def _is_page(self, file: Path) -> bool:
        if not file.is_file() or file.suffix not in (".md", ".ipynb") or not file.is_relative_to(self._root):
            return False
        return file.relative_to(self._root).with_suffix("").as_posix() in self._pages
