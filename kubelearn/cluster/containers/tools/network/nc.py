"""``nc``: BusyBox' and OpenBSD's, which differ in options and words, and ``telnet``."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.commands import run_command
from kubelearn.cluster.containers.tools.options import (
    Given,
    Misuse,
    Syntax,
    UsageError,
    applet,
    number,
    parse,
    tool,
)
from kubelearn.cluster.network import (
    AddressInUse,
    Connection,
    ConnectionRefused,
    ConnectionTimedOut,
    Listener,
    NameNotFound,
    NetworkError,
    Stream,
)
from kubelearn.cluster.streams import BrokenPipe, Reader, Writer
from kubelearn.cluster.well_known import is_ipv4

_SERVICES = {
    22: "ssh",
    23: "telnet",
    25: "smtp",
    53: "domain",
    80: "http",
    443: "https",
    3306: "mysql",
    5432: "postgresql",
    6379: "redis",
    8080: "http-alt",
}
#: How long a datagram's answer may take when nothing else is said, in seconds.
_ANSWER = 1.0
Talk = Callable[[Stream], Awaitable[None]]


async def _resolve(process: Process, host: str) -> str:
    """Return a host's first address; BusyBox tries no other.

    Raises:
        UsageError: it has none.
    """
    try:
        return (await process.network.resolve(host))[0]
    except NameNotFound:
        raise UsageError(f"bad address '{host}'") from None


async def copy(source: Reader, target: Writer, idle: float | None = None) -> None:
    """Copy bytes to their end, as they come, or until nothing has come for some seconds."""
    with contextlib.suppress(TimeoutError):
        while True:
            async with asyncio.timeout(idle):
                chunk = await source.read()
            if not chunk:
                return
            target.write(chunk)
            await target.drain()


async def both_ways(process: Process, stream: Stream) -> bool:
    """Carry bytes to and fro until either side is done; return whether it was the other one alone."""
    sending = asyncio.create_task(copy(process.stdin, stream))
    receiving = asyncio.create_task(copy(stream, process.stdout))
    try:
        await asyncio.wait({sending, receiving}, return_when=asyncio.FIRST_COMPLETED)
        return receiving.done() and not sending.done()
    finally:
        sending.cancel()
        receiving.cancel()


@dataclass
class _Server:
    """What ``nc -l`` listens with: one client, or one after another with ``-k``."""

    talk: Talk
    done: asyncio.Event
    keeps: bool
    listener: Listener | None = None

    async def serve(self, stream: Stream) -> None:
        """Talk with a client."""
        if self.listener is not None and not self.keeps:
            self.listener.stop()
        try:
            await self.talk(stream)
        finally:
            if not self.keeps:
                asyncio.get_running_loop().call_soon(self.done.set)


@dataclass
class _Datagrams:
    """What ``nc -lu`` listens with: it prints what comes, and sends the answer that it was given, if any."""

    process: Process
    answer: bytes

    def datagram(self, data: Any, _client: tuple[str, int]) -> Any:
        """Print a message."""
        self.process.stdout.write(data if isinstance(data, bytes) else str(data).encode())
        return self.answer or None


async def _listen(process: Process, given: Given, said: str, talk: Talk) -> int:
    """Listen on the port that the command line names; ``said`` is what ``-v`` prints of it."""
    port = _port(given.get("p") or (given.operands[-1] if given.operands else "0"))
    if "v" in given:
        process.complain(said.format(port=port))
    done = asyncio.Event()
    try:
        if "u" in given:
            listener = process.network.listen(port, _Datagrams(process, b""), "UDP")
        else:
            server = _Server(talk, done, "k" in given or len(given.all("l")) > 1)
            listener = server.listener = process.network.listen(port, server)
    except AddressInUse:
        raise UsageError("bind: Address already in use") from None
    try:
        await done.wait()
    except asyncio.CancelledError:
        listener.close()
        raise
    return 0


async def _pipe(process: Process, stream: Stream, given: Given, *, half_close: bool = True) -> None:
    """Carry standard input to a stream, and what comes back to standard output, until the other side is done.

    With ``-w`` it also ends when that other side has been silent for so long.
    """
    idle = float(number(given.get("w"))) if "w" in given and "l" not in given else None

    async def send() -> None:
        with contextlib.suppress(NetworkError):
            await copy(process.stdin, stream)
            if half_close:
                stream.end()

    sending = asyncio.create_task(send())
    try:
        await copy(stream, process.stdout, idle)
    finally:
        sending.cancel()


async def _run_with(process: Process, stream: Stream, words: list[str]) -> None:
    """Run a program whose input and output are a connection; bytes that it leaves unread reset the connection."""
    with contextlib.suppress(BrokenPipe, NetworkError):
        await run_command(process, words, stdin=stream, stdout=stream)


async def _datagrams(process: Process, given: Given, host: str, port: int) -> int:
    """Send what comes in, chunk by chunk, and print the answers."""
    limit = float(number(given.get("w", "0"))) or _ANSWER
    while chunk := await process.stdin.read():
        try:
            answer = await process.network.exchange(host, port, chunk, timeout=limit)
        except (ConnectionTimedOut, ConnectionRefused):  # of datagrams that nobody answers nc knows nothing
            return 0
        process.stdout.write(answer if isinstance(answer, bytes) else str(answer).encode())
        await process.stdout.drain()
    return 0


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise UsageError(f"bad port spec '{text}'")
    return int(text)


def _program_last(words: list[str]) -> list[str]:
    """Return words with the arguments of ``-e PROG ARGS`` in one word, whatever they look like."""
    at = next((at for at, word in enumerate(words) if word.startswith("-") and word.endswith("e")), None)
    if at is None or at + 1 >= len(words):
        return words
    return [*words[: at + 1], "\0".join(words[at + 1 :])]


@applet(
    "[OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen",
    "lknuvz",
    "wpe",
    operands=(0, 2),
    prepare=_program_last,
)
async def _nc(process: Process, given: Given) -> int:
    """``nc`` of BusyBox."""

    async def talk(stream: Stream) -> None:
        if "v" in given:
            peer = f"{stream.peer[0]}:{stream.peer[1]}"
            process.complain(f"connect to {stream.local[0]}:{stream.local[1]} from {peer} ({peer})")
        if "e" in given:
            await _run_with(process, stream, given.get("e").split("\0"))
        else:
            await _pipe(process, stream, given)

    words = given.operands
    if "l" in given:
        return await _listen(process, given, "listening on [::]:{port} ...", talk)
    if len(words) != 2:
        raise Misuse
    host, port = words[0], _port(words[1])
    address = await _resolve(process, host)
    shown, loud = f"{host} ({address}:{port})", len(given.all("v"))
    if "u" in given:
        if loud:
            process.complain(f"{shown} open")
        return 0 if "z" in given else await _datagrams(process, given, address, port)
    try:
        connection = await process.network.connect(address, port, timeout=float(number(given.get("w", "127"))))
    except NetworkError as error:
        if loud > isinstance(error, ConnectionRefused):  # who is refused says so from the second -v on
            process.complain(f"nc: {shown}: {error.reason}")
        return 1
    if loud:
        process.complain(f"{shown} open")
    return await _client(process, given, connection, talk)


async def _client(process: Process, given: Given, connection: Connection, talk: Talk) -> int:
    try:
        if "z" not in given:
            await talk(connection.open_stream())
    except NetworkError as error:
        process.complain(f"nc: {error.reason}")
        return 1
    finally:
        connection.close()
    return 0


#: The usage text of OpenBSD's, with which it answers whatever it does not know.
_USAGE = """usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]
\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]
\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]
\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]
\t  [destination] [port]"""
_OPENBSD = Syntax("", "46CDdFhklNnrStUuvZz", "IiMmOPpqsTVWwXx", operands=(0, None))
#: Options whose effect is not emulated.
_MISSING = "6FSUZIMmOPTVXx"


async def _nc_openbsd(process: Process) -> int:
    """``nc`` of OpenBSD, which Alpine's netcat-openbsd and Debian bring."""
    try:
        given = parse(process.argv[1:], _OPENBSD)
    except Misuse as error:
        process.complain(f"nc: {error}\n{_USAGE}")
        return 1
    if "h" in given:
        process.complain(f"OpenBSD netcat (Debian patchlevel 1.226-1)\n{_USAGE}")
        return 0
    if missing := next((letter for letter in _MISSING if letter in given), ""):
        raise UsageError(f"-{missing} is not supported on this cluster")

    async def talk(stream: Stream) -> None:
        if "v" in given and "l" in given:
            process.complain(f"Connection received on {stream.peer[0]} {stream.peer[1]}")
        await _pipe(process, stream, given, half_close=given.any("Nql"))

    words = given.operands
    if "l" in given:
        said = ("Bound" if "u" in given else "Listening") + " on 0.0.0.0 {port}"
        return await _listen(process, given, said, talk)
    if len(words) < 2:
        process.complain(_USAGE)
        return 1
    host, status = words[0], 1
    for port in [port for word in words[1:] for port in _ports(word)]:
        status = min(status, await _try(process, given, host, port, talk))
    return status


