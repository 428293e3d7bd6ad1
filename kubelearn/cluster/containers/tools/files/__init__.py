"""Tools on files: what is there (``listing``, ``find``), what changes (``changes``), and ``archives`` (tar)."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Program

from . import archives, changes
from .find import find
from .listing import ls

TOOLS: dict[str, Program] = {**changes.TOOLS, **archives.TOOLS, "ls": ls, "find": find}
