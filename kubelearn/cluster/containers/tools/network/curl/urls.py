"""URLs as curl reads them, and its patterns of URLs."""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass

_URL = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*)://)?([^/:?#]+)(?::(\d+))?([/?].*)?")
_USER = re.compile(r"((?:[A-Za-z][A-Za-z0-9+.-]*://)?)([^/@?]*)@(.*)")
_PORTS = {"http": 80, "https": 443, "telnet": 23}


@dataclass(frozen=True)
class Url:
    """A URL as curl reads it."""

    text: str
    scheme: str
    host: str
    port: int
    target: str
    user: str = ""

    @property
    def authority(self) -> str:
        """Host and port, as the Host header has them."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"


class CurlError(Exception):
    """A transfer that failed: curl's exit code and message."""

    def __init__(self, code: int, message: str):
        super().__init__(message)
        self.code = code


@functools.lru_cache(256)
def parse_url(text: str) -> Url:
    """Split a URL.

    Raises:
        CurlError: 3, it is none; 1, it is of a protocol that is not spoken here.
    """
    if " " in text:
        raise CurlError(3, "URL rejected: Malformed input to a URL function")
    plain, user = text.split("#")[0], ""
    if (named := _USER.fullmatch(plain)) is not None:
        plain, user = f"{named[1]}{named[3]}", named[2]
    found = _URL.fullmatch(plain)
    if found is None and re.fullmatch(r"(\w+://)?[^/:?#]+:(?!//)[^/]*(/.*)?", text):
        raise CurlError(3, "URL rejected: Port number was not a decimal number between 0 and 65535")
    if found is None:
        raise CurlError(3, "URL rejected: No host part in the URL")
    scheme, host, port, target = found.groups(default="")
    if not scheme:
        scheme, text = "http", f"http://{text}"
    scheme = scheme.lower()
    if scheme not in _PORTS:
        raise CurlError(1, f'Protocol "{scheme}" not supported')
    number = int(port or _PORTS[scheme])
    if number > 65535:
        raise CurlError(3, "URL rejected: Port number was not a decimal number between 0 and 65535")
    return Url(text, scheme, host, number, _plain(target if target.startswith("/") else f"/{target}"), user)


def _plain(target: str) -> str:
    """Return a path without ``.`` and ``..``, which no client sends."""
    path, mark, query = target.partition("?")
    if "/." not in path:
        return target
    kept: list[str] = []
    for part in path.split("/")[1:]:
        if part == "..":
            kept = kept[:-1]
        elif part != ".":
            kept.append(part)
    ends = path.rpartition("/")[2] in (".", "..") and kept[-1:] != [""]
    return f"/{'/'.join(kept)}{'/' * ends}{mark}{query}"


def glob_urls(text: str) -> list[str]:
    """Expand ``[1-300]`` and ``{a,b}``."""
    pieces: list[list[str]] = []
    for part in re.split(r"(\[\d+-\d+\]|\{[^{}]*\})", text):
        span = re.fullmatch(r"\[(\d+)-(\d+)\]", part)
        if span:
            pieces.append([str(n) for n in range(int(span.group(1)), min(int(span.group(2)), 100_000) + 1)])
        else:
            pieces.append(part[1:-1].split(",") if part.startswith("{") else [part])
    return ["".join(choice) for choice in itertools.product(*pieces)]
