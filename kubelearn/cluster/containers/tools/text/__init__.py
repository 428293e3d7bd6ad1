"""Tools on text.

``lines`` are cat, head and their kin, ``sorting`` is sort, ``patterns`` grep, ``sed`` that of ``sed_script``,
``printing`` echo and printf, ``conditions`` test, ``comparing`` diff, hexdump and expr,
``encoding`` base64, gzip and dd.
"""

from __future__ import annotations

from kubelearn.cluster.containers.process import Program

from . import comparing, conditions, encoding, lines, patterns, printing, sed, sorting

TOOLS: dict[str, Program] = {
    **lines.TOOLS,
    **sorting.TOOLS,
    **patterns.TOOLS,
    **sed.TOOLS,
    **printing.TOOLS,
    **conditions.TOOLS,
    **comparing.TOOLS,
    **encoding.TOOLS,
}
