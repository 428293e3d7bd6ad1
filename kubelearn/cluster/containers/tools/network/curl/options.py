"""curl's command line."""

from __future__ import annotations

import base64
import functools
import re
from dataclasses import dataclass, field
from urllib.parse import quote

from .urls import CurlError, glob_urls


@dataclass
class Options:
    """curl's command line."""

    urls: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    cacert: str = ""
    resolve: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    method: str = ""
    write_out: str = ""
    max_time: float | None = None
    connect_timeout: float | None = None
    retry: int = 0
    retry_delay: float = 0  # seconds before each retry; by default they double from one second
    interval: float = 0  # between the starts of two transfers, in seconds

    @property
    def transient(self) -> set[int]:
        """Exit codes after which ``--retry`` tries again."""
        return _TRANSIENT.union(*(codes for name, codes in _RETRIED.items() if name in self.flags))


#: Long options → the short ones that mean the same.
_LONG = {
    "silent": "s",
    "show-error": "S",
    "fail": "f",
    "max-time": "m",
    "output": "o",
    "write-out": "w",
    "include": "i",
    "head": "I",
    "verbose": "v",
    "location": "L",
    "request": "X",
    "data": "d",
    "data-raw": "d",
    "data-binary": "d",
    "header": "H",
    "user-agent": "A",
    "user": "u",
    "no-buffer": "N",
    "insecure": "k",
    "ipv4": "4",
    "get": "G",
    "http1.1": "0",
    "no-progress-meter": "s",
    "globoff": "g",
    "next": ":",
    "no-keepalive": "0",
    "http1.0": "0",
    "remote-name": "O",
    "fail-early": "0",
    "compressed": "0",
    "url": "U",
    "referer": "e",
    "cookie": "b",
    "json": "J",
    "data-urlencode": "E",
    "version": "V",
}

#: Short options that take a value, those that do not, and long ones that take a value and have no short form.
_VALUED = set("mowXdHAuUebJE")
_FLAGS = "sSfiIvLNk4Gg0:#OV"
#: Letters of our own for what has none: they are no options.
_LONG_ONLY = frozenset("UJE:")
_LONG_VALUED = ("cacert", "connect-timeout", "rate", "retry", "resolve", "retry-delay", "retry-max-time")
#: Exit codes that ``--retry`` takes for passing troubles, and options that add others.
_TRANSIENT = {6, 28}
_RETRIED = {"retry-connrefused": {7}, "retry-all-errors": {7, 22, 52, 56}}


@functools.lru_cache(256)
def parse_command(argv: tuple[str, ...]) -> Options:
    """Read curl's command line; a loop has the same one again and again.

    Raises:
        CurlError: 2, an option that is not supported here.
    """
    options = Options()
    words = list(argv[1:])
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            _long(options, word[2:], words)
        elif word.startswith("-") and len(word) > 1:
            _short(options, word[1:], words)
        else:
            options.urls += [word] if "g" in options.flags else glob_urls(word)
    if not options.urls and "V" not in options.flags:
        raise CurlError(2, "no URL specified")
    return options


def _long(options: Options, name: str, words: list[str]) -> None:
    letter = _LONG.get(name)
    if name in _RETRIED:
        options.flags.add(name)
    elif letter is None:
        if name not in _LONG_VALUED or not words:
            raise CurlError(2, f"option --{name}: is unknown")
        _long_value(options, name, words.pop(0))
    elif letter in _VALUED:
        _value(options, letter, words.pop(0) if words else "")
    else:
        options.flags.add(letter)


def _short(options: Options, letters: str, words: list[str]) -> None:
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter in _LONG_ONLY:
            raise CurlError(2, f"option -{letter}: is unknown")
        if letter in _VALUED:
            _value(options, letter, letters or (words.pop(0) if words else ""))
            return
        if letter not in _FLAGS:
            raise CurlError(2, f"option -{letter}: is unknown")
        options.flags.add(letter)


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise CurlError(2, f"option {option}: expected a proper numerical parameter") from None


def _interval(value: str) -> float:
    """Return the seconds between two transfers at a rate as ``--rate`` takes it; without a unit it is per hour."""
    found = re.fullmatch(r"(\d+)(?:/(\d*)([smhd]))?", value)
    if found is None or int(found.group(1)) == 0:
        raise CurlError(2, "option --rate: expected a proper numerical parameter")
    count, times, unit = found.groups()
    return int(times or 1) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit or "h"] / int(count)


def _value(options: Options, letter: str, value: str) -> None:
    if letter == "m":
        options.max_time = _number(value, "-m") or None
    elif letter == "o":
        options.outputs.append(value)
    elif letter == "w":
        options.write_out = value
    elif letter == "X":
        options.method = value
    elif letter == "d":
        options.data.append(value)
    elif letter == "H":
        options.headers.append(value)
    elif letter == "u":
        options.headers.append(f"Authorization: Basic {base64.b64encode(value.encode()).decode()}")
    elif letter == "U":
        options.urls += [value] if "g" in options.flags else glob_urls(value)
    elif letter == "e":
        options.headers.append(f"Referer: {value}")
    elif letter == "b":
        options.headers.append(f"Cookie: {value}")
    elif letter == "J":
        options.data.append(value)
        options.headers += ["Content-Type: application/json", "Accept: application/json"]
    elif letter == "E":
        name, equals, content = value.rpartition("=")
        options.data.append(f"{name}{equals}{quote(content, safe='')}")
    elif letter == "A":
        options.headers.append(f"User-Agent: {value}")


def _long_value(options: Options, name: str, value: str) -> None:
    if name == "cacert":
        options.cacert = value
    elif name == "connect-timeout":
        options.connect_timeout = _number(value, "--connect-timeout")
    elif name == "rate":
        options.interval = _interval(value)
    elif name == "retry":
        options.retry = int(_number(value, "--retry"))
    elif name == "retry-delay":
        options.retry_delay = _number(value, "--retry-delay")
    elif name == "resolve":
        host, port, address = [*value.split(":"), "", ""][:3]
        options.resolve[f"{host}:{port}"] = address
