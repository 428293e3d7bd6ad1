"""Fixtures that several kinds of tests share."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from kubelearn.target import kubectl as tool
from kubelearn.target import loopback

if TYPE_CHECKING:
    from kubelearn.cluster.embedded import EmbeddedCluster

Seen = TypeVar("Seen")


def until(see: Callable[[], Seen], *wanted: Seen, seconds: float = 30) -> None:
    """Look until one of the things that are wanted is seen: what a part of a cluster knows, the next learns later."""
    last = time.monotonic() + seconds
    while (seen := see()) not in wanted and time.monotonic() < last:
        pass
    assert seen in wanted


def pytest_configure() -> None:
    """Make the tests independent of how they were started.

    Interrupts interrupt: what runs in the background of a script inherits that they are ignored, and hands that on to
    all that it starts. And no proxy stands between a test and its own servers.
    """
    loopback.enter()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _interrupts_interrupt() -> Iterator[None]:
    """A test hands SIGINT on as it found it: tests that come later, of whatever file, press Jupyter's stop button."""
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.fixture(scope="session")
def embedded() -> Iterator[EmbeddedCluster]:
    """A running embedded cluster, one for all tests of a process."""
    from kubelearn.cluster.embedded import EmbeddedCluster

    with EmbeddedCluster(seed=7) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def kubeconfig(embedded: EmbeddedCluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a kubeconfig of that cluster."""
    path = tmp_path_factory.mktemp("kube") / "config"
    path.write_text(embedded.kubeconfig())
    path.chmod(0o600)
    return path


@pytest.fixture(scope="session")
def kubectl() -> str:
    """Path of the package's kubectl; where it is not made for the machine tests are skipped, but fail in CI."""
    found = tool.own()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(tool.offer())
        pytest.skip(tool.offer())
    return found.path


def keep_kubeconfig(patch: pytest.MonkeyPatch) -> None:
    """Bring kubectl's variables back in the end: clusters that live at the same time take turns with them."""
    for name in ("KUBECONFIG", "KUBECACHEDIR"):
        patch.setenv(name, os.environ.get(name, ""))
        if not os.environ[name]:
            patch.delenv(name)
