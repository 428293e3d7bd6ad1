"""Which drill comes next: what went wrong before comes sooner, what went well comes later.

A fault that was never met has the weight 2. One that went wrong the last time (a wrong diagnosis, a hint that was
needed, given up) has the weight 4. One that went well has the weight 1, half of that when it went well twice in a row,
and so on. Of the last drill's fault it is a quarter: there is something in between. The draw is seeded by the number of
drills that have ended, so that the same drill comes again until it has ended.
"""

from __future__ import annotations

from itertools import takewhile
from random import Random
from typing import Any

from kubelearn.course import passed

from .plan import drawn, has_level, of_level

#: The section of the progress file.
SECTION = "drills"
_NEW, _WRONG, _WELL, _JUST_NOW = 2.0, 4.0, 1.0, 0.25
#: What is kept of a drill.
_FIELDS: dict[str, type] = {
    "level": int,
    "result": str,
    "seconds": int,
    "rungs": list,
    "misdiagnosed": int,
    "well": bool,
    "number": int,
}
#: How many seeds are tried until one has the fault that is wanted: at least every twentieth has.
_MOST = 10_000


def note(fault: str, record: dict[str, Any]) -> None:
    """Note how a drill has ended.

    Args:
        fault: name of its fault.
        record: its ``level``, ``seed``, ``result``, ``seconds``, ``rungs`` that were hinted at, number of wrong
            diagnoses (``misdiagnosed``), and whether it went ``well``.
    """
    number = sum(map(len, ended().values())) + 1
    passed.note(SECTION, fault, {**record, "number": number})


def ended() -> dict[str, list[dict[str, Any]]]:
    """Return how drills have ended, by fault; what another version has noted otherwise is left out."""
    read = {fault: list(filter(_is_record, records)) for fault, records in passed.noted(SECTION).items()}
    return {fault: records for fault, records in read.items() if records}


def _is_record(entry: object) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(name), kind) for name, kind in _FIELDS.items())


def next_seed(level: int) -> int:
    """Return the seed of the next drill of a level.

    Raises:
        ValueError: there is no such level.
    """
    has_level(level)
    records = ended()
    chance = Random(f"next {level} {sum(map(len, records.values()))}")
    possible = of_level(level)
    (wanted,) = chance.choices(possible, [weight(name, records) for name in possible])
    seeds = (chance.randrange(10**6) for _ in range(_MOST))
    return next(seed for seed in seeds if wanted in drawn(level, seed))


def weight(fault: str, records: dict[str, list[dict[str, Any]]]) -> float:
    """Return how much sooner than others a fault comes."""
    own = records.get(fault, [])
    if not own:
        return _NEW
    latest = max(record["number"] for found in records.values() for record in found)
    rest = _JUST_NOW if own[-1]["number"] == latest else 1.0
    if not own[-1]["well"]:
        return _WRONG * rest
    row = sum(1 for _ in takewhile(lambda record: record["well"], reversed(own)))
    halved: float = 0.5 ** (row - 1)
    return _WELL * rest * halved
