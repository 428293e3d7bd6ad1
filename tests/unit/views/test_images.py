"""What a learner is told of images."""

from __future__ import annotations

from kubelearn.views.images import images


def test_everything_is_listed() -> None:
    table = images()
    assert {"nginx", "redis", "busybox", "registry.k8s.io/e2e-test-images/agnhost"} <= {row[0] for row in table}
    assert table.caption.startswith(f"{len(table)} images.")


def test_a_name_with_a_slip_gets_the_nearest() -> None:
    table = images("ngnix:1.27")
    assert table.caption.startswith("ngnix:1.27 is not there. Nearest: nginx:latest, ")
    assert "cluster.register_image" in table.caption
    assert table.rows[0][0] == "nginx"


def test_a_name_that_is_there_is_shown_alone() -> None:
    table = images("docker.io/library/redis:7")
    assert "not there" not in table.caption
    assert table.rows[0][0] == "redis"


def test_what_is_like_nothing_gets_everything() -> None:
    assert len(images("zzzzqqqq/xxxxyyyy")) == len(images())


def test_a_name_that_is_only_a_word_of_others_is_not_there() -> None:
    table = images("node:0.10.40")
    assert table.caption.startswith("node:0.10.40 is not there; ")
    assert "cluster.register_image" in table.caption
    assert all("node" in " ".join(row) for row in table)
