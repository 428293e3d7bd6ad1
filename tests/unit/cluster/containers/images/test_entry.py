"""What an entry of the catalogue says of its tags."""

from __future__ import annotations

import pytest

from kubelearn.cluster.containers.images.catalogue.entry import Entry


@pytest.mark.parametrize(
    ("words", "versions", "told"),
    [
        ("latest", "", "latest"),
        ("latest", "1.2", "latest, 1.2"),
        ("latest alpine", "1.4 1.3 1.2", "latest, alpine, 1.4 … 1.2"),
        ("a b c d e f", "", "a, b, c, d, e, f"),
        ("a b c d e f g h", "2 1", "a, b, c, d, e, … h, 2 … 1"),
    ],
)
def test_tags_are_told_in_a_few_words(words: str, versions: str, told: str) -> None:
    assert Entry("docker.io/me/app", "an application", versions, words=words).tags_in_words == told
