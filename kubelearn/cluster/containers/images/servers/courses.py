"""Images of courses on Kubernetes whose programs are small enough to be there as they are."""

from __future__ import annotations

import json
import random
from itertools import pairwise

from kubelearn.cluster.containers.images.nginx.pages import files as nginx_files
from kubelearn.cluster.containers.images.web import HTML, JSON
from kubelearn.cluster.containers.process import Process, Program

from .digits import MOST, pi
from .listening import Call, Reply, http

_PAGE = "/usr/share/nginx/html"


def _page(title: str, *lines: str) -> bytes:
    body = "".join(f"<p>{line}</p>\n" for line in lines)
    return f"<!DOCTYPE html>\n<html>\n<body>\n<h1>{title}</h1>\n{body}</body>\n</html>\n".encode()


def _not_found(call: Call) -> Reply:
    return Reply(json.dumps({"status": 404, "error": "Not Found", "path": call.path}), JSON, 404)


# stacksimplify


def hello_world(version: str) -> dict[str, Program]:
    """Return stacksimplify's back end, which says its pod's name below ``/hello``."""

    def answer(call: Call) -> Reply:
        return (
            Reply(f"Hello World  V{version[0]} {call.process.hostname}") if call.path == "/hello" else _not_found(call)
        )

    return {"java": http(answer, 8080, start="Tomcat started on port(s): {port} (http) with context path ''")}


def stack_simplify(version: str) -> dict[str, bytes]:
    """Return the files of nginx with a page that says its version."""
    page = _page("Welcome to Stack Simplify", "Kubernetes Fundamentals Demo", f"Application Version: V{version[0]}")
    return {**nginx_files(), f"{_PAGE}/index.html": page}


#: nginx before the Service ``my-backend-service``.
FRONTEND = {
    **nginx_files(),
    "/etc/nginx/conf.d/default.conf": b"""\
server {
    listen       80;
    server_name  localhost;
    location / {
        proxy_pass http://my-backend-service:8080;
    }
    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
""",
}

# in28minutes, and Viktor Farcic's


def rest_api(version: str) -> dict[str, Program]:
    """Return hello-world-rest-api, which says the end of its pod's name."""

    def answer(call: Call) -> Reply:
        if call.path == "/":
            return Reply("{healthy:true}")
        if call.path == "/hello-world":
            return Reply(f"Hello World  V{version.rpartition('.')[2]} {call.process.hostname[-5:]}")
        if call.path == "/hello-world-bean":
            return Reply('{"message":"Hello World"}', JSON)
        return _not_found(call)

    return {"java": http(answer, 8080, start="Tomcat started on port(s): {port} (http) with context path ''")}


def _demo(call: Call) -> Reply:
    if call.path == "/demo/hello":
        return Reply("hello, world!\n")
    if call.path == "/demo/person":
        return Reply("kubelearn's MongoDB answers no queries\n", status=500)
    return Reply("404 page not found\n", status=404)


GO_DEMO: dict[str, Program] = {"go-demo": http(_demo, 8080, start="Starting the application")}

# Learn Kubernetes in a Month of Lunches


def _who(call: Call) -> Reply:
    return (
        Reply(json.dumps(f"I'm {call.process.hostname} running on Linux"), JSON)
        if call.path == "/"
        else _not_found(call)
    )


def _number(call: Call) -> Reply:
    if call.path == "/rng":
        return Reply(str(random.randrange(100)), JSON)
    return Reply("Ok") if call.path == "/healthz" else _not_found(call)


def vweb(version: str) -> dict[str, bytes]:
    """Return the files of nginx with a page that is its version."""
    text = f"v{version}"
    return {**nginx_files(), f"{_PAGE}/index.html": _page(text), f"{_PAGE}/v.txt": text.encode()}


async def pi_web(process: Process) -> int:
    """``dotnet Pi.Web.dll [-m web|console] [-dp DIGITS]``"""
    words = process.argv[1:]
    given = dict(pairwise(words))
    places = _places(given.get("-dp", "6"))
    if given.get("-m", "console") == "console":
        process.print(pi(places + 1))
        return 0

    def answer(call: Call) -> Reply:
        return Reply(_page("Pi", pi(_places(call.parameters.get("dp", "6")) + 1)), HTML)

    return await http(answer, 80, start="Running in web mode...")(process)


def _places(text: str) -> int:
    return min(int(text), MOST - 1) if text.isdigit() else 6


WHOAMI: dict[str, Program] = {"dotnet": http(_who, 80, start="Now listening on: http://[::]:{port}")}
NUMBERS: dict[str, Program] = {"dotnet": http(_number, 80, start="Now listening on: http://[::]:{port}")}
PI: dict[str, Program] = {"dotnet": pi_web}
HELLO = {**nginx_files(), f"{_PAGE}/index.html": _page("Hello from Chapter 2!")}
