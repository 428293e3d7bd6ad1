"""``redis-server``: connections, commands on the server itself, replicas."""

from __future__ import annotations

import asyncio
import contextlib
import fnmatch
import time
from dataclasses import dataclass

from kubelearn.cluster.containers.images.web import Stopping
from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import AddressInUse, Connection, NetworkError, Stream

from . import info, kinds, resp
from .commands import COMMANDS
from .resp import OK, Incomplete, RedisError, Status, Value
from .settings import configuration
from .store import Store, dump

#: Loaded, so that its commands are listed.
_KINDS = kinds
PORT = 6379
_READONLY = "READONLY You can't write against a read only replica."
#: Seconds between attempts of a replica to reach its master, and how long one may take.
_RETRY, _CONNECT = 1.0, 5.0
#: What a replica says to its master to have everything that is written from then on.
_SYNC = [b"KUBELEARN.SYNC"]


async def server(process: Process, version: str) -> int:
    """``redis-server [FILE] [--OPTION VALUE…]``"""
    if process.argv[1:] in (["--version"], ["-v"]):
        process.print(f"Redis server v={version} sha=00000000:1 malloc=jemalloc-5.3.0 bits=64 build=0")
        return 0
    try:
        config = configuration(process)
    except ValueError as error:
        process.complain(f"\n*** FATAL CONFIG FILE ERROR (Redis {version}) ***\n{error}")
        return 1
    return await Server(process, version, config).run()


@dataclass
class _Client:
    """One connection.

    Attributes:
        queue: commands of a transaction, None outside one.
        replica: what is written is told to it, and it reads no answers.
    """

    stream: Stream
    known: bool = False
    queue: list[list[bytes]] | None = None
    replica: bool = False
    database: int = 0


