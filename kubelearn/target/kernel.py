"""The course's own kernel: IPython's, in which kubectl is found, and reaches no cluster before the set-up cell has run.

``python -P -m kubelearn.target.kernel -f FILE`` is what the kernelspec ``kubelearn`` starts. Other kernels of this
environment are guarded by ``etc/ipython/ipython_kernel_config.py``, which IPython reads before the first cell.
"""

from __future__ import annotations

import atexit
import signal
import sys
from typing import Any

from kubelearn import notebook
from kubelearn.notebook import cell

from . import environment, kubectl


def main() -> None:
    """Run the kernel until Jupyter ends it."""
    environment.guard()
    kubectl.expose()
    from ipykernel.kernelapp import IPKernelApp

    app: Any = IPKernelApp.instance()
    app.initialize(sys.argv[1:])
    prepare()
    app.start()


def prepare() -> None:
    """Make this kernel one for the course; does nothing outside Jupyter kernels, and nothing a second time."""
    notebook.prepare()
    if not cell.in_kernel():
        return
    environment.guard()
    events = cell.shell().events
    if _before_cell not in events.callbacks["pre_run_cell"]:
        events.register("pre_run_cell", _before_cell)
        atexit.register(_take_time)


def _take_time() -> None:
    """Ignore what Jupyter sends to a kernel that takes more than 2.5 s to end: handles have namespaces to remove."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _before_cell(_: Any) -> None:
    """Bring back swept files before ``!kubectl`` looks for them."""
    environment.restore()


if __name__ == "__main__":
    main()
