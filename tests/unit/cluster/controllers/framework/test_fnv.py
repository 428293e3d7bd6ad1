"""Hashes, against the test vectors of the FNV specification (draft-eastlake-fnv)."""

from __future__ import annotations

import pytest

from kubelearn.cluster.controllers.framework.fnv import fnv1, fnv1a


@pytest.mark.parametrize(
    ("data", "bits", "value"),
    [
        (b"", 32, 0x811C9DC5),
        (b"foobar", 32, 0xBF9CF968),
        (b"", 128, 0x6C62272E07BB014262B821756295C58D),
        (b"a", 128, 0xD228CB696F1A8CAF78912B704E4A8964),
    ],
)
def test_hashes(data: bytes, bits: int, value: int) -> None:
    assert fnv1a(data, bits) == value


@pytest.mark.parametrize(("data", "value"), [(b"", 0x811C9DC5), (b"a", 0x050C5D7E), (b"foobar", 0x31F0B262)])
def test_older_hashes(data: bytes, value: int) -> None:
    assert fnv1(data) == value
