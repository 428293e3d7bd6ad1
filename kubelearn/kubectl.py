"""Finding the kubectl binary, and running it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping

_HELP = "Install it from https://kubernetes.io/docs/tasks/tools/ (version 1.31 or newer), or with conda: conda install -c conda-forge kubernetes-client"


class KubectlNotFoundError(FileNotFoundError):
    """There is no kubectl on the PATH."""


def find() -> str:
    """Return the path of kubectl.

    Raises:
        KubectlNotFoundError: there is none; the message says how to get it.
    """
    found = shutil.which("kubectl")
    if found is None:
        raise KubectlNotFoundError(f"kubectl is not on the PATH. {_HELP}")
    return found


def run(*arguments: str, stdin: str | None = None, env: Mapping[str, str] | None = None, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run kubectl and return what it printed; a failure is an exit code, not an exception.

    Args:
        arguments: command line without ``kubectl``.
        stdin: text for its standard input.
        env: environment, the present one by default.
        timeout: seconds after which it is ended.

    Raises:
        KubectlNotFoundError: there is no kubectl.
        subprocess.TimeoutExpired: it did not end in time.
    """
    given = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    return subprocess.run(  # noqa: S603 - the arguments are a list, no shell reads them
        [find(), *arguments], text=True, capture_output=True, timeout=timeout, check=False, env=dict(env if env is not None else os.environ), **given)
