"""curl's command line."""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from .urls import CurlError, glob_urls


@dataclass
class Options:
    """curl's command line.

    Attributes:
        urls: what to fetch; patterns are expanded.
        outputs: files of ``-o``, in the order of the URLs.
        headers: lines of ``-H``, and of options that stand for one.
        data: what is sent, part by part: by which option, and its value.
        form: parts of a form (``-F``).
        resolve: ``HOST:PORT`` → address.
        reroute: ``HOST:PORT`` → host and port to connect to instead.
        flags: long names of the switches that are on.
        values: long name → value of options that have one.
        interval: seconds between the starts of two transfers.
    """

    urls: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    data: list[tuple[str, str]] = field(default_factory=list)
    form: list[str] = field(default_factory=list)
    resolve: dict[str, str] = field(default_factory=dict)
    reroute: dict[str, tuple[str, int]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)
    interval: float = 0

    def seconds(self, name: str) -> float | None:
        """Return an option's time, None for no limit."""
        return float(self.values[name]) or None if name in self.values else None

    def count(self, name: str, otherwise: int) -> int:
        """Return an option's number."""
        return int(float(self.values[name])) if name in self.values else otherwise

    @property
    def transient(self) -> set[int]:
        """Exit codes after which ``--retry`` tries again."""
        return _TRANSIENT.union(*(codes for name, codes in _RETRIED.items() if name in self.flags))


#: Exit codes that ``--retry`` takes for passing troubles, and options that add others.
_TRANSIENT = {6, 28}
_RETRIED = {"retry-connrefused": {7}, "retry-all-errors": {7, 22, 52, 56}}
_SHORT = {
    "0": "http1.0",
    "4": "ipv4",
    "6": "ipv6",
    "#": "progress-bar",
    ":": "next",
    "A": "user-agent",
    "b": "cookie",
    "D": "dump-header",
    "d": "data",
    "e": "referer",
    "F": "form",
    "f": "fail",
    "G": "get",
    "g": "globoff",
    "H": "header",
    "h": "help",
    "I": "head",
    "i": "include",
    "J": "remote-header-name",
    "k": "insecure",
    "L": "location",
    "m": "max-time",
    "N": "no-buffer",
    "O": "remote-name",
    "o": "output",
    "q": "disable",
    "R": "remote-time",
    "r": "range",
    "S": "show-error",
    "s": "silent",
    "T": "upload-file",
    "u": "user",
    "V": "version",
    "v": "verbose",
    "w": "write-out",
    "X": "request",
    "Z": "parallel",
}
# fmt: off
#: Switches; those in the second part change nothing here.
_SWITCHES = frozenset([
    "create-dirs", "fail", "fail-with-body", "get", "globoff", "head", "include", "insecure", "ipv6", "location",
    "next", "no-buffer", "no-progress-meter", "path-as-is", "progress-bar", "remote-name", "retry-all-errors",
    "retry-connrefused", "show-error", "silent", "verbose", "version", "help",

    "compressed", "disable", "fail-early", "http1.0", "http1.1", "http2", "http2-prior-knowledge", "ipv4",
    "location-trusted", "no-alpn", "no-keepalive", "no-sessionid", "parallel", "remote-header-name", "remote-name-all",
    "remote-time", "ssl-no-revoke", "styled-output", "tcp-fastopen", "tcp-nodelay", "tlsv1", "tlsv1.0",
    "tlsv1.1", "tlsv1.2", "tlsv1.3",
])
# fmt: on
#: Options with a value that is a number, with any other, and with one that changes nothing here.
_NUMBERS = frozenset(["connect-timeout", "max-redirs", "max-time", "retry", "retry-delay", "retry-max-time"])
_VALUED = _NUMBERS | frozenset(["cacert", "dump-header", "output-dir", "request", "upload-file", "write-out"])
_WITHOUT_EFFECT = frozenset(
    ["ciphers", "interface", "keepalive-time", "limit-rate", "local-port", "parallel-max", "speed-limit", "speed-time"]
)


