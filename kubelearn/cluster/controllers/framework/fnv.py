"""The hash by which controllers name and order (Go's hash/fnv)."""

from __future__ import annotations

#: Bits → (offset basis, prime).
_PARAMETERS = {
    32: (0x811C9DC5, 0x01000193),
    128: (0x6C62272E07BB014262B821756295C58D, (1 << 88) + 0x13B),
}


def fnv1(data: bytes) -> int:
    """Return the FNV-1 hash of 32 bits."""
    value, prime = _PARAMETERS[32]
    for byte in data:
        value = (value * prime & 0xFFFFFFFF) ^ byte
    return value


def fnv1a(data: bytes, bits: int = 32) -> int:
    """Return the FNV-1a hash, of 32 or 128 bits."""
    value, prime = _PARAMETERS[bits]
    mask = (1 << bits) - 1
    for byte in data:
        value = (value ^ byte) * prime & mask
    return value
