"""Tools on files: what is there (``listing``, ``find``, ``facts``), what ``changes``, and ``archives`` (tar)."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Program

from . import archives, changes, facts
from .find import find
from .listing import ls

TOOLS: dict[str, Program] = {**changes.TOOLS, **facts.TOOLS, **archives.TOOLS, "ls": ls, "find": find}
