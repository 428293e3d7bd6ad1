"""Servers that tell the client what it sent, or who answered: for seeing how a Service balances."""

from __future__ import annotations

import html
import json
from typing import Any

from kubelearn.cluster.containers.images.web import HTML, JSON, clock
from kubelearn.cluster.containers.process import Process, Program

from .listening import Call, Reply, files, http

# Who answers


def bootcamp(version: str) -> dict[str, Program]:
    """Return kubernetes-bootcamp, which says its pod's name and its version."""

    def answer(call: Call) -> Reply:
        return Reply(f"Hello Kubernetes bootcamp! | Running on: {call.process.hostname} | v={version}\n", b"text/plain")

    def note(call: Call, _reply: Reply) -> str:
        return f"Running On: {call.process.hostname} | Log Time: {clock('%a %b %d %Y %H:%M:%S')} GMT+0000 (UTC)"

    start = "Kubernetes Bootcamp App Started At: now | Running On:  {hostname} \n"
    return {"node": http(answer, 8080, start=start, note=note)}


def hostname(_call: Call) -> Reply:
    """serve_hostname says its pod's name, as it is."""
    return Reply(_call.process.hostname)


def kubia(version: str) -> dict[str, Program]:
    """Return kubia, which says whom you have hit; version 1 was called ``latest``."""

    def answer(call: Call) -> Reply:
        name = call.process.hostname
        return Reply(f"You've hit {name}\n" if version == "1" else f"This is v{version} running in pod {name}\n", b"")

    def note(call: Call, _reply: Reply) -> str:
        return f"Received request from ::ffff:{call.client}"

    return {"node": http(answer, 8080, start="Kubia server starting...", note=note)}


def kiada(version: str) -> dict[str, Program]:
    """Return kiada, which says its version, its pod's name and the client's address."""

    def answer(call: Call) -> Reply:
        name = call.process.env.get("POD_NAME", call.process.hostname)
        text = f'Kiada version {version}. Request processed by "{name}". Client IP: ::ffff:{call.client}\n'
        if call.path in ("/healthz/ready", "/healthz"):
            text = "OK"
        return Reply(text, b"text/plain")

    def note(call: Call, _reply: Reply) -> str:
        return f"{clock('%Y-%m-%dT%H:%M:%S.000Z')} Received request for {call.target} from ::ffff:{call.client}"

    start = "Kiada - Kubernetes in Action Demo Application\nLocal hostname is {hostname}\nListening on port {port}"
    return {"node": http(answer, 8080, option="--listen-port", start=start, note=note)}


def hello_kubernetes(version: str) -> dict[str, Program]:
    """Return paulbouwer/hello-kubernetes, a page with a message and its pod's name."""

    def answer(call: Call) -> Reply:
        env = call.process.env
        rows = {
            "namespace": env.get("KUBERNETES_NAMESPACE", "-"),
            "pod": env.get("KUBERNETES_POD_NAME", call.process.hostname),
            "node": env.get("KUBERNETES_NODE_NAME", "-"),
        }
        cells = "".join(f"<tr><th>{name}:</th><td>{html.escape(value)}</td></tr>" for name, value in rows.items())
        message = html.escape(env.get("MESSAGE", "Hello world!"))
        return Reply(
            f"<!DOCTYPE html>\n<html><head><title>Hello Kubernetes!</title></head>\n<body>\n"
            f'<div id="message">{message}</div>\n<div id="info"><table>{cells}</table></div>\n</body></html>\n',
            b"text/html; charset=utf-8",
        )

    del version
    return {"node": http(answer, 8080, variable="PORT", start="Listening on: http://{hostname}:{port}")}


def kuard(version: str) -> dict[str, Program]:
    """Return kuard: its page, and the paths that probes ask."""

    def answer(call: Call) -> Reply:
        if call.path in ("/healthy", "/ready"):
            return Reply("ok")
        if call.path != "/":
            return Reply("404 page not found\n", status=404)
        name = call.process.hostname
        return Reply(
            f"<!doctype html>\n<html><head><title>KUAR Demo</title></head>\n<body><h1>Demo application version "
            f"<i>v0.10.0-{version}</i></h1>\n<div>Hostname: {name}</div>\n<div>IP: {call.process.network.ip}</div>\n"
            "</body></html>\n",
            b"text/html; charset=utf-8",
        )

    return {"kuard": http(answer, 8080, start="Serving on HTTP on :{port}")}


# What was sent


