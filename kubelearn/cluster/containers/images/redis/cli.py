"""``redis-cli``: one command, or those that standard input has."""

from __future__ import annotations

import asyncio
import shlex
from dataclasses import dataclass, field

from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import ConnectionTimedOut, NameNotFound, NetworkError, Stream

from . import resp
from .resp import Incomplete, RedisError, Status, Value

_VALUED = {"-h": "host", "-p": "port", "-a": "password", "--pass": "password", "-n": "database", "-r": "repeat"}
_VALUED |= {"-i": "interval", "--user": "user", "-t": "timeout", "-u": "uri"}
_FLAGS = {"--raw": "raw", "--no-raw": "no_raw", "--no-auth-warning": "quiet", "-x": "stdin", "-e": "errors"}
_FLAGS |= {"--csv": "csv"}


@dataclass
class _Options:
    """The command line."""

    words: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    @property
    def host(self) -> str:
        """Where the server is."""
        return self.values.get("host", "127.0.0.1")

    @property
    def port(self) -> int:
        """Its port."""
        text = self.values.get("port", "6379")
        return int(text) if text.isdigit() else 6379


async def cli(process: Process, version: str) -> int:
    """``redis-cli [-h HOST] [-p PORT] [-a PASSWORD] [-n DATABASE] [--raw|--no-raw] [COMMAND…]``"""
    if process.argv[1:] in (["--version"], ["-v"]):
        process.print(f"redis-cli {version}")
        return 0
    try:
        options = _parse(process.argv[1:])
    except ValueError as error:
        process.complain(str(error))
        return 1
    return await Cli(process, options).run()


def _parse(words: list[str]) -> _Options:
    options, left = _Options(), list(words)
    while left and left[0].startswith("-"):
        word = left.pop(0)
        if word in _VALUED:
            if not left:
                raise ValueError(f"Unrecognized option or bad number of args for: '{word}'")
            options.values[_VALUED[word]] = left.pop(0)
        elif word in _FLAGS:
            options.flags.add(_FLAGS[word])
        else:
            raise ValueError(f"Unrecognized option or bad number of args for: '{word}'")
    options.words = left
    return options


class Cli:
    """One run of redis-cli."""

    def __init__(self, process: Process, options: _Options):
        self._process = process
        self._options = options
        self._raw = "raw" in options.flags or not (process.tty or "no_raw" in options.flags)

    async def run(self) -> int:
        """Connect, send what is to be sent, and return the exit code."""
        process, options = self._process, self._options
        try:
            connection = await process.network.connect(options.host, options.port)
        except NetworkError as error:
            process.complain(f"Could not connect to Redis at {options.host}:{options.port}: {_reason(error)}")
            return 1
        try:
            stream = connection.open_stream()
            talk = _Talk(stream)
            await self._greet(talk)
            if options.words:
                return await self._repeat(talk)
            return await self._lines(talk)
        except (Incomplete, NetworkError):
            if options.words and options.words[0].lower() != "shutdown":
                process.complain("Error: Server closed the connection")
                return 1
            return 0
        finally:
            connection.close()

    async def _greet(self, talk: _Talk) -> None:
        values = self._options.values
        if "password" in values:
            if "quiet" not in self._options.flags:
                self._process.complain(
                    "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe."
                )
            answer = await talk.ask(["AUTH", values["password"]])
            if isinstance(answer, RedisError):
                self._process.complain(f"AUTH failed: {answer}")
        if "database" in values:
            await talk.ask(["SELECT", values["database"]])

    async def _repeat(self, talk: _Talk) -> int:
        values, words = self._options.values, list(self._options.words)
        if "stdin" in self._options.flags:
            data = bytearray()
            while chunk := await self._process.stdin.read():
                data += chunk
            words.append(data.decode(errors="replace"))
        status = 0
        for index in range(int(values.get("repeat", "1"))):
            if index:
                await asyncio.sleep(float(values.get("interval", "0")))
            status = self._show(await talk.ask(words))
        return status

    async def _lines(self, talk: _Talk) -> int:
        """Send what standard input has, a command a line; at a terminal with a prompt."""
        process, options = self._process, self._options
        prompt = f"{options.host}:{options.port}> " if process.tty else ""
        pending = b""
        while True:
            process.stdout.write(prompt.encode())
            while b"\n" not in pending:
                chunk = await process.stdin.read()
                if not chunk and not pending:
                    return 0
                pending += chunk or b"\n"
            line, _, pending = pending.partition(b"\n")
            try:
                words = shlex.split(line.decode(errors="replace"))
            except ValueError:
                process.print("Invalid argument(s)")
                continue
            if words[:1] in (["quit"], ["exit"]):
                return 0
            if words:
                self._show(await talk.ask(words))
                await process.stdout.drain()

    def _show(self, value: Value) -> int:
        text = _raw(value) if self._raw else _typed(value).encode()
        if isinstance(value, RedisError) and self._raw:
            text += b"\n" if self._options.words else b""
        self._process.stdout.write(text + b"\n")
        return int(isinstance(value, RedisError) and "errors" in self._options.flags)


class _Talk:
    def __init__(self, stream: Stream):
        self._stream = stream
        self._reader = resp.Reader(stream)

    async def ask(self, words: list[str]) -> Value:
        self._stream.write(resp.command([word.encode() for word in words]))
        await self._stream.drain()
        return await self._reader.value()


def _reason(error: NetworkError) -> str:
    if isinstance(error, NameNotFound):
        return "Temporary failure in name resolution" if error.temporary else "Name or service not known"
    return "Connection timed out" if isinstance(error, ConnectionTimedOut) else error.reason


def _raw(value: Value) -> bytes:
    """Return an answer as other programs like to read it."""
    if value is None:
        return b""
    if isinstance(value, list):
        return b"\n".join(_raw(each) for each in value)
    if isinstance(value, bytes):
        return value
    return (value.text if isinstance(value, Status) else str(value)).encode()


def _typed(value: Value, indent: int = 0) -> str:
    """Return an answer as people read it at a terminal."""
    if value is None:
        return "(nil)"
    if isinstance(value, Status):
        return value.text
    if isinstance(value, RedisError):
        return f"(error) {value}"
    if isinstance(value, int):
        return f"(integer) {value}"
    if isinstance(value, bytes):
        return f'"{_quoted(value)}"'
    if not value:
        return "(empty array)"
    width = len(str(len(value)))
    lines = []
    for index, each in enumerate(value, start=1):
        head = f"{index:>{width}}) "
        lines.append(("" if index == 1 else " " * indent) + head + _typed(each, indent + len(head)))
    return "\n".join(lines)


def _quoted(data: bytes) -> str:
    shown = {0x22: '\\"', 0x5C: "\\\\", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t", 0x07: "\\a", 0x08: "\\b"}
    return "".join(shown.get(each) or (chr(each) if 32 <= each < 127 else f"\\x{each:02x}") for each in data)
