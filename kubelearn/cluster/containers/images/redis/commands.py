"""The commands on strings, counters and keys, and how a command is listed."""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Callable
from dataclasses import dataclass

from .resp import OK, RedisError, Status, Value
from .store import Store

NOT_INTEGER = "ERR value is not an integer or out of range"
SYNTAX = "ERR syntax error"
Run = Callable[[Store, list[bytes]], Value]


@dataclass(frozen=True)
class Command:
    """A command.

    Attributes:
        least: words that it takes at least, without its name.
        most: words at most.
        writes: whether it changes anything, so that replicas refuse it and are told of it.
    """

    run: Run
    least: int
    most: int
    writes: bool


COMMANDS: dict[str, Command] = {}


def command(name: str, least: int, most: int | None = None, *, writes: bool = False) -> Callable[[Run], Run]:
    """List a function as a command."""

    def keep(run: Run) -> Run:
        COMMANDS[name] = Command(run, least, least if most is None else most, writes)
        return run

    return keep


MANY = 1_000_000


def integer(text: bytes) -> int:
    """Return a whole number.

    Raises:
        RedisError: it is none.
    """
    try:
        if text.strip() != text or b"_" in text:
            raise ValueError
        number = int(text)
    except ValueError:
        raise RedisError(NOT_INTEGER) from None
    if not -(2**63) <= number < 2**63:
        raise RedisError(NOT_INTEGER)
    return number


def real(text: bytes) -> float:
    """Return a number.

    Raises:
        RedisError: it is none.
    """
    try:
        return float(text)
    except ValueError:
        raise RedisError("ERR value is not a valid float") from None


def shown(number: float) -> bytes:
    """Return a number as redis writes it."""
    return (f"{number:.17g}" if number != int(number) else str(int(number))).encode()


def span(first: bytes, last: bytes, size: int) -> tuple[int, int]:
    """Return a range's first and last index; from the end if negative."""
    begin, end = integer(first), integer(last)
    begin = max(begin + size, 0) if begin < 0 else begin
    return begin, min(end + size if end < 0 else end, size - 1)


# Strings


@command("set", 2, 7, writes=True)
def _set(store: Store, words: list[bytes]) -> Value:
    key, value, *options = words
    end, keep, condition, wants_old = None, False, "", False
    while options:
        option = options.pop(0).lower()
        if option in (b"ex", b"px", b"exat", b"pxat"):
            if not options:
                raise RedisError(SYNTAX)
            number = integer(options.pop(0)) / (1000 if option.startswith(b"p") else 1)
            if number <= 0:
                raise RedisError("ERR invalid expire time in 'set' command")
            end = number if option.endswith(b"at") else time.time() + number
        elif option == b"keepttl":
            keep = True
        elif option in (b"nx", b"xx") and not condition:
            condition = option.decode()
        elif option == b"get":
            wants_old = True
        else:
            raise RedisError(SYNTAX)
    old = store.string(key) if wants_old else None
    exists = store.get(key) is not None
    if (condition == "nx" and exists) or (condition == "xx" and not exists):
        return old
    store.put(key, value, keep_end=keep)
    if end is not None:
        store.expire(key, end)
    return old if wants_old else OK


@command("get", 1)
def _get(store: Store, words: list[bytes]) -> Value:
    return store.string(words[0])


@command("getset", 2, writes=True)
def _getset(store: Store, words: list[bytes]) -> Value:
    old = store.string(words[0])
    store.put(*words)
    return old


@command("getdel", 1, writes=True)
def _getdel(store: Store, words: list[bytes]) -> Value:
    old = store.string(words[0])
    store.remove(words[0])
    return old


@command("setnx", 2, writes=True)
def _setnx(store: Store, words: list[bytes]) -> Value:
    if store.get(words[0]) is not None:
        return 0
    store.put(*words)
    return 1


@command("setex", 3, writes=True)
def _setex(store: Store, words: list[bytes]) -> Value:
    return _set(store, [words[0], words[2], b"ex", words[1]])


@command("mset", 2, MANY, writes=True)
def _mset(store: Store, words: list[bytes]) -> Value:
    if len(words) % 2:
        raise RedisError("ERR wrong number of arguments for 'mset' command")
    for key, value in zip(words[::2], words[1::2], strict=True):
        store.put(key, value)
    return OK


@command("mget", 1, MANY)
def _mget(store: Store, words: list[bytes]) -> Value:
    values = [store.get(key) for key in words]
    return [value if isinstance(value, bytes) else None for value in values]


@command("append", 2, writes=True)
def _append(store: Store, words: list[bytes]) -> Value:
    value = (store.string(words[0]) or b"") + words[1]
    store.put(words[0], value, keep_end=True)
    return len(value)


