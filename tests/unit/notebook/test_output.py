"""The output of ``!command`` when the command ends at the wrong moment."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.notebook.output import reading_again

pexpect = pytest.importorskip("pexpect", reason="IPython runs commands in another way on Windows")


@pytest.mark.parametrize("repaired", [False, True])
def test_what_comes_between_looking_and_asking_is_read(repaired: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    class Spawn(pexpect.spawn):  # type: ignore[misc]
        """Finds nothing to read, and has ended when it is asked whether it lives."""

        if repaired:
            read_nonblocking = reading_again(pexpect.spawn.read_nonblocking, pexpect.EOF)

    child = Spawn("/bin/sh", ["-c", "read line; echo late"], echo=False)
    select = pexpect.pty_spawn.select_ignore_interrupts

    def ends_meanwhile(readers: list[Any], writers: list[Any], others: list[Any], timeout: float | None = None) -> Any:
        if not timeout:
            return select(readers, writers, others, timeout)
        child.sendline("go")
        child.ptyproc.wait()
        return [], [], []

    monkeypatch.setattr(pexpect.pty_spawn, "select_ignore_interrupts", ends_meanwhile)
    child.expect(pexpect.EOF, timeout=30)
    child.close()
    assert (b"late" in child.before) is repaired
