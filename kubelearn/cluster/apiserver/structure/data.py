"""The file on Kubernetes' structure: one line of JSON for what is served, and one for each type.

The first line is an object: ``version``, and ``groups`` as pairs of a name and its versions, these as pairs of a name
and its resources as the API's discovery lists them.  Each other line is an array: a type's name, its fields in Go's
order, and marks, when there are any.  A field is an array, too: name in JSON, type, protobuf's number, marks.  What
the marks mean is said in :mod:`.types`; what is as usual has none.

Most types are never needed, so a line is decoded when its type first is.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Final

import orjson

FILE: Final = Path(__file__).with_name("kubernetes-1.36.jsonl")


@functools.cache
def _lines() -> list[bytes]:
    return FILE.read_bytes().splitlines()


@functools.cache
def _by_type() -> dict[str, bytes]:
    return {line[2 : line.index(b'"', 2)].decode(): line for line in _lines()[1:]}


@functools.cache
def served() -> dict[str, Any]:
    """Return the first line: the version and the groups."""
    found: dict[str, Any] = orjson.loads(_lines()[0])
    return found


def messages() -> frozenset[str]:
    """Return the names of all types."""
    return frozenset(_by_type())


def of_type(message: str) -> tuple[list[list[Any]], dict[str, Any]] | None:
    """Return a type's fields and marks; None when there is no such type."""
    line = _by_type().get(message)
    if line is None:
        return None
    _, fields, *marks = orjson.loads(line)
    return fields, marks[0] if marks else {}
