"""Which Corefiles CoreDNS runs with."""

from __future__ import annotations

import pytest

from kubelearn.cluster.containers.images.system import corefile


def test_the_plugins_of_kubeadms_corefile() -> None:
    found = corefile.plugins(corefile.DEFAULT, "Corefile")
    assert {"kubernetes", "reload"} <= found
    assert not {"log", "lameduck", "ttl"} & found


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (".:53 {\n    lgo\n}\n", "Corefile:2 - Error during parsing: Unknown directive 'lgo' "),
        (".:53 {\n    errors\n", "Corefile:2 - Error during parsing: Unexpected EOF"),
    ],
)
def test_corefiles_that_cannot_be_used(text: str, problem: str) -> None:
    with pytest.raises(corefile.CorefileError) as caught:
        corefile.plugins(text, "Corefile")
    assert str(caught.value).startswith(problem)
