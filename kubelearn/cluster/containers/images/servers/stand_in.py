"""Stand-ins: what runs in place of a program that is not emulated, and says so."""

from __future__ import annotations

import re

from kubelearn.cluster.containers.images.catalogue.entry import Entry
from kubelearn.cluster.containers.images.web import Stopping, body_of, reply
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import AddressInUse, Listener, NetworkError, Receive, Scope, Send, grpc

#: Options that say where most programs listen.
_OPTION = re.compile(r"--?((web|http|server|http-server)[.-])?(listen-)?(port|listen|address|addr|bind-address|bind)")
_NOT_EMULATED = "kubelearn does not emulate {name}: in its place runs a stand-in, which {does}."


def programs(entry: Entry, version: str) -> dict[str, Program]:
    """Return a stand-in under all names that the image's program is started by, and its checks."""
    stand_in = entry.stand_in
    if stand_in is None:
        return {}
    words = [word for word in entry.entrypoint if not word.startswith("-")] + stand_in.commands.split()
    tag = f":{entry.prefix}{version}" if version else ""
    server = _server(f"{entry.repository}{tag}", stand_in.ports)
    check = _check(stand_in.ports)
    named = dict.fromkeys((word.rpartition("/")[2] for word in words), server)
    return {**named, **dict.fromkeys(stand_in.checks.split(), check)}


def _server(name: str, usual: tuple[int, ...]) -> Program:
    async def main(process: Process) -> int:
        ports = _ports(process, usual)
        where = " and ".join(f"on port {port}" for port in ports)
        does = f"listens {where}, and answers every request with what it is" if ports else "does nothing"
        process.print(_NOT_EMULATED.format(name=name, does=does))
        stopping = Stopping(process)
        listeners: list[Listener] = []
        answers = _Answers(process, name)
        try:
            listeners.extend(process.network.listen(port, answers) for port in ports)
            await stopping.event.wait()
        except AddressInUse:
            process.complain(f"listen tcp :{ports[len(listeners)]}: bind: address already in use")
            return 1
        finally:
            for listener in listeners:
                listener.close()
        return stopping.code

    return main


class _Answers:
    """Answers every request with what it is; asked for its health by gRPC, it says that it serves."""

    def __init__(self, process: Process, name: str):
        self._process = process
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await body_of(receive)
        if dict(scope["headers"]).get(b"content-type", b"").startswith(grpc.CONTENT_TYPE):
            await self._call(scope["path"], send)
            return
        said = _NOT_EMULATED.format(name=self._name, does="answers every request with this text")
        asked = f"{scope['method']} {scope['path']} from {scope['client'][0]}"
        await reply(send, f"{said}\nHostname: {self._process.hostname}\nRequest: {asked}\n")

    async def _call(self, path: str, send: Send) -> None:
        if path == grpc.HEALTH:
            serving = grpc.framed(bytes([0x08, grpc.STATUSES.index("SERVING")]))
            await reply(send, serving, 200, grpc.CONTENT_TYPE, (b"grpc-status", b"0"))
            return
        why = f"kubelearn does not emulate {self._name}".encode()
        headers = ((b"grpc-status", str(grpc.CODES.index("Unimplemented")).encode()), (b"grpc-message", why))
        await reply(send, b"", 200, grpc.CONTENT_TYPE, *headers)


def _check(ports: tuple[int, ...]) -> Program:
    """Return a command that says whether the server in its container listens."""

    async def main(process: Process) -> int:
        for port in ports:
            try:
                (await process.network.connect("127.0.0.1", port, timeout=3)).close()
            except NetworkError as error:
                process.complain(f"{process.argv[0]}: nothing listens on port {port}: {error.reason}")
                return 1
        process.print(f"{process.argv[0]}: the stand-in listens on {', '.join(map(str, ports))}")
        return 0

    return main


def _ports(process: Process, usual: tuple[int, ...]) -> tuple[int, ...]:
    """Return where to listen: an option or ``PORT`` says so for the first port."""
    if not usual:
        return ()
    words = process.argv[1:]
    asked = process.env.get("PORT", "")
    first = int(asked) if asked.isdigit() else usual[0]
    for index, word in enumerate(words):
        option, equals, value = word.partition("=")
        if _OPTION.fullmatch(option):
            found = re.search(r"(?:^|:)(\d{1,5})$", value if equals else "".join(words[index + 1 : index + 2]))
            first = int(found[1]) if found else first
    return (first, *usual[1:])
