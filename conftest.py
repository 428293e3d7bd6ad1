"""For every test, notebooks too: kubectl is the package's, and a learner's progress file is left alone."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator

import pytest

from kubelearn.target import kubectl

_VARIABLE = "KUBELEARN_PROGRESS"
_FOLDER = pytest.StashKey[str]()
#: How many more of pytest's workers there are than processors: most of the tests' time is waiting.
_MORE_WORKERS = 2


def pytest_configure(config: pytest.Config) -> None:
    """Let this process, and the kernels that it starts, keep progress in a folder that goes with it.

    ``kubectl`` is the package's own, whatever the PATH has: the lessons' outputs were stored with that one.
    """
    kubectl.expose()
    folder = config.stash[_FOLDER] = tempfile.mkdtemp(prefix="kubelearn-progress-")
    os.environ[_VARIABLE] = os.path.join(folder, "progress.json")
    config.add_cleanup(lambda: shutil.rmtree(folder))


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Say how many workers ``-n auto`` starts."""
    processors = yield
    return processors + _MORE_WORKERS


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Give each file its own progress: what a test passes must not be in the outputs of a notebook that follows."""
    folder = os.path.join(item.config.stash[_FOLDER], *item.path.relative_to(item.config.rootpath).parts)
    os.makedirs(folder, exist_ok=True)
    os.environ[_VARIABLE] = os.path.join(folder, "progress.json")
