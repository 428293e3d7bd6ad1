"""Tools on text.

``lines`` are cat, head and their kin, ``counting`` wc and nl, ``shaping`` fold, split and the pagers,
``sorting`` is sort, ``patterns`` grep, ``sed`` that of ``sed_script``, ``printing`` echo and printf,
``conditions`` test, ``comparing`` diff and expr, ``dumping`` hexdump and od, ``encoding`` base64, gzip and dd.
"""

from __future__ import annotations

from kubelearn.cluster.containers.process import Program

from . import comparing, conditions, counting, dumping, encoding, lines, patterns, printing, sed, shaping, sorting

#: BusyBox' alone.
BUSYBOX: dict[str, Program] = {**shaping.PAGERS, **dumping.HD}
TOOLS: dict[str, Program] = {
    **lines.TOOLS,
    **counting.TOOLS,
    **shaping.TOOLS,
    **sorting.TOOLS,
    **patterns.TOOLS,
    **sed.TOOLS,
    **printing.TOOLS,
    **conditions.TOOLS,
    **comparing.TOOLS,
    **dumping.TOOLS,
    **encoding.TOOLS,
}
