"""``!command`` and ``x = !command`` say what does not end, before it runs."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from . import stopping


def prepare(shell: Any) -> None:
    """Look at every ``!command`` of a kernel before it runs.

    The functions that run the text are wrapped, not the shell's methods: those insert ``{name}`` out of the
    frame of their caller, which a wrapper around them would be.
    """
    for method, name, refused in ((type(shell).system, "system", 1), (type(shell).getoutput, "getoutput", "")):
        module = method.__globals__
        if name in module and not hasattr(module[name], "looks_before"):
            module[name] = looking_before(module[name], refused, waits_for_input=name == "system")


def looking_before(run: Callable[[str], Any], refused: object, *, waits_for_input: bool) -> Callable[[str], Any]:
    """Return a function that runs a text unless it needs a terminal; then it returns ``refused``."""

    @functools.wraps(run)
    def look_and_run(text: str) -> Any:
        if waits_for_input:  # it has a terminal of its own, in which everything is stopped
            return run(text) if may_run(text, waits_for_input=True) else refused
        with stopping.leaving_nothing() as stop:
            try:
                done = run(text) if may_run(text, waits_for_input=False) else refused
            except KeyboardInterrupt:  # before a command was there
                done = refused
        if stop.stopped:
            print("^C", flush=True)  # as IPython shows it
        return done

    look_and_run.looks_before = True  # type: ignore[attr-defined]
    return look_and_run


def may_run(text: str, *, waits_for_input: bool) -> bool:
    """Say what does not end in a text, and whether it may run."""
    from . import endless  # not before the first command: every notebook's first cell would wait for it

    said = endless.advice(text, waits_for_input=waits_for_input)
    if said is not None:
        print(said.text, file=sys.stdout if said.runs else sys.stderr, flush=True)
    return said is None or said.runs
