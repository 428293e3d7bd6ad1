"""Tools on text.

``lines`` are cat, sort and their kin, ``patterns`` grep and sed, ``printing`` echo and printf, ``conditions`` test,
``comparing`` diff, hexdump and expr, ``encoding`` base64, gzip and dd.
"""

from __future__ import annotations

from kubelearn.cluster.containers.process import Program

from . import comparing, conditions, encoding, lines, patterns, printing

TOOLS: dict[str, Program] = {
    **lines.TOOLS,
    **patterns.TOOLS,
    **printing.TOOLS,
    **conditions.TOOLS,
    **comparing.TOOLS,
    **encoding.TOOLS,
}
