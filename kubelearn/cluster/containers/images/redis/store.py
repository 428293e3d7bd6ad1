"""What a redis server keeps: keys, their values and their times to live."""

from __future__ import annotations

import time

from .resp import RedisError

Kept = bytes | list[bytes] | set[bytes] | dict[bytes, bytes]
#: The longest string, in bytes: a quarter of a pod's share of a small node.
_LONGEST = 16 * 2**20
_KINDS = {bytes: "string", list: "list", set: "set", dict: "hash"}
WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value"


class ScoredSet(dict[bytes, bytes]):
    """A sorted set: member → score."""


class Store:
    """One database."""

    def __init__(self) -> None:
        self._values: dict[bytes, Kept] = {}
        self._ends: dict[bytes, float] = {}

    def __len__(self) -> int:
        return len(self.alive())

    def alive(self) -> list[bytes]:
        """Return the keys that are still alive."""
        return [key for key in list(self._values) if self.get(key) is not None]

    def get(self, key: bytes) -> Kept | None:
        """Return a value of any kind."""
        end = self._ends.get(key)
        if end is not None and end <= time.time():
            self.remove(key)
        return self._values.get(key)

    def kind(self, key: bytes) -> str:
        """Return what ``TYPE`` says."""
        value = self.get(key)
        if isinstance(value, ScoredSet):
            return "zset"
        return "none" if value is None else _KINDS[type(value)]

    def put(self, key: bytes, value: Kept, *, keep_end: bool = False) -> None:
        """Set a value; one that is empty is removed.

        Raises:
            RedisError: there is no room for it.
        """
        if isinstance(value, bytes) and len(value) > _LONGEST:
            raise RedisError("ERR string exceeds maximum allowed size (proto-max-bulk-len)")
        if len(self._values) > 200_000:
            raise RedisError("OOM command not allowed when used memory > 'maxmemory'.")
        if not value and not isinstance(value, bytes):
            self.remove(key)
            return
        self._values[key] = value
        if not keep_end:
            self._ends.pop(key, None)

    def remove(self, key: bytes) -> bool:
        """Remove a key and return whether it was there."""
        self._ends.pop(key, None)
        return self._values.pop(key, None) is not None

    def expire(self, key: bytes, end: float | None) -> None:
        """Let a key live until a time, for ever without."""
        if end is None:
            self._ends.pop(key, None)
        else:
            self._ends[key] = end

    def end(self, key: bytes) -> float | None:
        """Return until when a key lives."""
        return self._ends.get(key)

    def clear(self) -> None:
        """Remove everything."""
        self._values.clear()
        self._ends.clear()

    # Values of a kind

    def string(self, key: bytes) -> bytes | None:
        """Return a string.

        Raises:
            RedisError: the key holds something else; so the others.
        """
        value = self.get(key)
        if value is None or isinstance(value, bytes):
            return value
        raise RedisError(WRONG_TYPE)

    def list(self, key: bytes) -> list[bytes]:
        """Return a list, a new one if there is none."""
        value = self.get(key)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        raise RedisError(WRONG_TYPE)

    def set(self, key: bytes) -> set[bytes]:
        """Return a set, a new one if there is none."""
        value = self.get(key)
        if value is None:
            return set()
        if isinstance(value, set):
            return value
        raise RedisError(WRONG_TYPE)

    def hash(self, key: bytes) -> dict[bytes, bytes]:
        """Return a hash, a new one if there is none."""
        value = self.get(key)
        if value is None:
            return {}
        if isinstance(value, dict) and not isinstance(value, ScoredSet):
            return value
        raise RedisError(WRONG_TYPE)

    def scored(self, key: bytes) -> ScoredSet:
        """Return a sorted set, a new one if there is none."""
        value = self.get(key)
        if value is None:
            return ScoredSet()
        if isinstance(value, ScoredSet):
            return value
        raise RedisError(WRONG_TYPE)


def dump(store: Store) -> list[list[bytes]]:
    """Return the commands that make a database anew."""
    found: list[list[bytes]] = []
    for key in store.alive():
        value, end = store.get(key), store.end(key)
        if isinstance(value, bytes):
            found.append([b"SET", key, value])
        elif isinstance(value, list):
            found.append([b"RPUSH", key, *value])
        elif isinstance(value, set):
            found.append([b"SADD", key, *value])
        elif isinstance(value, ScoredSet):
            found.append([b"ZADD", key, *(part for pair in value.items() for part in reversed(pair))])
        elif value is not None:
            found.append([b"HSET", key, *(part for pair in value.items() for part in pair)])
        if end is not None:
            found.append([b"EXPIREAT", key, str(int(end)).encode()])
    return found
