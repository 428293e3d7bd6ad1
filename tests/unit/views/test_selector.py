"""Who is selected, and why the others are not."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kubelearn.views import selector
from kubelearn.views.drawing import Drawing
from kubelearn.views.objects import Objects
from kubelearn.views.shapes import NARROW, WIDTH, Box, Text, extent, lines_of

from .made import HELLO, pod


def test_why_pods_are_in_or_out(objects: Objects) -> None:
    objects["pods"].append(pod("stranger", "10.244.1.8", HELLO, namespace="other"))
    objects["pods"].append(pod("web", "10.244.1.7", {"app": "web"}))
    assert {row["pod"]: row["why"] for row in selector.build(objects, "hello", "default").rows()} == {
        "client": "out: has no label app",
        "hello-a": "in: gets traffic",
        "hello-b": "in, but no traffic: Not ready",
        "web": "out: app is web, not hello",
        "stranger": "out: in the namespace other",
    }
    assert "1 of 5 pods get traffic" in selector.draw(selector.build(objects, "hello", "default")).alt
    with pytest.raises(LookupError, match="there is no Service 'nosuch'"):
        selector.build(objects, "nosuch", "default")


def drawn(objects: Objects, width: float) -> Drawing:
    labels = {"app": "hello-of-the-second-version", "pod-template-hash": "5d79bfdd89"}
    objects["pods"].append(pod("next-5d79bfdd89-fnsmw", "10.244.1.7", labels))
    return selector.draw(selector.build(objects, "hello", "default"), width)


@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_labels_and_reasons_are_whole_on_as_many_lines_as_they_need(objects: Objects, width: float) -> None:
    drawing = drawn(objects, width)
    texts = [line for box in boxes(drawing) for line in box.lines]
    texts += [shape.text for shape in drawing.shapes if isinstance(shape, Text)]
    said = " ".join(texts)
    assert "…" not in said
    for part in (
        "app=hello-of-the-second-version, pod-template-hash=5d79bfdd89",
        "out: app is hello-of-the-second-version, not hello",
    ):
        assert part in said


@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_texts_stay_inside_their_boxes_and_boxes_apart(objects: Objects, width: float) -> None:
    drawing = drawn(objects, width)
    for box in boxes(drawing):
        covered = [extent(text) for text in lines_of(box)]
        assert max(each.right for each in covered) <= box.x + box.width - 8
        assert box.y <= min(each.top for each in covered)
        assert max(each.bottom for each in covered) <= box.y + box.height
    pods = [box for box in boxes(drawing) if not box.lines[0].startswith("Service ")]
    assert all(above.y + above.height < below.y for above, below in pairwise(pods))
    free = [extent(shape) for shape in drawing.shapes if isinstance(shape, Text)]
    assert all(each.right <= width for each in free)
    assert pods[-1].y + pods[-1].height <= drawing.height


def boxes(drawing: Drawing) -> list[Box]:
    return [shape for shape in drawing.shapes if isinstance(shape, Box)]
