"""The commands on lists, sets, hashes and sorted sets."""

from __future__ import annotations

from .commands import MANY, SYNTAX, command, integer, real, shown, span
from .resp import OK, RedisError, Value
from .store import ScoredSet, Store

# Lists


@command("rpush", 2, MANY, writes=True)
def _rpush(store: Store, words: list[bytes]) -> Value:
    values = [*store.list(words[0]), *words[1:]]
    store.put(words[0], values, keep_end=True)
    return len(values)


@command("lpush", 2, MANY, writes=True)
def _lpush(store: Store, words: list[bytes]) -> Value:
    values = [*reversed(words[1:]), *store.list(words[0])]
    store.put(words[0], values, keep_end=True)
    return len(values)


@command("lrange", 3)
def _lrange(store: Store, words: list[bytes]) -> Value:
    values = store.list(words[0])
    first, last = span(words[1], words[2], len(values))
    return list(values[first : last + 1])


@command("ltrim", 3, writes=True)
def _ltrim(store: Store, words: list[bytes]) -> Value:
    values = store.list(words[0])
    first, last = span(words[1], words[2], len(values))
    store.put(words[0], values[first : last + 1], keep_end=True)
    return OK


@command("llen", 1)
def _llen(store: Store, words: list[bytes]) -> Value:
    return len(store.list(words[0]))


@command("lindex", 2)
def _lindex(store: Store, words: list[bytes]) -> Value:
    values, index = store.list(words[0]), integer(words[1])
    return values[index] if -len(values) <= index < len(values) else None


@command("lset", 3, writes=True)
def _lset(store: Store, words: list[bytes]) -> Value:
    values, index = store.list(words[0]), integer(words[1])
    if not values:
        raise RedisError("ERR no such key")
    if not -len(values) <= index < len(values):
        raise RedisError("ERR index out of range")
    values[index] = words[2]
    return OK


@command("lrem", 3, writes=True)
def _lrem(store: Store, words: list[bytes]) -> Value:
    values, count = list(store.list(words[0])), integer(words[1])
    left = abs(count) or len(values)
    removed = 0
    if count < 0:
        values.reverse()
    while words[2] in values and removed < left:
        values.remove(words[2])
        removed += 1
    if count < 0:
        values.reverse()
    store.put(words[0], values, keep_end=True)
    return removed


def _pop(store: Store, words: list[bytes], index: int) -> Value:
    values = list(store.list(words[0]))
    if not values:
        return None
    count = integer(words[1]) if len(words) > 1 else 1
    found = [values.pop(index) for _ in range(min(count, len(values)))]
    store.put(words[0], values, keep_end=True)
    return list(found) if len(words) > 1 else found[0]


@command("lpop", 1, 2, writes=True)
def _lpop(store: Store, words: list[bytes]) -> Value:
    return _pop(store, words, 0)


@command("rpop", 1, 2, writes=True)
def _rpop(store: Store, words: list[bytes]) -> Value:
    return _pop(store, words, -1)


# Sets


@command("sadd", 2, MANY, writes=True)
def _sadd(store: Store, words: list[bytes]) -> Value:
    before = store.set(words[0])
    after = before | set(words[1:])
    store.put(words[0], after, keep_end=True)
    return len(after) - len(before)


@command("srem", 2, MANY, writes=True)
def _srem(store: Store, words: list[bytes]) -> Value:
    before = store.set(words[0])
    after = before - set(words[1:])
    store.put(words[0], after, keep_end=True)
    return len(before) - len(after)


@command("smembers", 1)
def _smembers(store: Store, words: list[bytes]) -> Value:
    return sorted(store.set(words[0]))  # type: ignore[return-value]


@command("sismember", 2)
def _sismember(store: Store, words: list[bytes]) -> Value:
    return int(words[1] in store.set(words[0]))


@command("scard", 1)
def _scard(store: Store, words: list[bytes]) -> Value:
    return len(store.set(words[0]))


@command("sinter", 1, MANY)
def _sinter(store: Store, words: list[bytes]) -> Value:
    return sorted(set.intersection(*(store.set(key) for key in words)))  # type: ignore[return-value]


@command("sunion", 1, MANY)
def _sunion(store: Store, words: list[bytes]) -> Value:
    return sorted(set.union(*(store.set(key) for key in words)))  # type: ignore[return-value]


@command("sdiff", 1, MANY)
def _sdiff(store: Store, words: list[bytes]) -> Value:
    first, *others = (store.set(key) for key in words)
    return sorted(first.difference(*others))  # type: ignore[return-value]