def _echoserver_new(call: Call) -> Reply:
    headers = "".join(f"\t{name}={value}\n" for name, value in sorted(call.headers.items()))
    body = call.body.decode(errors="replace") or "\t-no body in request-"
    return Reply(
        f"\n\nHostname: {call.process.hostname}\n\nPod Information:\n\t-no pod information available-\n\n"
        "Server values:\n\tserver_version=nginx: 1.13.3 - lua: 10008\n\nRequest Information:\n"
        f"\tclient_address={call.client}\n\tmethod={call.scope['method']}\n\treal path={call.target}\n"
        f"\tquery={call.query}\n\trequest_version=1.1\n\trequest_scheme={call.scope['scheme']}\n"
        f"\trequest_uri=http://{call.host}:8080{call.target}\n\n"
        f"Request Headers:\n{headers}\nRequest Body:\n{body}\n\n",
        b"text/plain",
    )


def _echoserver_old(call: Call) -> Reply:
    headers = "".join(f"{name}={value}\n" for name, value in sorted(call.headers.items()))
    body = call.body.decode(errors="replace") or "-no body in request-"
    return Reply(
        f"CLIENT VALUES:\nclient_address={call.client}\ncommand={call.scope['method']}\nreal path={call.target}\n"
        f"query={call.query or 'nil'}\nrequest_version=1.1\n"
        f"request_uri=http://{call.host}:8080{call.target}\n\n"
        "SERVER VALUES:\nserver_version=nginx: 1.10.0 - lua: 10001\n\n"
        f"HEADERS RECEIVED:\n{headers}BODY:\n{body}",
        b"text/plain",
    )


def echoserver(version: str) -> dict[str, Program]:
    """Return echoserver; from 1.5 on it says more."""
    old = int(version.partition(".")[2] or 0) < 5
    return {"nginx": http(_echoserver_old if old else _echoserver_new, 8080)}


def _whoami(call: Call) -> Reply:
    if call.path == "/health":
        return Reply("")
    host, port = call.scope["client"]
    name = call.process.env.get("WHOAMI_NAME", "")
    lines = [
        *([f"Name: {name}"] if name else []),
        f"Hostname: {call.process.hostname}",
        "IP: 127.0.0.1",
        "IP: ::1",
        f"IP: {call.process.network.ip}",
        f"RemoteAddr: {host}:{port}",
        f"{call.scope['method']} {call.target} HTTP/1.1",
        f"Host: {call.headers.get('host', '')}",
        *(f"{name.title()}: {value}" for name, value in sorted(call.headers.items(), key=_agent) if name != "host"),
    ]
    if call.path == "/api":
        facts = {"hostname": call.process.hostname, "ip": ["127.0.0.1", "::1", call.process.network.ip]}
        return Reply(json.dumps({**facts, "method": call.scope["method"], "url": "/api"}), JSON)
    return Reply("\n".join(lines) + "\n\n")


def _agent(pair: tuple[str, str]) -> tuple[bool, str]:
    """Sort as Go writes headers: the client's name first."""
    return pair[0] != "user-agent", pair[0]


def _ealen(call: Call) -> Reply:
    process = call.process
    said: dict[str, Any] = {
        "host": {"hostname": call.host, "ip": f"::ffff:{call.client}", "ips": []},
        "http": {
            "method": call.scope["method"],
            "baseUrl": "",
            "originalUrl": call.target,
            "protocol": call.scope["scheme"],
        },
        "request": {
            "params": {"0": call.path},
            "query": call.parameters,
            "cookies": {},
            "body": _body(call),
            "headers": call.headers,
        },
        "environment": {**process.env, "HOSTNAME": process.hostname},
    }
    return Reply(json.dumps(said, separators=(",", ":")), b"application/json; charset=utf-8")


def _mendhak(call: Call) -> Reply:
    said: dict[str, Any] = {
        "path": call.path,
        "headers": call.headers,
        "method": call.scope["method"],
        "body": call.body.decode(errors="replace"),
        "fresh": False,
        "hostname": call.host,
        "ip": f"::ffff:{call.client}",
        "ips": [],
        "protocol": call.scope["scheme"],
        "query": call.parameters,
        "subdomains": [],
        "xhr": False,
        "os": {"hostname": call.process.hostname},
        "connection": {},
    }
    return Reply(json.dumps(said, indent=2), b"application/json; charset=utf-8")


def _body(call: Call) -> Any:
    try:
        return json.loads(call.body) if call.body else {}
    except ValueError:
        return {}


