"""Who is selected, and why the others are not."""

from __future__ import annotations

import pytest

from kubelearn.views import selector
from kubelearn.views.objects import Objects

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
