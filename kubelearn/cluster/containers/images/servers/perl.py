"""``perl``: digits of pi, all of Perl that the documentation's Jobs need."""

from __future__ import annotations

import re

from kubelearn.cluster.containers.process import Process, Program

_BPI = re.compile(r"print bpi\((\d+)\);?")
#: So many digits are computed in a moment.
_MOST = 10_000


def programs(version: str) -> dict[str, Program]:
    """Return what Perl's images have of their own."""

    async def main(process: Process) -> int:
        words = process.argv[1:]
        if words in (["-v"], ["--version"]):
            process.print(f"\nThis is perl 5, version {version.split('.')[1]} (v{version})")
            return 0
        found = _BPI.fullmatch(words[-1]) if "-Mbignum=bpi" in words else None
        if found is None or int(found[1]) > _MOST:
            process.complain(
                f"perl: on this cluster only perl -Mbignum=bpi -wle 'print bpi(N)' is there, with N up to {_MOST}"
            )
            return 2
        process.print(_pi(int(found[1])))
        return 0

    return {"perl": main}


def _pi(digits: int) -> str:
    """Return pi with so many digits, the last one rounded (Machin's formula)."""
    unit = 10 ** (digits + 9)
    value = 4 * (4 * _arctan(5, unit) - _arctan(239, unit))
    text = str((value + 5 * 10**9) // 10**10)
    return f"{text[0]}.{text[1:]}" if digits > 1 else text


def _arctan(number: int, unit: int) -> int:
    """Return the arcus tangent of 1/number, times a unit."""
    power = total = unit // number
    divisor = 1
    while power:
        power //= -number * number
        divisor += 2
        total += power // divisor
    return total
