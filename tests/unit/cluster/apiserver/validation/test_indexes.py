from __future__ import annotations

import re

import pytest

from kubelearn.cluster.apiserver.validation import indexes


@pytest.mark.parametrize(
    ("found", "text"),
    [(set(), ""), ({0}, "0"), ({0, 1}, "0,1"), ({0, 1, 2}, "0-2"), ({1, 3, 4, 5, 7, 8}, "1,3-5,7,8")],
)
def test_what_is_shown_is_read_again(found: set[int], text: str) -> None:
    assert indexes.show(found) == text
    assert indexes.parse(text, 9) == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x", 'cannot convert string to integer for index: "x"'),
        ("9", 'too large index: "9"'),
        ("0-9", 'too large index: "9"'),
        ("3-1", "non-increasing order, previous: 3, current: 1"),
        ("3,2", "non-increasing order, previous: 3, current: 2"),
        (
            "1-2-3",
            'the fragment "1-2-3" violates the requirement that an index interval can have at most two parts '
            "separated by '-'",
        ),
    ],
)
def test_what_are_no_indexes(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}$"):
        indexes.parse(text, 9)
