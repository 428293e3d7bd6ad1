"""What a cell has started ends with it, whoever is its parent when the learner stops the cell."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import psutil
import pytest

from kubelearn.notebook.stopping import leaving_nothing
from tests.unit.machine_time import until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the cells are for a POSIX shell")


def _interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def _runs(pid: int) -> bool:
    """Say whether a process runs; one that has ended may stay until the machine's first process asks for its code."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("ignored", ["INT", "INT TERM"])
def test_what_a_shell_that_has_ended_left_in_the_background_ends(ignored: str) -> None:
    script = f"trap '' {ignored}; sleep 1000 >/dev/null 2>&1 & echo $!"
    with leaving_nothing() as stopping:
        pid = int(subprocess.check_output(["bash", "-c", script]))
        assert _runs(pid)
        try:
            _interrupt()
        except KeyboardInterrupt:
            os.kill(pid, signal.SIGKILL)
            pytest.fail("the cell was told, the process was not")
    assert stopping.stopped
    until(lambda: not _runs(pid))


def test_an_interrupt_without_processes_is_one_of_the_cell() -> None:
    with pytest.raises(KeyboardInterrupt), leaving_nothing():
        _interrupt()


def test_the_second_interrupt_is_one_of_the_cell_too() -> None:
    ignoring = ["bash", "-c", "trap '' INT TERM; echo; sleep 1000"]
    with leaving_nothing(), subprocess.Popen(ignoring, stdout=subprocess.PIPE) as shell:
        assert shell.stdout is not None
        shell.stdout.readline()
        _interrupt()
        with pytest.raises(KeyboardInterrupt):
            _interrupt()
    assert shell.returncode != 0
