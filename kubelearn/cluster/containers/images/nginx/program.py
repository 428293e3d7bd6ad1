"""nginx' command line: the master process, ``-t``, ``-T``, ``-v``, ``-s``."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

from kubelearn.cluster.containers.process import SIGINT, SIGQUIT, SIGTERM, Process, daemonize
from kubelearn.cluster.network import AddressInUse, Listener

from . import logs
from .directives import walk
from .model import Config, read
from .proxy import Proxies
from .request import check_variables
from .serving import Handler
from .syntax import VARIABLE, ConfigError

SIGHUP, SIGUSR1 = 1, 10
_CONF = "/etc/nginx/nginx.conf"
_HELP = """Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]
             [-e filename] [-c filename] [-g directives]

Options:
  -?,-h         : this help
  -v            : show version and exit
  -V            : show version and configure options then exit
  -t            : test configuration and exit
  -T            : test configuration, dump it and exit
  -q            : suppress non-error messages during configuration testing
  -s signal     : send signal to a master process: stop, quit, reopen, reload
  -p prefix     : set prefix path (default: /etc/nginx/)
  -e filename   : set error log file (default: /var/log/nginx/error.log)
  -c filename   : set configuration file (default: /etc/nginx/nginx.conf)
  -g directives : set global directives out of configuration file
"""
_PID = "/run/nginx.pid"
#: How often nginx tries to listen, and how long it waits between.
_ATTEMPTS, _AGAIN = 5, 0.5
_NOT_RUNNING = 'open() "/run/nginx.pid" failed (2: No such file or directory)'


async def entrypoint(process: Process) -> int:
    """``/docker-entrypoint.sh COMMAND…``: the image's start script."""
    words = process.argv[1:]
    program = process.program(words[0]) if words else None
    if program is None:
        name = words[0] if words else ""
        process.complain(f"/docker-entrypoint.sh: exec: line 47: {name}: not found")
        return 127
    if words[0] in ("nginx", "nginx-debug"):
        _prepare(process)
    process.argv = words
    return await program(process)


def _prepare(process: Process) -> None:
    """Do what the scripts of ``/docker-entrypoint.d`` do, and say so."""
    scripts = "/docker-entrypoint.d"

    def say(text: str) -> None:
        process.print(f"/docker-entrypoint.sh: {text}")

    say(f"{scripts}/ is not empty, will attempt to perform configuration")
    say(f"Looking for shell scripts in {scripts}/")
    say(f"Launching {scripts}/10-listen-on-ipv6-by-default.sh")
    process.print("10-listen-on-ipv6-by-default.sh: info: ipv6 not available")
    say(f"Sourcing {scripts}/15-local-resolvers.envsh")
    say(f"Launching {scripts}/20-envsubst-on-templates.sh")
    _fill_templates(process)
    say(f"Launching {scripts}/30-tune-worker-processes.sh")
    say("Configuration complete; ready for start up")


def _fill_templates(process: Process) -> None:
    """Make configuration of ``/etc/nginx/templates``: variables of the environment are filled in (envsubst)."""
    folder, suffix = process.env.get("NGINX_ENVSUBST_TEMPLATE_DIR", "/etc/nginx/templates"), ".template"
    if not process.files.is_dir(folder):
        return
    target = process.env.get("NGINX_ENVSUBST_OUTPUT_DIR", "/etc/nginx/conf.d")
    for name in process.files.listdir(folder):
        if name.endswith(suffix):
            text = process.files.read(f"{folder}/{name}").decode(errors="replace")
            text = VARIABLE.sub(lambda found: process.env.get(found[1] or found[2], found[0]), text)
            output = f"{target}/{name.removesuffix(suffix)}"
            process.print(f"20-envsubst-on-templates.sh: Running envsubst on {folder}/{name} to {output}")
            process.files.write(output, text.encode())


async def nginx(process: Process) -> int:
    """``nginx [-tTqvV] [-s SIGNAL] [-c FILE] [-g DIRECTIVES]``"""
    try:
        options = _options(process.argv[1:])
    except ValueError as error:
        process.complain(f"nginx: {error}")
        return 1
    version = process.env.get("NGINX_VERSION", "")
    if "h" in options:
        process.complain(f"nginx version: nginx/{version}\n{_HELP}")
        return 0
    if "v" in options or "V" in options:
        process.complain(f"nginx version: nginx/{version}")
        return 0
    if "s" in options:
        return _signal(process, options["s"])
    path = options.get("c", _CONF)
    if "t" in options or "T" in options:
        return await _test(process, path, options)
    return await Master(process, path, options.get("g", "")).run()


