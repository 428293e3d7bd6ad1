"""What the comparison of stored outputs looks at in pictures: all of them, but for measured times."""

from __future__ import annotations

import re
from configparser import RawConfigParser
from pathlib import Path

import pytest

from kubelearn.views.shapes import Text
from kubelearn.views.svg import svg_of

CONFIG = Path(__file__).parent / "sanitize.cfg"


def sanitised(text: str) -> str:
    """Return a text as nbval compares it."""
    rules = RawConfigParser()
    rules.read(CONFIG, encoding="utf-8")
    for name in rules.sections():
        text = re.sub(rules[name]["regex"], rules[name]["replace"], text)
    return text


def drawn(text: str, alt: str = "a > b", *, height: float = 10, measured: bool = False) -> str:
    return svg_of([Text(0, 10, text)], 10, height, alt, measured=measured)


def test_a_picture_is_compared_to_its_last_word() -> None:
    assert sanitised(drawn("one")) != sanitised(drawn("other"))
    assert sanitised(drawn("one")) == sanitised(drawn("one"))


def test_of_a_measured_picture_its_words_are_compared() -> None:
    first = sanitised(drawn("at 1.0 s", measured=True))
    assert first == sanitised(drawn("at 2.0 s", height=20, measured=True))
    assert first != sanitised(drawn("at 1.0 s", "other words", measured=True))
    assert first != sanitised(drawn("at 1.0 s"))


@pytest.mark.parametrize("between", ["", "\nwords\n"])
def test_a_measured_picture_ends_where_it_ends(between: str) -> None:
    measured = drawn("1 s", measured=True)
    assert sanitised(measured + between + drawn("one")) != sanitised(measured + between + drawn("other"))


def test_images_in_html_are_compared_by_their_words() -> None:
    assert sanitised('alt="a" src="data:x;base64,QUJD"') == sanitised('alt="a" src="data:x;base64,REVG+/="')
    assert sanitised('alt="a" src="data:x;base64,QUJD"') != sanitised('alt="b" src="data:x;base64,QUJD"')


def test_the_course_may_grow() -> None:
    before, after = "The whole course: █░ 1 of 46 (2 %)", "The whole course: █░ 1 of 50 (2 %)"
    assert sanitised(before) == sanitised(after) != sanitised(after.replace("1 of", "2 of"))


@pytest.mark.parametrize("age", ["0s", "119s", "2m", "2m5s"])
def test_how_old_an_object_is_may_differ(age: str) -> None:
    assert sanitised(f"web   1/1   Running   0     {age}") == sanitised("web   1/1   Running   0     7s")
