"""What ``INFO`` tells of a server."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .store import Store

_PORT = 6379


@dataclass(frozen=True)
class Facts:
    """What a server knows of itself.

    Attributes:
        begin: when it started.
        served: how many commands it has had.
        offset: how many bytes it has told its replicas.
        master: whose replica it is, None for nobody's.
        linked: whether it has that one's content.
        clients: how many there are.
        replicas: their addresses.
    """

    version: str
    config: dict[str, str]
    stores: dict[int, Store]
    begin: float
    served: int
    offset: int
    master: tuple[str, int] | None
    linked: bool
    clients: int
    replicas: list[str]


def text(server: Facts, wanted: list[str]) -> str:
    """Return the sections that are asked for, all without names."""
    sections = {
        "server": _server,
        "clients": _clients,
        "memory": _memory,
        "stats": _stats,
        "replication": _replication,
        "keyspace": _keyspace,
    }
    everything = not wanted or bool(set(wanted) & {"all", "everything", "default"})
    parts = []
    for name, section in sections.items():
        if everything or name in wanted:
            lines = [f"# {name.capitalize()}", *(f"{key}:{value}" for key, value in section(server).items())]
            parts.append("".join(f"{line}\r\n" for line in lines))
    return "\r\n".join(parts)


def _server(server: Facts) -> dict[str, object]:
    return {
        "redis_version": server.version,
        "redis_mode": "standalone",
        "os": "Linux 6.1.0-kubelearn x86_64",
        "process_id": 1,
        "tcp_port": server.config["port"],
        "uptime_in_seconds": int(time.time() - server.begin),
        "uptime_in_days": 0,
    }


def _clients(server: Facts) -> dict[str, object]:
    return {"connected_clients": server.clients, "blocked_clients": 0}


def _memory(server: Facts) -> dict[str, object]:
    return {"used_memory": 1_000_000, "used_memory_human": "976.56K", "maxmemory": server.config["maxmemory"]}


def _stats(server: Facts) -> dict[str, object]:
    return {"total_commands_processed": server.served}


def _replication(server: Facts) -> dict[str, object]:
    found: dict[str, object] = {"role": "slave" if server.master else "master"}
    if server.master is not None:
        found |= {
            "master_host": server.master[0],
            "master_port": server.master[1],
            "master_link_status": "up" if server.linked else "down",
            "master_last_io_seconds_ago": 0 if server.linked else -1,
            "master_sync_in_progress": 0,
            "slave_read_only": 1,
        }
    found["connected_slaves"] = len(server.replicas)
    for index, each in enumerate(server.replicas):
        found[f"slave{index}"] = f"ip={each},port={_PORT},state=online,offset={server.offset},lag=0"
    return found | {"master_repl_offset": server.offset}


def _keyspace(server: Facts) -> dict[str, object]:
    kept = {number: store for number, store in server.stores.items() if len(store)}
    return {f"db{number}": f"keys={len(store)},expires=0,avg_ttl=0" for number, store in kept.items()}
