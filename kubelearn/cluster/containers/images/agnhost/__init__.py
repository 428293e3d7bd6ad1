"""``registry.k8s.io/e2e-test-images/agnhost``: one program with many commands (K/test/images/agnhost).

``netexec`` is the server that lessons use, ``servers`` are the others, ``clients`` ask, ``flags`` reads a command line.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from kubelearn.cluster.containers.process import Process, Program

from . import clients, netexec, servers
from .flags import FlagError, Flags

__all__ = ["pause", "programs"]

pause = servers.pause
Command = Callable[[Process, str, Flags], Awaitable[int]]


async def _pause(process: Process, _version: str, _flags: Flags) -> int:
    return await pause(process)


#: Name → what it does, and its flags with their defaults.
_COMMANDS: dict[str, tuple[Command, Mapping[str, str]]] = {
    "connect": (clients.connect, clients.CONNECT),
    "dns-server-list": (clients.dns_server_list, {}),
    "dns-suffix": (clients.dns_suffix, {}),
    "entrypoint-tester": (clients.entrypoint_tester, {}),
    "etc-hosts": (clients.etc_hosts, {}),
    "fake-gitserver": (servers.fake_gitserver, {}),
    "inclusterclient": (clients.inclusterclient, clients.INCLUSTERCLIENT),
    "liveness": (servers.liveness, {}),
    "logs-generator": (servers.logs_generator, {"log-lines-total": "0", "run-duration": "0s"}),
    "mounttest": (clients.mounttest, clients.MOUNTTEST),
    "netexec": (netexec.netexec, netexec.FLAGS),
    "pause": (_pause, {}),
    "porter": (servers.porter, servers.PORTER),
    "serve-hostname": (servers.serve_hostname, servers.SERVE_HOSTNAME),
    "test-webserver": (servers.webserver, {"port": "80"}),
}


def programs(version: str) -> dict[str, Program]:
    """Return what agnhost's image of a version has of its own."""

    async def agnhost(process: Process) -> int:
        """``agnhost COMMAND [FLAG…]``"""
        name = process.argv[1] if len(process.argv) > 1 else "--help"
        if name in ("--help", "-h", "help"):
            process.print("Usage:\n  app [command]\n\nAvailable Commands:")
            process.print("\n".join(f"  {known}" for known in sorted(_COMMANDS)))
            return 0
        if name == "--version":
            process.print(f"app version {version}")
            return 0
        if name not in _COMMANDS:
            process.complain(f'Error: unknown command "{name}" for "app"\nRun \'app --help\' for usage.')
            process.complain(f"Of agnhost this cluster has: {', '.join(sorted(_COMMANDS))}")
            return 1
        command, declared = _COMMANDS[name]
        try:
            words = [] if name == "entrypoint-tester" else process.argv[2:]
            return await command(process, version, Flags(declared, words))
        except FlagError as error:
            flags = "".join(f"      --{flag} (default {value!r})\n" for flag, value in sorted(declared.items()))
            process.complain(f"Error: {error}\nUsage:\n  app {name} [flags]\n\nFlags:\n{flags}")
            return 1

    return {"agnhost": agnhost}
