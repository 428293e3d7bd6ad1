"""Names of images."""

from __future__ import annotations

import pytest

from kubelearn.cluster.containers.images import PRELOADED
from kubelearn.cluster.containers.references import invalid_reference


@pytest.mark.parametrize(
    "reference",
    [*sorted(PRELOADED), "nginx", "shop/web_1:V2", "localhost:5000/a/b", "Host.example/x", f"a@sha256:{'0' * 64}"],
)
def test_names(reference: str) -> None:
    assert invalid_reference(reference) == ""


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("Nginx", "invalid reference format: repository name (Nginx) must be lowercase"),
        ("Shop/Web:1", "invalid reference format: repository name (Web) must be lowercase"),
        ("shop/Web:1", "invalid reference format: repository name (shop/Web) must be lowercase"),
        ("Not A Name", "invalid reference format"),
        ("nginx:", "invalid reference format"),
        ("a//b", "invalid reference format"),
        ("", "invalid reference format"),
    ],
)
def test_names_that_are_none(reference: str, problem: str) -> None:
    assert invalid_reference(reference) == problem