class Server:
    """A running server; it listens with :meth:`serve`."""

    def __init__(self, process: Process, version: str, config: dict[str, str]):
        self._process = process
        self._version = version
        self._config = config
        self._stores: dict[int, Store] = {}
        self._clients: list[_Client] = []
        self._stopping = Stopping(process)
        self._begin = time.time()
        self._master: tuple[str, int] | None = None
        self._linked = False
        self._following: asyncio.Task[None] | None = None
        self._served = 0
        self._offset = 0

    # Life

    async def run(self) -> int:
        """Serve until SIGTERM or SHUTDOWN."""
        text = self._config["port"]
        port = int(text) if text.isdigit() else PORT
        self._note("oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo")
        self._note(f"Redis version={self._version}, bits=64, commit=00000000, modified=0, pid=1, just started")
        try:
            listener = self._process.network.listen(port, self)
        except AddressInUse:
            self._note(
                f"Warning: Could not create server TCP listening socket *:{port}: bind: Address already in use", "#"
            )
            self._note(f"Failed listening on port {port} (tcp), aborting.", "#")
            return 1
        self._note(f"Running mode=standalone, port={port}.")
        self._note("Server initialized")
        tcp = " tcp" if int(self._version.partition(".")[0]) >= 7 else ""
        self._note(f"Ready to accept connections{tcp}")
        if master := self._config["replicaof"].split():
            self._follow((master[0], int(master[-1])))
        try:
            await self._stopping.event.wait()
        finally:
            self._follow(None)
            listener.close()
        self._note("User requested shutdown...")
        self._note("Redis is now ready to exit, bye bye...")
        return self._stopping.code

    def _note(self, text: str, level: str = "*") -> None:
        role = "S" if self._master else "M"
        now = time.time()
        when = time.strftime("%d %b %Y %H:%M:%S", time.gmtime(now))
        self._process.print(f"1:{role} {when}.{int(now % 1 * 1000):03d} {level} {text}")

    def _store(self, client: _Client) -> Store:
        return self._stores.setdefault(client.database, Store())

    # Clients

    async def serve(self, stream: Stream) -> None:
        """Talk with one client until either side is done."""
        client, reader = _Client(stream, known=not self._config["requirepass"]), resp.Reader(stream)
        self._clients.append(client)
        try:
            while True:
                words = await reader.command()
                if not words:
                    continue
                answer = self._answer(client, words)
                if not client.replica:
                    stream.write(resp.encode(answer))
                await stream.drain()
                if words[0].lower() == b"quit":
                    return
        except RedisError as error:  # not this protocol
            stream.write(resp.encode(error))
        except Incomplete:
            pass  # the client has gone
        finally:
            self._clients.remove(client)

    def _answer(self, client: _Client, words: list[bytes]) -> Value:
        try:
            return self._run(client, words)
        except RedisError as error:
            return error

    def _run(self, client: _Client, words: list[bytes]) -> Value:
        self._served += 1
        name = words[0].decode("latin-1").lower()
        own = getattr(self, f"_do_{name.replace('.', '_')}", None)
        command = COMMANDS.get(name)
        if own is None and command is None:
            begin = " ".join(f"'{word.decode(errors='replace')}'" for word in words[1:])
            raise RedisError(
                f"ERR unknown command '{words[0].decode(errors='replace')}', with args beginning with: "
                + (f"{begin} " if begin else "")
            )
        if not client.known and name not in ("auth", "hello", "quit"):
            raise RedisError("NOAUTH Authentication required.")
        if command is not None and not command.least <= len(words) - 1 <= command.most:
            raise RedisError(f"ERR wrong number of arguments for '{name}' command")
        if client.queue is not None and name not in ("exec", "discard", "multi"):
            client.queue.append(words)
            return Status("QUEUED")
        if own is not None:
            found: Value = own(client, words[1:])
            return found
        assert command is not None  # noqa: S101 - see above
        if command.writes and self._master is not None:
            raise RedisError(_READONLY)
        answer = command.run(self._store(client), words[1:])
        if command.writes:
            self._tell(client.database, words)
        return answer

    def _tell(self, database: int, words: list[bytes]) -> None:
        """Pass a command on to the replicas."""
        data = resp.command([b"SELECT", str(database).encode()]) + resp.command(words)
        self._offset += len(data)
        for client in list(self._clients):
            if client.replica:
                with contextlib.suppress(NetworkError):  # it has gone, and its own connection tells
                    client.stream.write(data)

    # Commands on the server

    def _do_ping(self, _client: _Client, words: list[bytes]) -> Value:
        return words[0] if words else Status("PONG")

    def _do_echo(self, _client: _Client, words: list[bytes]) -> Value:
        _count(words, 1, "echo")
        return words[0]

    def _do_quit(self, _client: _Client, _words: list[bytes]) -> Value:
        return OK

    def _do_select(self, client: _Client, words: list[bytes]) -> Value:
        _count(words, 1, "select")
        if not words[0].isdigit() or int(words[0]) >= int(self._config["databases"]):
            raise RedisError("ERR DB index is out of range")
        client.database = int(words[0])
        return OK

    def _do_auth(self, client: _Client, words: list[bytes]) -> Value:
        password = self._config["requirepass"]
        if not password:
            raise RedisError(
                "ERR AUTH <password> called without any password configured for the default user. "
                "Are you sure your configuration is correct?"
            )
        if not words or words[-1].decode(errors="replace") != password:
            raise RedisError("WRONGPASS invalid username-password pair or user is disabled.")
        client.known = True
        return OK

    def _do_client(self, client: _Client, words: list[bytes]) -> Value:
        what = words[0].lower() if words else b""
        if what in (b"setname", b"setinfo", b"reply", b"no-evict", b"no-touch"):
            return OK
        if what == b"id":
            return self._clients.index(client) + 1
        if what == b"getname":
            return b""
        if what == b"list":
            lines = (f"id={i} addr={c.stream.peer[0]}:{c.stream.peer[1]}" for i, c in enumerate(self._clients, start=1))
            return "".join(f"{line}\n" for line in lines).encode()
        raise RedisError(f"ERR unknown subcommand '{what.decode(errors='replace')}'. Try CLIENT HELP.")

    def _do_command(self, _client: _Client, words: list[bytes]) -> Value:
        return len(COMMANDS) if words[:1] == [b"count"] else []

    def _do_time(self, _client: _Client, _words: list[bytes]) -> Value:
        now = time.time()
        return [str(int(now)).encode(), str(int(now % 1 * 1e6)).encode()]

    def _do_config(self, _client: _Client, words: list[bytes]) -> Value:
        what = words[0].lower() if words else b""
        if what == b"get" and len(words) > 1:
            patterns = [word.decode(errors="replace").lower() for word in words[1:]]
            names = [name for name in self._config if any(fnmatch.fnmatchcase(name, each) for each in patterns)]
            return [part.encode() for name in names for part in (name, self._config[name])]
        if what == b"set" and len(words) == 3:
            name = words[1].decode(errors="replace").lower()
            if name not in self._config:
                raise RedisError(f"ERR Unknown option or number of arguments for CONFIG SET - '{name}'")
            self._config[name] = words[2].decode(errors="replace")
            return OK
        raise RedisError("ERR Unknown subcommand or wrong number of arguments for CONFIG. Try CONFIG HELP.")

    def _do_shutdown(self, _client: _Client, _words: list[bytes]) -> Value:
        self._stopping.exit(0)
        return OK

    def _do_role(self, _client: _Client, _words: list[bytes]) -> Value:
        if self._master is not None:
            host, port = self._master
            state = b"connected" if self._linked else b"connect"
            return [b"slave", host.encode(), port, state, self._offset]
        replicas: list[Value] = [
            [each.stream.peer[0].encode(), str(PORT).encode(), str(self._offset).encode()] for each in self._replicas()
        ]
        return [b"master", self._offset, replicas]

    # Transactions

    def _do_multi(self, client: _Client, _words: list[bytes]) -> Value:
        if client.queue is not None:
            raise RedisError("ERR MULTI calls can not be nested")
        client.queue = []
        return OK

    def _do_discard(self, client: _Client, _words: list[bytes]) -> Value:
        if client.queue is None:
            raise RedisError("ERR DISCARD without MULTI")
        client.queue = None
        return OK

    def _do_exec(self, client: _Client, _words: list[bytes]) -> Value:
        if client.queue is None:
            raise RedisError("ERR EXEC without MULTI")
        queue, client.queue = client.queue, None
        return [self._answer(client, words) for words in queue]

    # Replicas

    def _replicas(self) -> list[_Client]:
        return [client for client in self._clients if client.replica]

    def _do_kubelearn_sync(self, client: _Client, _words: list[bytes]) -> Value:
        """Make the client a replica: it takes the databases at once, and then every write."""
        client.replica = True
        self._note(f"Replica {client.stream.peer[0]}:{PORT} asks for synchronization")
        for number, store in self._stores.items():
            for words in dump(store):
                client.stream.write(resp.command([b"SELECT", str(number).encode()]) + resp.command(words))
        client.stream.write(resp.command([b"PING"]))
        self._note(f"Synchronization with replica {client.stream.peer[0]}:{PORT} succeeded")
        return OK

    def _do_replicaof(self, _client: _Client, words: list[bytes]) -> Value:
        _count(words, 2, "replicaof")
        if [word.lower() for word in words] == [b"no", b"one"]:
            self._follow(None)
            return OK
        if not words[1].isdigit():
            raise RedisError("ERR Invalid master port")
        self._follow((words[0].decode(errors="replace"), int(words[1])))
        return OK

    _do_slaveof = _do_replicaof

    def _follow(self, master: tuple[str, int] | None) -> None:
        if self._following is not None:
            self._following.cancel()
            self._following = None
        self._master, self._linked = master, False
        if master is not None:
            self._following = asyncio.create_task(self._copy(master))

    async def _copy(self, master: tuple[str, int]) -> None:
        """Do what the master does, as long as this is its replica."""
        while True:
            self._note(f"Connecting to MASTER {master[0]}:{master[1]}")
            connection: Connection | None = None
            try:
                connection = await self._process.network.connect(*master, timeout=_CONNECT)
                await self._listen_to(connection)
            except (NetworkError, Incomplete) as error:
                why = str(error) or "Connection refused"
                self._note(
                    f"Unable to connect to MASTER: {why}" if not self._linked else "Connection with master lost.", "#"
                )
            finally:
                self._linked = False
                if connection is not None:
                    connection.close()
            await asyncio.sleep(_RETRY)

    async def _listen_to(self, connection: Connection) -> None:
        stream = connection.open_stream()
        if password := self._config["masterauth"]:
            stream.write(resp.command([b"AUTH", password.encode()]))
        stream.write(resp.command(_SYNC))
        reader, me = resp.Reader(stream), _Client(stream, known=True)
        self._stores.clear()
        self._note("MASTER <-> REPLICA sync started")
        while True:
            words = await reader.command()
            if not words or words[0].startswith((b"+", b"-")):
                continue
            name = words[0].decode("latin-1").lower()
            if name == "ping" and not self._linked:
                self._linked = True
                self._note("MASTER <-> REPLICA sync: Finished with success")
            elif name == "select":
                me.database = int(words[1])
            elif name in COMMANDS:
                with contextlib.suppress(RedisError):  # the master got the same answer
                    COMMANDS[name].run(self._store(me), words[1:])
                    self._tell(me.database, words)

    def _do_info(self, _client: _Client, words: list[bytes]) -> Value:
        replicas = [each.stream.peer[0] for each in self._replicas()]
        facts = info.Facts(
            self._version,
            self._config,
            self._stores,
            self._begin,
            self._served,
            self._offset,
            self._master,
            self._linked,
            len(self._clients) - len(replicas),
            replicas,
        )
        return info.text(facts, [word.decode(errors="replace").lower() for word in words]).encode()


def _count(words: list[bytes], number: int, name: str) -> None:
    if len(words) != number:
        raise RedisError(f"ERR wrong number of arguments for '{name}' command")