@functools.lru_cache(256)
def parse_command(argv: tuple[str, ...]) -> Options:
    """Read curl's command line; a loop has the same one again and again.

    Raises:
        CurlError: 2, an option that is not supported here.
    """
    options = Options()
    words = list(argv[1:])
    if not words:
        raise CurlError(2, "")
    while words:
        word = words.pop(0)
        if word.startswith("--") and len(word) > 2:
            _take(options, word[2:], word, words)
        elif word.startswith("-") and len(word) > 1:
            _short(options, word[1:], words)
        else:
            _url(options, word)
    if not options.urls and options.flags.isdisjoint(("version", "help")):
        raise CurlError(2, "no URL specified")
    return options


def _short(options: Options, letters: str, words: list[str]) -> None:
    while letters:
        letter, letters = letters[0], letters[1:]
        name = _SHORT.get(letter)
        if name is None:
            raise CurlError(2, f"option -{letter}: is unknown")
        if name not in _SWITCHES:
            _take(options, name, f"-{letter}", [letters] if letters else words)
            return
        options.flags.add(name)


def _take(options: Options, name: str, shown: str, words: list[str]) -> None:
    """Take an option with its value, if it has one."""
    if name in _SWITCHES:
        options.flags.add(name)
        return
    if name.startswith("no-") and name.removeprefix("no-") in _SWITCHES:
        options.flags.discard(name.removeprefix("no-"))
        return
    if name not in _VALUED and name not in _WITHOUT_EFFECT and name not in _TAKERS:
        raise CurlError(2, f"option {shown}: is unknown")
    if not words:
        raise CurlError(2, f"option {shown}: requires parameter")
    value = words.pop(0)
    if name in _NUMBERS:
        _number(value, shown)
    if name in _VALUED:
        options.values[name] = value
    elif name in _TAKERS:
        _TAKERS[name](options, value)


def _number(text: str, option: str) -> None:
    if not re.fullmatch(r"-?\d+(\.\d*)?|\.\d+", text):
        raise CurlError(2, f"option {option}: expected a proper numerical parameter")


def _url(options: Options, text: str) -> None:
    options.urls += [text] if "globoff" in options.flags else glob_urls(text)


def _rate(options: Options, value: str) -> None:
    """Note the seconds between two transfers at a rate; without a unit it is per hour."""
    found = re.fullmatch(r"(\d+)(?:/(\d*)([smhd]))?", value)
    if found is None or int(found.group(1)) == 0:
        raise CurlError(2, "option --rate: expected a proper numerical parameter")
    count, times, unit = found.groups()
    options.interval = int(times or 1) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit or "h"] / int(count)


def _json(options: Options, value: str) -> None:
    options.data.append(("json", value))
    options.headers += ["Content-Type: application/json", "Accept: application/json"]


def _encoded(options: Options, value: str) -> None:
    name, equals, content = value.rpartition("=")
    options.data.append(("data-raw", f"{name}{equals}{quote(content, safe='')}"))


def _resolve(options: Options, value: str) -> None:
    host, port, address = [*value.split(":"), "", ""][:3]
    options.resolve[f"{host}:{port}"] = address


def _connect_to(options: Options, value: str) -> None:
    host, port, other, number = [*value.split(":"), "", "", ""][:4]
    options.reroute[f"{host}:{port}"] = (other or host, int(number) if number.isdigit() else 0)


def _user(options: Options, value: str) -> None:
    options.headers.append(f"Authorization: Basic {base64.b64encode(value.encode()).decode()}")


#: What becomes of the values of the other options.
_TAKERS: dict[str, Callable[[Options, str], None]] = {
    "connect-to": _connect_to,
    "cookie": lambda options, value: options.headers.append(f"Cookie: {value}"),
    "data": lambda options, value: options.data.append(("data", value)),
    "data-ascii": lambda options, value: options.data.append(("data-ascii", value)),
    "data-binary": lambda options, value: options.data.append(("data-binary", value)),
    "data-raw": lambda options, value: options.data.append(("data-raw", value)),
    "data-urlencode": _encoded,
    "form": lambda options, value: options.form.append(value),
    "header": lambda options, value: options.headers.append(value),
    "json": _json,
    "oauth2-bearer": lambda options, value: options.headers.append(f"Authorization: Bearer {value}"),
    "output": lambda options, value: options.outputs.append(value),
    "range": lambda options, value: options.headers.append(f"Range: bytes={value}"),
    "rate": _rate,
    "referer": lambda options, value: options.headers.append(f"Referer: {value}"),
    "resolve": _resolve,
    "url": _url,
    "user": _user,
    "user-agent": lambda options, value: options.headers.append(f"User-Agent: {value}"),
}
