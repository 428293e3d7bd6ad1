"""Where kubectl finds the cluster: ``KUBECONFIG`` and ``KUBECACHEDIR`` of this process, which handles take and give back."""

from __future__ import annotations

import os
from pathlib import Path

from . import loopback

_VARIABLES = ("KUBECONFIG", "KUBECACHEDIR")
#: Private folders of the handles that are open, the one in force last.
_open: list[Path] = []
#: What the variables were before the first of them.
_learners: dict[str, str | None] = {}


def enter(folder: Path) -> None:
    """Point kubectl to the kubeconfig in a private folder."""
    if not _open:
        _learners.update({name: os.environ.get(name) for name in _VARIABLES})
        loopback.enter()
    _open.append(folder)
    _set(_of(folder))


def leave(folder: Path) -> None:
    """Give the variables back: to the handle that was there before, or as the learner had them."""
    in_force = os.environ.get("KUBECONFIG") == str(folder / "config")
    _open.remove(folder)
    if not _open:
        loopback.leave()
    if in_force:
        _set(_of(_open[-1]) if _open else _learners)


def learners_kubeconfig() -> str:
    """Return ``KUBECONFIG`` as the learner had it, whatever handles are open; empty if it was not set."""
    return (_learners["KUBECONFIG"] if _open else os.environ.get("KUBECONFIG")) or ""


def _of(folder: Path) -> dict[str, str | None]:
    return {"KUBECONFIG": str(folder / "config"), "KUBECACHEDIR": str(folder / "cache")}


def _set(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
