"""MySQL, PostgreSQL and MongoDB: ports that listen, checks that answer, the log's lines; no queries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from kubelearn.cluster.containers.images.starting import start_script
from kubelearn.cluster.containers.images.web import Stopping, clock
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import AddressInUse, NetworkError, Stream

from .tools import BASH

#: Where clients connect to, as one word: ``mongodb://user:password@host:port/database``.
_URL = re.compile(r"\w+(?:\+srv)?://(?:[^@/]*@)?([^:/?,]+)(?::(\d+))?")
_NO_QUERIES = "{name}: queries are not emulated on this cluster: the server listens, and says whether it is ready"


@dataclass(frozen=True)
class _Database:
    """One kind of server.

    Attributes:
        greeting: what it sends to a client that connects.
        needs: variables of which one has to be set for a new database.
        missing: what it says without.
        ready: its log once it listens; ``{version}`` and ``{port}`` are filled in.
    """

    port: int
    greeting: bytes
    needs: tuple[str, ...]
    missing: str
    ready: tuple[str, ...]


_MYSQL = _Database(
    3306,
    b"J\0\0\0\n8.4.0\0",
    (
        "MYSQL_ROOT_PASSWORD",
        "MYSQL_ALLOW_EMPTY_PASSWORD",
        "MYSQL_RANDOM_ROOT_PASSWORD",
        "MARIADB_ROOT_PASSWORD",
        "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
        "MARIADB_RANDOM_ROOT_PASSWORD",
    ),
    "[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n"
    "    You need to specify one of the following as an environment variable:\n"
    "    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD",
    (
        "[System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld {version}) starting as process 1",
        "[System] [MY-013576] [InnoDB] InnoDB initialization has started.",
        "[System] [MY-013577] [InnoDB] InnoDB initialization has ended.",
        "[System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '{version}'  "
        "socket: '/var/run/mysqld/mysqld.sock'  port: {port}  MySQL Community Server - GPL.",
    ),
)
_POSTGRES = _Database(
    5432,
    b"",
    ("POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_HOST_AUTH_METHOD"),
    "Error: Database is uninitialized and superuser password is not specified.\n"
    "       You must specify POSTGRES_PASSWORD to a non-empty value for the\n"
    '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".',
    (
        "LOG:  starting PostgreSQL {version} on x86_64-pc-linux-gnu, 64-bit",
        'LOG:  listening on IPv4 address "0.0.0.0", port {port}',
        "LOG:  database system is ready to accept connections",
    ),
)
_MONGO = _Database(
    27017,
    b"",
    (),
    "",
    ('{{"s":"I","c":"NETWORK","id":23016,"ctx":"listener","msg":"Waiting for connections","attr":{{"port":{port}}}}}',),
)


class _Server:
    """Reads what clients send, and answers nothing that would be a result."""

    def __init__(self, greeting: bytes):
        self._greeting = greeting

    async def serve(self, stream: Stream) -> None:
        """Talk with one client until it goes."""
        if self._greeting:
            stream.write(self._greeting)
        while await stream.read():
            await stream.drain()


def _server(kind: _Database, version: str) -> Program:
    async def main(process: Process) -> int:
        if process.argv[1:] in (["--version"], ["-V"]):
            process.print(f"{process.argv[0]}  Ver {version}")
            return 0
        if kind.needs and not any(process.env.get(name) for name in kind.needs):
            process.complain(kind.missing)
            return 1
        stopping = Stopping(process)
        try:
            listener = process.network.listen(kind.port, _Server(kind.greeting))
        except AddressInUse:
            process.complain(f"could not bind port {kind.port}: Address already in use")
            return 1
        for line in kind.ready:
            now = clock("%Y-%m-%d %H:%M:%S UTC")
            text = line.format(version=version, port=kind.port)
            process.complain(text if text.startswith("{") else f"{now} [1] {text}")
        try:
            await stopping.event.wait()
        finally:
            listener.close()
        return stopping.code

    return main


def _where(process: Process, port: int) -> tuple[str, int]:
    words = process.argv[1:]
    for word in words:
        if found := _URL.match(word):
            return found[1], int(found[2] or port)
    options = {word: value for word, value in pairwise(words) if word.startswith("-")}
    joined = {word[:2]: word[2:] for word in words if word[:2] in ("-h", "-P") and len(word) > 2}
    long = dict(word.removeprefix("--").split("=", 1) for word in words if word.startswith("--") and "=" in word)
    host = options.get("-h") or options.get("--host") or joined.get("-h") or long.get("host") or "127.0.0.1"
    number = options.get("-P") or options.get("-p") or long.get("port") or joined.get("-P") or ""
    return host, int(number) if number.isdigit() else port


async def _reachable(process: Process, host: str, port: int) -> str:
    """Return why a server cannot be reached, empty if it can."""
    try:
        (await process.network.connect(host, port, timeout=3)).close()
    except NetworkError as error:
        return error.reason
    return ""


async def _mysqladmin(process: Process) -> int:
    host, port = _where(process, 3306)
    if "ping" not in process.argv:
        process.complain(_NO_QUERIES.format(name="mysqladmin"))
        return 1
    if await _reachable(process, host, port):
        process.complain(
            f"mysqladmin: connect to server at '{host}' failed\n"
            f"error: 'Can't connect to MySQL server on '{host}:{port}' (111)'\n"
            "Check that mysqld is running on " + f"{host} and that the port is {port}."
        )
        return 1
    process.print("mysqld is alive")
    return 0


async def _pg_isready(process: Process) -> int:
    host, port = _where(process, 5432)
    shown = "/var/run/postgresql" if host == "127.0.0.1" and "-h" not in process.argv else host
    why = await _reachable(process, host, port)
    process.print(f"{shown}:{port} - {'no response' if why else 'accepting connections'}")
    return 2 if why else 0


def _client(port: int) -> Program:
    """Return a client that says whether it reaches the server, and that it can do no more."""

    async def main(process: Process) -> int:
        name = process.argv[0].rpartition("/")[2]
        host, number = _where(process, port)
        if why := await _reachable(process, host, number):
            process.complain(f"{name}: cannot connect to {host}:{number}: {why}")
            return 1
        process.complain(_NO_QUERIES.format(name=name))
        return 1

    return main


def mysql(version: str) -> dict[str, Program]:
    """Return what MySQL's and MariaDB's images have of their own."""
    server = _server(_MYSQL, version)
    clients = dict.fromkeys(("mysql", "mariadb", "mysqldump"), _client(3306))
    admins = dict.fromkeys(("mysqladmin", "mariadb-admin"), _mysqladmin)
    return {"docker-entrypoint.sh": start_script("mysqld"), "mysqld": server, "mariadbd": server, **clients, **admins}


def postgres(version: str) -> dict[str, Program]:
    """Return what PostgreSQL's images have of their own."""
    clients = dict.fromkeys(("psql", "pg_dump", "createdb"), _client(5432))
    server = _server(_POSTGRES, version)
    own = {"docker-entrypoint.sh": start_script("postgres"), "postgres": server, "pg_isready": _pg_isready}
    return {**own, **clients, **BASH}  # its images have bash, Alpine's as well


def mongo(version: str) -> dict[str, Program]:
    """Return what MongoDB's images have of their own."""
    server = _server(_MONGO, version)
    return {
        "docker-entrypoint.sh": start_script("mongod"),
        "mongod": server,
        **dict.fromkeys(("mongosh", "mongo", "mongoimport", "mongodump"), _client(27017)),
    }
