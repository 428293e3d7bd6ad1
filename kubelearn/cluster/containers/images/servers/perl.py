"""``perl``: digits of pi, all of Perl that the documentation's Jobs need."""

from __future__ import annotations

import re

from kubelearn.cluster.containers.process import Process, Program

from .digits import MOST, pi

_BPI = re.compile(r"print bpi\((\d+)\);?")


def programs(version: str) -> dict[str, Program]:
    """Return what Perl's images have of their own."""

    async def main(process: Process) -> int:
        words = process.argv[1:]
        if words in (["-v"], ["--version"]):
            process.print(f"\nThis is perl 5, version {version.split('.')[1]} (v{version})")
            return 0
        found = _BPI.fullmatch(words[-1]) if "-Mbignum=bpi" in words else None
        if found is None or int(found[1]) > MOST:
            process.complain(
                f"perl: on this cluster only perl -Mbignum=bpi -wle 'print bpi(N)' is there, with N up to {MOST}"
            )
            return 2
        process.print(pi(int(found[1])))
        return 0

    return {"perl": main}
