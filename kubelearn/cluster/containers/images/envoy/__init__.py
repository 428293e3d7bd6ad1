"""``envoy`` with a static configuration: listeners of HTTP, routes by path, clusters by address or name, and admin.

``config`` reads it, ``serving`` answers requests, ``files`` are the configurations of images.
"""

from __future__ import annotations

from kubelearn.cluster.containers.images.web import Stopping, clock
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import AddressInUse, Listener

from .config import Config, ConfigError
from .files import CONF, FILES, kiada
from .serving import Admin, Proxy

__all__ = ["FILES", "KIADA", "kiada", "programs"]


def _option(words: list[str]) -> str:
    """Return which file the command line names."""
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in ("-c", "--config-path"):
            return value if equals else "".join(words[index + 1 : index + 2])
    return CONF


def programs(version: str) -> dict[str, Program]:
    """Return what Envoy's image has of its own."""

    async def main(process: Process) -> int:
        def log(level: str, text: str) -> None:
            process.complain(f"[{clock('%Y-%m-%d %H:%M:%S.000')}][1][{level}][main] {text}")

        path = _option(process.argv[1:])
        log("info", f"initializing epoch 0 (base id=0, version={version})")
        try:
            config = Config(process, path)
        except ConfigError as error:
            log("critical", f"error initializing config '  {path}': {error}")
            return 1
        stopping = Stopping(process)
        listeners: list[Listener] = []
        try:
            if config.admin is not None:
                listeners.append(process.network.listen(config.admin, Admin(version, config, stopping)))
            for port in config.ports:
                proxy = Proxy(process, config, port)
                listeners.append(process.network.listen(port.number, proxy, tls=port.tls))
            log("info", "all clusters initialized. initializing init manager")
            log("info", "starting main dispatch loop")
            await stopping.event.wait()
        except AddressInUse:
            log("critical", "error initializing configuration: cannot bind: Address already in use")
            return 1
        finally:
            for listener in listeners:
                listener.close()
        return stopping.code

    async def entrypoint(process: Process) -> int:
        words = process.argv[1:]
        process.argv = ["envoy", *words] if not words or words[0].startswith("-") else words
        return await process.programs[process.argv[0].rpartition("/")[2]](process)

    return {"envoy": main, "docker-entrypoint.sh": entrypoint}


#: kiada-ssl-proxy is made of this version.
KIADA = programs("1.31.10")