@command("strlen", 1)
def _strlen(store: Store, words: list[bytes]) -> Value:
    return len(store.string(words[0]) or b"")


@command("getrange", 3)
def _getrange(store: Store, words: list[bytes]) -> Value:
    value = store.string(words[0]) or b""
    first, last = span(words[1], words[2], len(value))
    return value[first : last + 1]


def _add(store: Store, key: bytes, number: int) -> int:
    value = integer(store.string(key) or b"0") + number
    if not -(2**63) <= value < 2**63:
        raise RedisError("ERR increment or decrement would overflow")
    store.put(key, str(value).encode(), keep_end=True)
    return value


@command("incr", 1, writes=True)
def _incr(store: Store, words: list[bytes]) -> Value:
    return _add(store, words[0], 1)


@command("decr", 1, writes=True)
def _decr(store: Store, words: list[bytes]) -> Value:
    return _add(store, words[0], -1)


@command("incrby", 2, writes=True)
def _incrby(store: Store, words: list[bytes]) -> Value:
    return _add(store, words[0], integer(words[1]))


@command("decrby", 2, writes=True)
def _decrby(store: Store, words: list[bytes]) -> Value:
    return _add(store, words[0], -integer(words[1]))


@command("incrbyfloat", 2, writes=True)
def _incrbyfloat(store: Store, words: list[bytes]) -> Value:
    value = shown(real(store.string(words[0]) or b"0") + real(words[1]))
    store.put(words[0], value, keep_end=True)
    return value


# Keys


@command("del", 1, MANY, writes=True)
def _del(store: Store, words: list[bytes]) -> Value:
    return sum(store.get(key) is not None and store.remove(key) for key in words)


COMMANDS["unlink"] = COMMANDS["del"]


@command("exists", 1, MANY)
def _exists(store: Store, words: list[bytes]) -> Value:
    return sum(store.get(key) is not None for key in words)


@command("type", 1)
def _type(store: Store, words: list[bytes]) -> Value:
    return Status(store.kind(words[0]))


@command("keys", 1)
def _keys(store: Store, words: list[bytes]) -> Value:
    return [key for key in store.alive() if _like(key, words[0])]


def _like(key: bytes, pattern: bytes) -> bool:
    return fnmatch.fnmatchcase(key.decode("latin-1"), pattern.decode("latin-1").replace("[^", "[!"))


@command("scan", 1, 7)
def _scan(store: Store, words: list[bytes]) -> Value:
    integer(words[0])
    options = {name.lower(): value for name, value in zip(words[1::2], words[2::2], strict=False)}
    found: list[Value] = [key for key in store.alive() if _like(key, options.get(b"match", b"*"))]
    return [b"0", found]


@command("dbsize", 0)
def _dbsize(store: Store, _words: list[bytes]) -> Value:
    return len(store)


@command("flushall", 0, 1, writes=True)
def _flushall(store: Store, _words: list[bytes]) -> Value:
    store.clear()
    return OK


COMMANDS["flushdb"] = COMMANDS["flushall"]


@command("rename", 2, writes=True)
def _rename(store: Store, words: list[bytes]) -> Value:
    value, end = store.get(words[0]), store.end(words[0])
    if value is None:
        raise RedisError("ERR no such key")
    store.remove(words[0])
    store.put(words[1], value)
    store.expire(words[1], end)
    return OK


@command("expire", 2, 3, writes=True)
def _expire(store: Store, words: list[bytes]) -> Value:
    return _expires(store, words[0], time.time() + integer(words[1]))


@command("pexpire", 2, 3, writes=True)
def _pexpire(store: Store, words: list[bytes]) -> Value:
    return _expires(store, words[0], time.time() + integer(words[1]) / 1000)


@command("expireat", 2, 3, writes=True)
def _expireat(store: Store, words: list[bytes]) -> Value:
    return _expires(store, words[0], integer(words[1]))


def _expires(store: Store, key: bytes, end: float) -> int:
    if store.get(key) is None:
        return 0
    store.expire(key, end)
    return 1


@command("persist", 1, writes=True)
def _persist(store: Store, words: list[bytes]) -> Value:
    had = store.get(words[0]) is not None and store.end(words[0]) is not None
    store.expire(words[0], None)
    return int(had)


@command("ttl", 1)
def _ttl(store: Store, words: list[bytes]) -> Value:
    left = _left(store, words[0])
    return left if left < 0 else round(left / 1000)


@command("pttl", 1)
def _pttl(store: Store, words: list[bytes]) -> Value:
    return _left(store, words[0])


def _left(store: Store, key: bytes) -> int:
    if store.get(key) is None:
        return -2
    end = store.end(key)
    return -1 if end is None else max(int((end - time.time()) * 1000), 0)
