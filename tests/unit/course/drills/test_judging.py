"""What a drill's check says of a port that nobody answers on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from kubelearn.course.drills import judging
from kubelearn.course.drills.shapes import SHAPES, Names

_POD = SimpleNamespace(
    spec=SimpleNamespace(containers=[SimpleNamespace(name="web")]), status=SimpleNamespace(pod_ip="10.244.1.2")
)


@pytest.mark.parametrize(
    ("inside", "outside", "says"),
    [
        (1, 7, ", where nobody listens"),
        (0, 7, ", and there the server answers its own pod only"),
        (0, 0, ""),  # the server answers everybody, and what leads to it is late
    ],
)
def test_whom_a_pod_refuses_on_its_port(inside: int, outside: int, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (route,) = SHAPES["one-tier"](Names(Random(0))).routes
    asked: list[str] = []

    @contextmanager
    def client_pod(*_: Any) -> Iterator[Callable[..., Any]]:
        def run(*words: str) -> Any:
            asked.append(words[-1])
            return SimpleNamespace(code=outside)

        yield run

    monkeypatch.setattr(judging, "pod", lambda *_: _POD)
    monkeypatch.setattr(judging, "client_pod", client_pod)
    cluster: Any = SimpleNamespace(exec=lambda *_, **__: SimpleNamespace(code=inside))
    assert judging._listens(cluster, route, "shop", 3000, {}) == says
    assert asked == ([] if inside else ["http://10.244.1.2:3000/hostname"])
    assert judging._listens(cluster, route, "shop", "http", {}) == ""