def _options(words: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("-") or len(word) < 2:
            raise ValueError(f'invalid option: "{word}"')
        for index, letter in enumerate(word[1:], start=1):
            if letter in "?htTqvV":
                found["h" if letter == "?" else letter] = "yes"
            elif letter in "scgpe":
                value = word[index + 1 :] or (left.pop(0) if left else "")
                if not value:
                    raise ValueError(f'option "-{letter}" requires {"parameter" if letter == "s" else "file name"}')
                if letter == "s" and value not in ("stop", "quit", "reopen", "reload"):
                    raise ValueError(f'invalid option: "-s {value}"')
                found[letter] = value
                break
            else:
                raise ValueError(f'invalid option: "{letter}"')
    return found


async def _load(process: Process, path: str, given: str = "") -> tuple[Config, Proxies]:
    """Read a configuration, check it, and look up the names in it.

    Raises:
        ConfigError: as nginx says it.
    """
    config = read(process.files, path, given)
    check_variables(config, walk(config.http.own))
    proxies = Proxies(process, config)
    await proxies.resolve()
    return config, proxies


async def _test(process: Process, path: str, options: dict[str, str]) -> int:
    try:
        config, _ = await _load(process, path, options.get("g", ""))
    except ConfigError as error:
        logs.note(process, None, "emerg", str(error))
        process.complain(f"nginx: configuration file {path} test failed")
        return 1
    if "q" not in options:
        process.complain(f"nginx: the configuration file {path} syntax is ok")
        process.complain(f"nginx: configuration file {path} test is successful")
    if "T" in options:
        for name, text in config.texts.items():
            process.print(f"# configuration file {name}:\n{text}")
        await process.stdout.drain()
    return 0


def _signal(process: Process, name: str) -> int:
    """Send a signal to the master of the same container."""
    master = next(_masters(process), None)
    if master is None:
        logs.note(process, None, "error", _NOT_RUNNING)
        return 1
    if name == "reload":
        logs.note(process, None, "notice", "signal process started")
    number = {"stop": SIGTERM, "quit": SIGQUIT, "reload": SIGHUP, "reopen": SIGUSR1}[name]
    master.handlers[number]()
    return 0


def _masters(process: Process) -> Iterator[Process]:
    """Yield the processes that listen as nginx in the same container: those that see the same files."""
    for listener in process.network.listeners.values():
        server = listener.server
        if isinstance(server, Handler) and server.process.files is process.files:
            yield server.process


class Master:
    """nginx while it runs."""

    def __init__(self, process: Process, path: str, given: str, *, is_daemon: bool = False):
        self._process = process
        self._is_daemon = is_daemon
        self._path = path
        self._given = given
        self._ended = asyncio.Event()
        self._graceful = False
        self._listeners: dict[int, tuple[Listener, Handler]] = {}
        self._config: Config | None = None
        self._reloads: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()

    async def run(self) -> int:
        """Serve until a signal ends it; return the exit code."""
        process = self._process
        try:
            config, proxies = await _load(process, self._path, self._given)
            self._check_folders(config)
            await self._bind(config, proxies)
            if not self._is_daemon and config.http.args("daemon", "on") == ["on"]:
                self._close()
                daemonize(process, Master(process, self._path, self._given, is_daemon=True).start)
                await asyncio.sleep(0)
                return 0  # it goes on in the background, as long as the container's first process does
        except ConfigError as error:
            self._close()
            logs.note(process, None, "emerg", str(error))
            return 1
        handlers = process.handlers
        handlers[SIGTERM] = handlers[SIGINT] = lambda: self._end(SIGTERM)
        handlers[SIGQUIT] = lambda: self._end(SIGQUIT)
        handlers[SIGHUP] = self._reload
        handlers[SIGUSR1] = lambda: self._note("signal 10 (SIGUSR1) received from 33, reopening logs")
        self._tell_start()
        with contextlib.suppress(OSError):
            process.files.write(_PID, f"{process.pid or 1}\n".encode())
        try:
            await self._ended.wait()
            if self._graceful:
                await asyncio.gather(*(listener.drain() for listener, _ in self._listeners.values()))
        finally:
            self._close()
            with contextlib.suppress(OSError):
                process.files.remove(_PID)
            for reload in self._reloads:
                reload.cancel()
        self._note("exit")
        return 0

    async def start(self, process: Process) -> int:
        """Run as another process, that of the daemon."""
        self._process = process
        return await self.run()

    def _check_folders(self, config: Config) -> None:
        """Refuse to start where the folder for bodies, of which nothing is kept here, could not be made.

        Raises:
            ConfigError: nobody but root may make it, or nobody at all.
        """
        process = self._process
        folder = config.http.args("client_body_temp_path", "/var/cache/nginx/client_temp")[0]
        if any(folder.startswith(f"{path}/") for path in process.files.mounts):
            return
        if process.files.sealed:
            raise ConfigError(f'mkdir() "{folder}" failed (30: Read-only file system)')
        if process.user.uid and not folder.startswith("/tmp/"):  # noqa: S108 - a container's
            raise ConfigError(f'mkdir() "{folder}" failed (13: Permission denied)')

    async def _bind(self, config: Config, proxies: Proxies) -> None:
        """Listen, after some attempts if need be.

        Raises:
            ConfigError: the ports stay taken.
        """
        for _ in range(_ATTEMPTS):
            try:
                self._listen(config, proxies)
                return
            except ConfigError as error:
                logs.note(self._process, None, "emerg", str(error))
                logs.note(self._process, None, "notice", "try again to bind() after 500ms")
            await asyncio.sleep(_AGAIN)
        raise ConfigError("still could not bind()")

    def _note(self, text: str) -> None:
        logs.note(self._process, self._config.http if self._config else None, "notice", text)

    def _tell_start(self) -> None:
        version = self._process.env.get("NGINX_VERSION", "")
        for text in (
            'using the "epoll" event method',
            f"nginx/{version}",
            "built by gcc 14.2.0 (Debian 14.2.0-19) ",
            "OS: Linux 6.1.0-kubelearn",
            "getrlimit(RLIMIT_NOFILE): 1048576:1048576",
            "start worker processes",
            "start worker process 29",
        ):
            self._note(text)

    def _listen(self, config: Config, proxies: Proxies) -> None:
        """Listen where a configuration says, and no longer where it does not.

        Raises:
            ConfigError: a port is taken; what listened before goes on.
        """
        fresh: dict[int, tuple[Listener, Handler]] = {}
        for port in config.ports:
            if port in self._listeners:
                continue
            listen, handler = config.listen_of(port), Handler(self._process, config, port, proxies)
            tls = config.certificate_of(port)
            try:
                listener = self._process.network.listen(port, handler, tls=tls, loopback=listen.loopback)
            except AddressInUse:
                for other, _ in fresh.values():
                    other.close()
                raise ConfigError(f"bind() to 0.0.0.0:{port} failed (98: Address already in use)") from None
            fresh[port] = listener, handler
        for port, (listener, handler) in list(self._listeners.items()):
            if port not in config.ports:
                listener.stop()
                del self._listeners[port]
                continue
            listener.tls = config.certificate_of(port)
            handler.configure(config, proxies)
        self._listeners |= fresh
        self._config = config

    def _reload(self) -> None:
        self._note("signal 1 (SIGHUP) received from 33, reconfiguring")
        self._note("reconfiguring")
        task = asyncio.create_task(self._read_again())
        self._reloads.add(task)
        task.add_done_callback(self._reloads.discard)

    async def _read_again(self) -> None:
        try:
            async with self._turn:  # names take their time: a later configuration must not be overtaken by this one
                self._listen(*await _load(self._process, self._path, self._given))
        except ConfigError as error:  # the old one goes on
            logs.note(self._process, None, "emerg", str(error))
            return
        self._note("start worker processes")

    def _end(self, number: int) -> None:
        self._graceful = number == SIGQUIT
        name = "SIGQUIT" if self._graceful else "SIGTERM"
        self._note(f"signal {number} ({name}) received from 33, {'shutting down' if self._graceful else 'exiting'}")
        self._ended.set()

    def _close(self) -> None:
        for listener, _ in self._listeners.values():
            listener.close()