async def http_echo(process: Process) -> int:
    """``/http-echo [-text=TEXT] [-listen=:5678] [-status-code=200]``"""
    options = {"text": process.env.get("ECHO_TEXT", "hello-world"), "listen": ":5678", "status-code": "200"}
    words = list(process.argv[1:])
    while words:
        name, equals, value = words.pop(0).lstrip("-").partition("=")
        if name == "version":
            process.complain("http-echo v1.0.0")
            return 0
        if name not in options:
            process.complain(f"flag provided but not defined: -{name}\nUsage of http-echo:")
            return 2
        if not equals:
            value = words.pop(0) if words else ""
        options[name] = value
    listen = options["listen"].rpartition(":")[2]
    status = int(options["status-code"]) if options["status-code"].isdigit() else 200
    more = ((b"x-app-name", b"http-echo"), (b"x-app-version", b"1.0.0"))

    def answer(call: Call) -> Reply:
        if call.path == "/health":
            return Reply('{"status":"ok"}\n', JSON)
        return Reply(options["text"] + "\n", status=status, headers=more)

    def note(call: Call, said: Reply) -> str:
        when, size = clock("%Y/%m/%d %H:%M:%S"), len(said.body)
        host, agent = call.headers.get("host", ""), call.headers.get("user-agent", "")
        first = f'{host} {call.client}:{call.scope["client"][1]} "{call.scope["method"]} {call.target} HTTP/1.1"'
        return f'{when} {first} {said.status} {size} "{agent}" 12.3µs'

    port = int(listen) if listen.isdigit() else 5678
    start = f"{clock('%Y/%m/%d %H:%M:%S')} [INFO] server is listening on :{port}"
    return await http(answer, port, start=start, note=note)(process)


def _whereami(call: Call) -> Reply:
    env = call.process.env
    said = {
        "node_name": env.get("NODE_NAME", ""),
        "pod_ip": call.process.network.ip,
        "pod_name": call.process.hostname,
        "pod_name_emoji": "",
        "metadata": env.get("METADATA", ""),
        "timestamp": clock("%Y-%m-%dT%H:%M:%S"),
    }
    if call.path == "/healthz":
        return Reply("Ok")
    return Reply(json.dumps({name: value for name, value in said.items() if value}) + "\n", JSON)


def _book(call: Call) -> Reply:
    name = call.process.hostname
    return Reply(f"<html><head><title>K8s rocks!</title></head><body><h1>K8s rocks!</h1>{name}</body></html>\n", HTML)


_PORTS = "Listening on ports {port} for http"


def _hello_world(call: Call) -> Reply:
    return Reply("Hello World!", b"text/html; charset=utf-8", 200 if call.path == "/" else 404)


def _text(call: Call) -> Reply:
    return Reply(f"{call.process.env.get('TEXT', 'default')}\n", b"text/plain")


def _hello_node(call: Call) -> Reply:
    if call.process.argv[1:] == ["index-db.js"]:
        return Reply("Error: kubelearn's MySQL answers no queries\n", status=500)
    return _hello_world(call)


_LISTENING = "Example app listening at http://:::{port}"
K8S_DEMO: dict[str, Program] = {
    "npm": http(_hello_world, 3000, start=_LISTENING),
    "node": http(_hello_node, 3000, start=_LISTENING),
}
TEXT_OF_ENV: dict[str, Program] = {"node": http(_text, 8080)}
HOSTNAME: dict[str, Program] = {"serve_hostname": http(hostname, 9376, option="--port")}
WHOAMI: dict[str, Program] = {
    "whoami": http(_whoami, 80, option="--port", variable="WHOAMI_PORT_NUMBER", start="Starting up on port {port}")
}
HTTP_ECHO: dict[str, Program] = {"http-echo": http_echo}
EALEN: dict[str, Program] = {
    "node": http(_ealen, 80, option="--port", variable="PORT", start="Listening on port {port}.")
}
MENDHAK: dict[str, Program] = {"node": http(_mendhak, 8080, variable="HTTP_PORT", start=_PORTS)}
WHEREAMI: dict[str, Program] = {"whereami": http(_whereami, 8080, variable="PORT")}
BOOK: dict[str, Program] = {"node": http(_book, 8080)}
TEST_WEBSERVER: dict[str, Program] = {"test-webserver": http(files, 80, option="--port")}
HPA_EXAMPLE: dict[str, Program] = {"apache2-foreground": http(lambda _: Reply("OK!", HTML), 80)}
