"""curl, as far as HTTP goes."""

from __future__ import annotations

import asyncio
import base64
import functools
import itertools
import re
import time
from dataclasses import dataclass, field

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import (
    Connection,
    ConnectionRefused,
    ConnectionReset,
    ConnectionTimedOut,
    NameNotFound,
    NoRoute,
)

_URL = re.compile(r"(?:(https?)://)?([^/:?#]+)(?::(\d+))?([/?].*)?")
_MOST_REDIRECTS = 50


@dataclass(frozen=True)
class Url:
    """A URL as curl reads it."""

    text: str
    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port, as the Host header has them."""
        return self.host if self.port == (443 if self.scheme == "https" else 80) else f"{self.host}:{self.port}"


class CurlError(Exception):
    """A transfer that failed: curl's exit code and message."""

    def __init__(self, code: int, message: str):
        super().__init__(message)
        self.code = code


@functools.lru_cache(256)
def parse_url(text: str) -> Url:
    """Split a URL.

    Raises:
        CurlError: 3, it is none.
    """
    found = _URL.fullmatch(text.split("#")[0])
    if found is None or " " in text:
        raise CurlError(
            3,
            "URL rejected: Malformed input to a URL function"
            if " " in text
            else "URL rejected: No host part in the URL",
        )
    scheme, host, port, target = found.groups()
    number = int(port) if port else 443 if scheme == "https" else 80
    if number > 65535:
        raise CurlError(3, "URL rejected: Port number was not a decimal number between 0 and 65535")
    target = target or "/"
    return Url(
        text if scheme else f"http://{text}",
        scheme or "http",
        host,
        number,
        target if target.startswith("/") else "/" + target,
    )


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


@dataclass
class Options:
    """curl's command line."""

    urls: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    resolve: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    method: str = ""
    write_out: str = ""
    max_time: float | None = None
    connect_timeout: float | None = None
    retry: int = 0
    retry_delay: float = 0  # seconds before each retry; by default they double from one second
    interval: float = 0  # between the starts of two transfers, in seconds


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
}
_VALUED = set("mowXdHAu")
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
            name, letter = word[2:], _LONG.get(word[2:])
            if name in _RETRIED:
                options.flags.add(name)
            elif letter is None:
                if (
                    name not in ("connect-timeout", "rate", "retry", "resolve", "retry-delay", "retry-max-time")
                    or not words
                ):
                    raise CurlError(2, f"option {word}: is unknown")
                _long_value(options, name, words.pop(0))
            elif letter in _VALUED:
                _value(options, letter, words.pop(0) if words else "")
            else:
                options.flags.add(letter)
        elif word.startswith("-") and len(word) > 1:
            _short(options, word[1:], words)
        else:
            options.urls += [word] if "g" in options.flags else glob_urls(word)
    if not options.urls:
        raise CurlError(2, "no URL specified")
    return options


def _short(options: Options, letters: str, words: list[str]) -> None:
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter in _VALUED:
            _value(options, letter, letters or (words.pop(0) if words else ""))
            return
        if letter not in "sSfiIvLNk4Gg0:#":
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
    elif letter == "A":
        options.headers.append(f"User-Agent: {value}")


def _long_value(options: Options, name: str, value: str) -> None:
    if name == "connect-timeout":
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


