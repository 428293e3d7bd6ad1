"""How small HTTP servers become programs: a function of the request, a port, a line at the start."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kubelearn.cluster.containers.images.web import TEXT, Stopping, body_of, reply, serve
from kubelearn.cluster.containers.process import SIGTERM, Process, Program
from kubelearn.cluster.network import Receive, Scope, Send


@dataclass
class Call:
    """A request to a small server.

    Attributes:
        process: whose server it is.
        headers: lower case name → value.
    """

    process: Process
    scope: Scope
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path, without query."""
        found: str = self.scope["path"]
        return found

    @property
    def query(self) -> str:
        """The query string."""
        return str(self.scope["query_string"].decode("latin-1"))

    @property
    def parameters(self) -> dict[str, str]:
        """The query's parameters as they were sent, the last of each name."""
        pairs = (pair.partition("=") for pair in self.query.split("&") if pair)
        return {name: value for name, _, value in pairs}

    @property
    def host(self) -> str:
        """The host that the client named, without port."""
        return self.headers.get("host", "").partition(":")[0]

    @property
    def target(self) -> str:
        """Path and query, as the client sent them."""
        raw: str = self.scope["raw_path"].decode("latin-1")
        return raw + (f"?{self.query}" if self.query else "")

    @property
    def client(self) -> str:
        """The client's address."""
        return str(self.scope["client"][0])


@dataclass
class Reply:
    """What a small server answers."""

    body: str | bytes
    kind: bytes = TEXT
    status: int = 200
    headers: tuple[tuple[bytes, bytes], ...] = ()


Answer = Callable[[Call], Reply | Awaitable[Reply]]


def http(
    answer: Answer,
    port: int,
    *,
    option: str = "",
    variable: str = "",
    start: str = "",
    note: Callable[[Call, Reply], str] | None = None,
    loopback: bool = False,
) -> Program:
    """Make a program of a function that answers requests.

    Args:
        answer: what it says to a request.
        port: where it listens, unless its command line or environment says otherwise.
        option: of the command line that names a port, ``--port``.
        variable: of the environment that names a port.
        start: what it prints when it listens; ``{port}`` and ``{hostname}`` are filled in.
        note: what it prints for a request.
        loopback: listen on 127.0.0.1 only.
    """

    async def main(process: Process) -> int:
        number = _port(process, port, option, variable)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            call = Call(process, scope, headers, await body_of(receive))
            found = answer(call)
            said = found if isinstance(found, Reply) else await found
            if note is not None:
                process.print(note(call, said))
            await reply(send, said.body, said.status, said.kind, *said.headers)

        if start:
            process.print(start.format(port=number, hostname=process.hostname))
        return await serve(process, number, app, stopping=Stopping(process, (SIGTERM,)), loopback=loopback)

    return main


def files(call: Call) -> Reply:
    """Answer with a file of the container, or with the names in a folder, as Go's file server does."""
    found, name = call.process.files, call.path.rstrip("/") or "/"
    if found.is_file(name):
        return Reply(found.read(name))
    if not found.is_dir(name):
        return Reply("404 page not found\n", status=404)
    names = "".join(f'<a href="{each}">{each}</a>\n' for each in found.listdir(name))
    return Reply(f"<pre>\n{names}</pre>\n", b"text/html; charset=utf-8")


def _port(process: Process, port: int, option: str, variable: str) -> int:
    words = process.argv[1:]
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if option and "-" + name.lstrip("-") == "-" + option.lstrip("-"):
            text = value if equals else "".join(words[index + 1 : index + 2])
            if found := re.search(r"\d+$", text):
                return int(found[0])
    text = process.env.get(variable, "")
    return int(text) if text.isdigit() else port