# Hashes


@command("hset", 3, MANY, writes=True)
def _hset(store: Store, words: list[bytes]) -> Value:
    key, *pairs = words
    if len(pairs) % 2:
        raise RedisError("ERR wrong number of arguments for 'hset' command")
    before = store.hash(key)
    after = {**before, **dict(zip(pairs[::2], pairs[1::2], strict=True))}
    store.put(key, after, keep_end=True)
    return len(after) - len(before)


@command("hget", 2)
def _hget(store: Store, words: list[bytes]) -> Value:
    return store.hash(words[0]).get(words[1])


@command("hmget", 2, MANY)
def _hmget(store: Store, words: list[bytes]) -> Value:
    return [store.hash(words[0]).get(name) for name in words[1:]]


@command("hgetall", 1)
def _hgetall(store: Store, words: list[bytes]) -> Value:
    return [part for pair in store.hash(words[0]).items() for part in pair]


@command("hkeys", 1)
def _hkeys(store: Store, words: list[bytes]) -> Value:
    return list(store.hash(words[0]))


@command("hvals", 1)
def _hvals(store: Store, words: list[bytes]) -> Value:
    return list(store.hash(words[0]).values())


@command("hlen", 1)
def _hlen(store: Store, words: list[bytes]) -> Value:
    return len(store.hash(words[0]))


@command("hexists", 2)
def _hexists(store: Store, words: list[bytes]) -> Value:
    return int(words[1] in store.hash(words[0]))


@command("hdel", 2, MANY, writes=True)
def _hdel(store: Store, words: list[bytes]) -> Value:
    before = store.hash(words[0])
    after = {name: value for name, value in before.items() if name not in words[1:]}
    store.put(words[0], after, keep_end=True)
    return len(before) - len(after)


@command("hincrby", 3, writes=True)
def _hincrby(store: Store, words: list[bytes]) -> Value:
    kept = store.hash(words[0])
    try:
        value = integer(kept.get(words[1], b"0")) + integer(words[2])
    except RedisError:
        raise RedisError("ERR hash value is not an integer") from None
    store.put(words[0], {**kept, words[1]: str(value).encode()}, keep_end=True)
    return value


# Sorted sets


@command("zadd", 3, MANY, writes=True)
def _zadd(store: Store, words: list[bytes]) -> Value:
    key, *pairs = words
    if len(pairs) % 2:
        raise RedisError(SYNTAX)
    before = store.scored(key)
    fresh = {member: shown(real(score)) for score, member in zip(pairs[::2], pairs[1::2], strict=True)}
    after = ScoredSet({**before, **fresh})
    store.put(key, after, keep_end=True)
    return len(after) - len(before)


def _ranked(store: Store, key: bytes) -> list[tuple[bytes, bytes]]:
    return sorted(store.scored(key).items(), key=lambda pair: (float(pair[1]), pair[0]))


def _zspan(store: Store, words: list[bytes], *, backwards: bool) -> Value:
    pairs = _ranked(store, words[0])
    if backwards:
        pairs.reverse()
    first, last = span(words[1], words[2], len(pairs))
    scores = [word.lower() for word in words[3:]] == [b"withscores"]
    return [part for pair in pairs[first : last + 1] for part in (pair if scores else pair[:1])]


@command("zrange", 3, 4)
def _zrange(store: Store, words: list[bytes]) -> Value:
    return _zspan(store, words, backwards=False)


@command("zrevrange", 3, 4)
def _zrevrange(store: Store, words: list[bytes]) -> Value:
    return _zspan(store, words, backwards=True)


@command("zscore", 2)
def _zscore(store: Store, words: list[bytes]) -> Value:
    return store.scored(words[0]).get(words[1])


@command("zcard", 1)
def _zcard(store: Store, words: list[bytes]) -> Value:
    return len(store.scored(words[0]))


@command("zincrby", 3, writes=True)
def _zincrby(store: Store, words: list[bytes]) -> Value:
    kept = store.scored(words[0])
    score = shown(float(kept.get(words[2], b"0")) + real(words[1]))
    store.put(words[0], ScoredSet({**kept, words[2]: score}), keep_end=True)
    return score


@command("zrem", 2, MANY, writes=True)
def _zrem(store: Store, words: list[bytes]) -> Value:
    before = store.scored(words[0])
    after = ScoredSet({member: score for member, score in before.items() if member not in words[1:]})
    store.put(words[0], after, keep_end=True)
    return len(before) - len(after)