def _ports(word: str) -> range:
    """Return the ports that a number, a range or a service's name means."""
    named = next((port for port, name in _SERVICES.items() if name == word), None)
    if named is not None:
        return range(named, named + 1)
    low, dash, high = word.partition("-")
    if not low.isdigit() or (dash and not high.isdigit()):
        raise UsageError(f"port number invalid: {word}" if word[:1].isdigit() else f'service "{word}" unknown')
    for text in (low, high):
        if text and not 0 < int(text) < 65536:
            raise UsageError(f"port number {'too large' if int(text) else 'too small'}: {text}")
    first, last = sorted((int(low), int(high or low)))
    return range(first, last + 1)


async def _try(process: Process, given: Given, host: str, port: int, talk: Talk) -> int:
    kind = "udp" if "u" in given else "tcp"
    try:
        if "n" in given and not is_ipv4(host):
            raise NameNotFound(host)
        address = (await process.network.resolve(host))[0]
    except NameNotFound:
        raise UsageError(f'getaddrinfo for host "{host}" port {port}: Name does not resolve') from None
    if "u" in given and "z" not in given:
        return await _datagrams(process, given, host, port)
    shown = f"{host} ({address})" if host != address else host
    service = _SERVICES.get(port, "*") if "n" not in given else "*"
    reached = f"Connection to {shown} {port} port [{kind}/{service}] succeeded!"
    if kind == "udp":  # nobody answers a probe: it succeeds
        if "v" in given:
            process.complain(reached)
        return 0
    try:
        connection = await process.network.connect(host, port, timeout=float(given.get("w", "135")))
    except ConnectionTimedOut:
        if "v" in given:
            process.complain(f"nc: connect to {shown} port {port} ({kind}) timed out: Operation in progress")
        return 1
    except NetworkError as error:
        if "v" in given:
            process.complain(f"nc: connect to {shown} port {port} ({kind}) failed: {error.reason}")
        return 1
    if "v" in given:
        process.complain(reached)
    return await _client(process, given, connection, talk)


@applet("[-a] [-l USER] HOST [PORT]", "a", "l", operands=(1, 2))
async def _telnet(process: Process, given: Given) -> int:
    """``telnet`` of BusyBox."""
    host, port = given.operands[0], _port((*given.operands, "23")[1])
    address = await _resolve(process, host)
    try:
        connection = await process.network.connect(address, port)
    except NetworkError as error:
        raise UsageError(f"can't connect to remote host ({address}): {error.reason}") from None
    process.print(f"Connected to {host}")
    await process.stdout.drain()
    try:
        closed = await both_ways(process, connection.open_stream())
    finally:
        connection.close()
    if closed:
        process.print("Connection closed by foreign host\r")
    return int(closed)


NC: dict[str, Program] = {"nc": _nc}
NC_OPENBSD: dict[str, Program] = {"nc": tool(_nc_openbsd)}
TELNET: dict[str, Program] = {"telnet": _telnet}
