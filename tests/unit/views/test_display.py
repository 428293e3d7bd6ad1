"""What an output carries of a picture: for readers with and without images, in wide windows and narrow ones."""

from __future__ import annotations

import base64
import html
import re
from pathlib import Path

import pytest

from kubelearn.views.display import Picture
from kubelearn.views.drawing import Drawing, picture_of
from kubelearn.views.objects import Objects
from kubelearn.views.shapes import NARROW, WIDTH, Bar, Box, Text, fit, length_of_bold, room
from kubelearn.views.svg import svg_of

from .test_shape import shown

ALT = 'a "quoted" <name> & more'


def made() -> Picture:
    return picture_of(lambda width: Drawing(width, 50, ALT, [Text(0, 10, f"{width} wide")]))


def test_an_output_has_the_picture_with_its_words_in_every_form() -> None:
    data, metadata = made().bundle()
    assert data["text/plain"] == ALT
    assert f'role="img" aria-label="{html.escape(ALT, quote=True)}"' in data["image/svg+xml"]
    assert f'alt="{html.escape(ALT, quote=True)}"' in data["text/html"]
    assert metadata == {"image/svg+xml": {"alt": ALT}}
    assert "<small>" not in data["text/html"]
    assert "<small>Run &lt;it&gt;.</small>" in made().bundle("Run <it>.")[0]["text/html"]


def test_html_shows_the_wide_picture_and_in_narrow_windows_the_narrow_one() -> None:
    narrow, wide = re.findall(r'(?:srcset|src)="data:image/svg\+xml;base64,([^"]+)"', made().bundle()[0]["text/html"])
    assert f">{WIDTH} wide</text>" in base64.b64decode(wide).decode()
    assert f">{NARROW} wide</text>" in base64.b64decode(narrow).decode()


def test_a_picture_is_a_figure_too_with_the_same_words(objects: Objects) -> None:
    for picture, found in shown(objects):
        drawing = picture.draw(found, width=WIDTH)
        texts = [text.get_text() for text in drawing.figure().axes[0].texts]
        assert sorted(texts) == sorted(map(html.unescape, re.findall(r"<text[^>]*>([^<]*)</text>", drawing.svg())))


def test_a_figure_is_saved_for_a_slide(tmp_path: Path) -> None:
    made().figure().savefig(tmp_path / "shop.pdf")
    assert (tmp_path / "shop.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_everything_is_inside_the_picture(objects: Objects, width: float) -> None:
    for picture, found in shown(objects):
        drawing = picture.draw(found, width=width)
        assert drawing.alt == found.summary
        for shape in drawing.shapes:
            if isinstance(shape, Box | Bar):
                assert 0 <= shape.x <= shape.x + shape.width <= width, (picture, shape)
                assert 0 <= shape.y <= shape.y + shape.height <= drawing.height, (picture, shape)
            if isinstance(shape, Box):
                first, *others = shape.lines or ("",)
                assert length_of_bold(first) <= shape.width - 17, (picture, shape)
                assert all(len(line) <= room(shape.width - 20) for line in others), (picture, shape)
            if isinstance(shape, Text) and shape.anchor == "start":
                assert len(shape.text) <= room(width - shape.x, shape.size), (picture, shape)


def test_only_a_picture_of_what_was_measured_says_so() -> None:
    assert 'class="kubelearn-picture"' in svg_of([], 10, 10, "x")
    assert 'class="kubelearn-picture measured"' in svg_of([], 10, 10, "x", measured=True)


@pytest.mark.parametrize(
    ("name", "width", "drawn"),
    [
        ("shop", 40, "shop"),
        ("prices-7fc6c598f5-7x98j", 180, "prices-7fc6c598f5-7x98j"),
        ("prices-7fc6c598f5-7x98j", 150, "prices-7fc…8f5-7x98j"),
        ("illicit-little-title", 110, "illicit-little-title"),
        ("wwwwwwwwwwwwwwwwwwww", 110, "wwwww…wwww"),
    ],
)
def test_a_name_is_shortened_as_far_as_its_bold_letters_need(name: str, width: float, drawn: str) -> None:
    assert fit(name, width) == drawn
