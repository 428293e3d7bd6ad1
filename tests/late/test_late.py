"""The parts of a cluster that can be late are where this package looks for them."""

from __future__ import annotations

import subprocess
import sys

from .parts import PARTS, environment

_IMPORT = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\n"
_SAY = (
    "from kubelearn.cluster.store import Watch\n"
    "from kubelearn.cluster.kube_proxy.bounded_frequency import BoundedFrequencyRunner\n"
    "print(Watch.__anext__.__name__, BoundedFrequencyRunner.try_run.__name__)"
)


def test_each_part_is_late_in_every_python_that_is_started() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT + _SAY, *PARTS],
        env=environment(0.1), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.stdout.split(), done.stderr) == (["late_step", "late_attempt"], "")
