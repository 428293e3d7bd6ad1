"""``redis``: a server that speaks RESP, and ``redis-cli``.

``resp`` is the protocol, ``store`` the values with their times to live, ``commands`` what the server can do with them,
``server`` the program with its replicas, ``cli`` the client.
"""

from __future__ import annotations

from functools import partial

from kubelearn.cluster.containers.images.starting import start_script
from kubelearn.cluster.containers.process import Program

from .cli import cli
from .server import server


def programs(version: str) -> dict[str, Program]:
    """Return what redis' images have of their own."""
    return {
        "redis-server": partial(server, version=version),
        "redis-cli": partial(cli, version=version),
        "docker-entrypoint.sh": start_script("redis-server"),
    }