class Curl:
    """One run of curl; connections live until it ends."""

    def __init__(self, process: Process, options: Options):
        self._process, self._options = process, options
        self._connections: dict[tuple[str, int], Connection] = {}

    async def run(self) -> int:
        status, begin = 0, time.monotonic()
        try:
            for index, text in enumerate(self._options.urls):
                if self._options.interval:
                    await asyncio.sleep(begin + index * self._options.interval - time.monotonic())
                output = self._options.outputs[index] if index < len(self._options.outputs) else None
                status = await self._url(text, output)
        finally:
            for connection in self._connections.values():
                connection.close()
        return status

    async def _url(self, text: str, output: str | None) -> int:
        options, begin = self._options, time.monotonic()
        facts: dict[str, object] = {
            "http_code": "000",
            "num_connects": 0,
            "remote_ip": "",
            "remote_port": 0,
            "url_effective": text,
            "size_download": 0,
            "num_redirects": 0,
        }
        code = 0
        for attempt in range(options.retry + 1):
            try:
                code = await self._deadline(parse_url(text), output, facts, begin)
                break
            except CurlError as error:
                code = error.code
                if attempt < options.retry and code in _TRANSIENT.union(
                    *(codes for name, codes in _RETRIED.items() if name in options.flags)
                ):
                    await asyncio.sleep(options.retry_delay or min(2**attempt, 600))
                    continue
                if "s" not in options.flags or "S" in options.flags:
                    self._process.complain(f"curl: ({code}) {error}")
        facts["time_total"] = f"{time.monotonic() - begin:.6f}"
        facts["exitcode"] = code
        if options.write_out:
            self._process.stdout.write(_write_out(options.write_out, facts).encode())
        await self._process.stdout.drain()
        return code

    async def _deadline(self, url: Url, output: str | None, facts: dict[str, object], begin: float) -> int:
        if self._options.max_time is None:
            return await self._follow(url, output, facts)
        try:
            async with asyncio.timeout(self._options.max_time):
                return await self._follow(url, output, facts)
        except TimeoutError:
            spent = int((time.monotonic() - begin) * 1000)
            connected = facts["remote_ip"]
            text = (
                f"Operation timed out after {spent} milliseconds with 0 bytes received"
                if connected
                else f"Connection timed out after {spent} milliseconds"
            )
            raise CurlError(28, text) from None

    async def _follow(self, url: Url, output: str | None, facts: dict[str, object]) -> int:
        for hop in range(_MOST_REDIRECTS + 1):
            facts["url_effective"], facts["num_redirects"] = url.text, hop
            location = await self._transfer(url, output, facts)
            if location is None:
                return 0
            if not location.startswith("http"):
                location = f"{url.scheme}://{url.authority}{location if location.startswith('/') else '/' + location}"
            url = parse_url(location)
        raise CurlError(47, f"Maximum ({_MOST_REDIRECTS}) redirects followed")

    async def _transfer(self, url: Url, output: str | None, facts: dict[str, object]) -> str | None:
        options = self._options
        connection = await self._connect(url, facts)
        data = "&".join(options.data)
        target = url.target + (("&" if "?" in url.target else "?") + data if "G" in options.flags and data else "")
        method = options.method or (
            "HEAD" if "I" in options.flags else "POST" if options.data and "G" not in options.flags else "GET"
        )
        headers = self._headers(url, data if method not in ("GET", "HEAD") else "")
        if "v" in options.flags:
            self._process.complain(
                f"* Connected to {url.host} ({facts['remote_ip']}) port {url.port}\n> {method} {target} HTTP/1.1"
            )
            for name, value in headers:
                self._process.complain(f"> {name.decode().title()}: {value.decode()}")
            self._process.complain(">")
        try:
            response = await connection.request(
                method, target, headers, data.encode() if method not in ("GET", "HEAD") else b""
            )
        except ConnectionReset:
            self._drop(url)
            if facts.get("reused"):
                raise CurlError(56, "Recv failure: Connection reset by peer") from None
            raise CurlError(52, "Empty reply from server") from None
        facts |= {"http_code": f"{response.status:03d}", "size_download": len(response.body)}
        if any(h.lower().replace(" ", "") == "connection:close" for h in options.headers):
            self._drop(url)
        where = next((value.decode() for name, value in response.headers if name == b"location"), None)
        if where and "L" in options.flags and 300 <= response.status < 400:
            return where
        if "f" in options.flags and response.status >= 400:
            raise CurlError(22, f"The requested URL returned error: {response.status}")
        self._show(response, output)
        return None

    def _headers(self, url: Url, data: str) -> list[tuple[bytes, bytes]]:
        found = {"host": url.authority, "user-agent": "curl/8.9.1", "accept": "*/*"}
        if data:
            found |= {"content-length": str(len(data.encode())), "content-type": "application/x-www-form-urlencoded"}
        for header in self._options.headers:
            name, _, value = header.partition(":")
            found[name.strip().lower()] = value.strip()
        return [(name.encode(), value.encode()) for name, value in found.items()]

    def _show(self, response: object, output: str | None) -> None:
        status, headers, body = response.status, response.headers, response.body  # type: ignore[attr-defined]
        if not self._options.flags.isdisjoint("viI"):
            head = (
                f"HTTP/1.1 {status} {response.reason}\r\n"  # type: ignore[attr-defined]
                + "".join(f"{n.decode()}: {v.decode()}\r\n" for n, v in headers)
                + "\r\n"
            )
            if "v" in self._options.flags:
                self._process.stderr.write("".join(f"< {line}\n" for line in head.split("\r\n")[:-1]).encode())
            if not self._options.flags.isdisjoint("iI"):
                body = head.encode() + body
        if output is None or output == "-":
            self._process.stdout.write(body)
        elif output != "/dev/null":
            try:
                self._process.files.write(resolve(self._process.cwd, output), body)
            except OSError:
                raise CurlError(23, "Failure writing output to destination") from None

    def _drop(self, url: Url) -> None:
        connection = self._connections.pop((url.host, url.port), None)
        if connection is not None:
            connection.close()

    async def _connect(self, url: Url, facts: dict[str, object]) -> Connection:
        key = (url.host, url.port)
        found = self._connections.get(key)
        if found is not None and not found.closed:
            facts["reused"] = True
            facts |= {"remote_ip": found.peer[0], "remote_port": found.peer[1]}
            return found
        if url.scheme == "https":
            raise CurlError(35, "TLS connect error: this curl speaks plain HTTP only")
        begin = time.monotonic()
        try:
            host = self._options.resolve.get(f"{url.host}:{url.port}", url.host)
            connection = await self._process.network.connect(host, url.port, timeout=self._options.connect_timeout)
        except NameNotFound:
            raise CurlError(6, f"Could not resolve host: {url.host}") from None
        except (ConnectionRefused, NoRoute):
            spent = int((time.monotonic() - begin) * 1000)
            raise CurlError(
                7, f"Failed to connect to {url.host} port {url.port} after {spent} ms: Couldn't connect to server"
            ) from None
        except ConnectionTimedOut:
            spent = int((time.monotonic() - begin) * 1000)
            raise CurlError(28, f"Connection timed out after {spent} milliseconds") from None
        self._connections[key] = connection
        facts |= {"num_connects": 1, "remote_ip": connection.peer[0], "remote_port": connection.peer[1]}
        return connection


def _write_out(text: str, facts: dict[str, object]) -> str:
    text = re.sub(
        r"%\{(\w+)\}",
        lambda m: str(facts.get(m.group(1), facts["http_code"] if m.group(1) == "response_code" else "")),
        text,
    )
    return text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r").replace("%%", "%")


async def curl(process: Process) -> int:
    """``curl [OPTION…] URL…``"""
    try:
        return await Curl(process, parse_command(tuple(process.argv))).run()
    except CurlError as error:
        process.complain(
            f"curl: ({error.code}) {error}"
            if error.code != 2
            else f"curl: {error}\ncurl: try 'curl --help' for more information"
        )
        return error.code


NETWORK: dict[str, Program] = {"curl": curl}
