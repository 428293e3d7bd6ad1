"""Small servers that are met in many manifests: httpbin, and pages that say who answers."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

from kubelearn.cluster.containers.images.web import HTML, JSON, clock
from kubelearn.cluster.containers.process import Process, Program

from .listening import Call, Reply, http

_HELLO = """
Hello from Docker!
This message shows that your installation appears to be working correctly.
"""


def nginx_hello(version: str) -> dict[str, Program]:
    """Return nginxdemos/hello: who answers, as a page, or as text where the tag says so."""

    def answer(call: Call) -> Reply:
        rows = {
            "Server address": f"{call.process.network.ip}:80",
            "Server name": call.process.hostname,
            "Date": clock("%d/%b/%Y:%H:%M:%S +0000"),
            "URI": call.target,
            "Request ID": secrets.token_hex(16),
        }
        if version == "plain-text":
            return Reply("".join(f"{name}: {value}\n" for name, value in rows.items()), b"text/plain")
        lines = "".join(f"<p><span>{name}:</span> <span>{value}</span></p>\n" for name, value in rows.items())
        return Reply(
            f"<!DOCTYPE html>\n<html><head><title>Hello World</title></head><body>\n{lines}</body></html>\n", HTML
        )

    return {"nginx": http(answer, 80)}


def _asked(call: Call) -> dict[str, Any]:
    headers = {name.title(): value for name, value in sorted(call.headers.items())}
    url = f"{call.scope['scheme']}://{call.headers.get('host', '')}{call.target}"
    return {"args": call.parameters, "headers": headers, "origin": call.client, "url": url}


async def httpbin(call: Call) -> Reply:
    """What a client sent, by method; ``/status/N``, ``/delay/N``, ``/headers``, ``/ip``, ``/anything``."""
    parts = call.path.strip("/").split("/")
    first, number = parts[0], parts[1] if len(parts) > 1 else ""
    method, asked = call.scope["method"], _asked(call)
    if first == "status" and number.isdigit() and 200 <= int(number) < 600:
        return Reply("", b"text/html; charset=utf-8", int(number))
    if first == "delay" and number.isdigit():
        await asyncio.sleep(min(int(number), 10))
    elif first in ("get", "post", "put", "patch", "delete") and not number:
        if first != method.lower():
            return Reply("Method Not Allowed\n", HTML, 405)
    elif first in ("headers", "ip", "user-agent"):
        some = {"headers": asked["headers"], "ip": asked["origin"], "user-agent": call.headers.get("user-agent")}
        asked = {"origin" if first == "ip" else first: some[first]}
    elif first == "anything":
        asked["method"] = method
    elif call.path == "/":
        return Reply("<!DOCTYPE html>\n<html><head><title>httpbin.org</title></head></html>\n", HTML)
    else:
        return Reply("Not Found\n", HTML, 404)
    if call.body:
        asked["data"] = call.body.decode(errors="replace")
    return Reply(json.dumps(asked, indent=2, sort_keys=True) + "\n", JSON)


def istio_hello(version: str) -> dict[str, Program]:
    """Return istio's helloworld, of which each version is an image."""

    def answer(call: Call) -> Reply:
        if call.path == "/health":
            return Reply("Helloworld is healthy")
        return Reply(f"Hello version: {version}, instance: {call.process.hostname}\n")

    return {"python": http(answer, 5000, start=" * Running on http://0.0.0.0:{port}")}


def _requested(call: Call) -> Reply:
    headers = "".join(f"{name.title()}: {value}\n" for name, value in sorted(call.headers.items()) if name != "host")
    return Reply(
        f"Request served by {call.process.hostname}\n\n{call.scope['method']} {call.target} HTTP/1.1\n\n"
        f"Host: {call.headers.get('host', '')}\n{headers}{call.body.decode(errors='replace')}"
    )


async def _hello_docker(process: Process) -> int:
    process.print(_HELLO)
    return 0


HTTPBIN: dict[str, Program] = dict.fromkeys(("gunicorn", "go-httpbin"), http(httpbin, 80, variable="PORT"))
GO_HTTPBIN: dict[str, Program] = {"go-httpbin": http(httpbin, 8080, option="-port", variable="PORT")}
HELLO_V1, HELLO_V2 = istio_hello("v1"), istio_hello("v2")
ECHO_SERVER: dict[str, Program] = {
    "echo-server": http(_requested, 8080, variable="PORT", start="Echo server listening on port {port}.")
}
NODE_HELLO: dict[str, Program] = {"node": http(lambda _: Reply("Hello Kubernetes!", b""), 8080)}
HELLO_DOCKER: dict[str, Program] = {"hello": _hello_docker}
