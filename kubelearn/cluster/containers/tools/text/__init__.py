"""Tools on text: ``lines`` (cat, sort, …), ``patterns`` (grep, sed, awk), ``printing`` (echo, printf), ``conditions``
(test) and ``encoding`` (base64, gzip, dd, …)."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Program

from . import conditions, encoding, lines, patterns, printing

TOOLS: dict[str, Program] = {
    **lines.TOOLS,
    **patterns.TOOLS,
    **printing.TOOLS,
    **conditions.TOOLS,
    **encoding.TOOLS,
}
