"""``podcli check http|tcp ADDRESS``: what podinfo's image has for its own probes (podinfo's cmd/podcli)."""

from __future__ import annotations

import asyncio
import json
import re

from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.containers.tools.network.curl import CurlError, Url, parse_url
from kubelearn.cluster.network import NetworkError

#: Options with their defaults.
_OPTIONS = {"method": "GET", "body": "", "retry": "0", "delay": "1s", "timeout": "5s"}
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m)")


async def podcli(process: Process) -> int:
    """``podcli check http|tcp ADDRESS [--retry=N] [--delay=1s] [--timeout=5s]``"""
    try:
        kind, address, options = _read(process.argv[1:])
    except ValueError as error:
        process.complain(f"Error: {error}")
        return 1
    for attempt in range(int(options["retry"]) + 1):
        if attempt != 1:  # as the real one, which waits before the first attempt and not before the second
            await asyncio.sleep(_seconds(options["delay"]))
        if await _check(process, kind, address, options):
            return 0
    return 1


def _read(words: list[str]) -> tuple[str, str, dict[str, str]]:
    """Return what to check, where, and the options.

    Raises:
        ValueError: with what the real one says.
    """
    options, plain = dict(_OPTIONS), []
    left = list(words)
    while left:
        name, equals, value = left.pop(0).partition("=")
        if not name.startswith("--"):
            plain.append(name + equals + value)
        elif name[2:] not in options:
            raise ValueError(f"unknown flag: {name}")
        elif not equals and not left:
            raise ValueError(f"flag needs an argument: {name}")
        else:
            options[name[2:]] = value if equals else left.pop(0)
    if len(plain) < 2 or plain[0] != "check" or plain[1] not in ("http", "tcp"):
        raise ValueError(f'unknown command "{" ".join(plain)}" for "podcli"; only check http and check tcp are here')
    if len(plain) < 3:
        raise ValueError(f"address is required! example: check {plain[1]} https://httpbin.org")
    if not options["retry"].isdigit() or not all(_DURATION.fullmatch(options[key]) for key in ("delay", "timeout")):
        raise ValueError("invalid argument for a flag")
    is_http = plain[1] == "http" and not plain[2].startswith(("http://", "https://"))
    return plain[1], f"http://{plain[2]}" if is_http else plain[2], options


def _seconds(text: str) -> float:
    number, unit = _DURATION.findall(text)[0]
    return float(number) * _UNITS[unit]


async def _check(process: Process, kind: str, address: str, options: dict[str, str]) -> bool:
    """Try once, and note in the log how it went."""
    facts: dict[str, object] = {"address": address}
    try:
        async with asyncio.timeout(_seconds(options["timeout"])):
            status = await _reach(process, parse_url(address), options if kind == "http" else None)
    except (NetworkError, CurlError, TimeoutError) as error:
        facts["error"] = str(error) or "context deadline exceeded"
        status = 0
    if kind == "http" and status:
        facts["status code"] = status
    good = 200 <= status < 400
    process.complain(json.dumps({"level": "info", "msg": "check succeed" if good else "check failed", **facts}))
    return good


async def _reach(process: Process, url: Url, options: dict[str, str] | None) -> int:
    """Connect, and ask if there is what to ask; return the answer's status, 200 for a connection alone."""
    connection = await process.network.connect(url.host, url.port)
    try:
        if options is None:
            return 200
        body = options["body"].encode()
        headers = [(b"host", url.authority.encode()), (b"user-agent", b"Go-http-client/1.1")]
        return (await connection.request(options["method"], url.target, headers, body)).status
    finally:
        connection.close()
