"""Tools on the system: ``machine`` (env, hostname, …), ``accounts`` (id, whoami), ``clock`` (date), ``processes`` (ps,
kill, …) and ``running`` (xargs, timeout, watch, …)."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Program

from . import accounts, clock, machine, processes, running

TOOLS: dict[str, Program] = {**machine.TOOLS, **accounts.TOOLS, **clock.TOOLS, **processes.TOOLS, **running.TOOLS}
HOSTNAME_DEBIAN = machine.HOSTNAME_DEBIAN
