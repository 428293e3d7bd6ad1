"""Where kubectl finds the cluster: variables of this process, which handles take and give back.

In a Jupyter kernel they lead nowhere until a handle takes them, and again after the last one has given
them back: a lesson's cell never reaches a cluster of the learner's by accident. Elsewhere, in a script
for example, they are as the learner had them.
"""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path

from . import loopback
from .workdir import PrivateFolder

#: The context that kubectl names when it is called before the set-up cell, or after the cluster has ended.
NO_CLUSTER = "run-the-set-up-cell-first"
#: What kubelearn has put into ``KUBECONFIG``, and what the learner had there;
#: programs that are started here know it, too.
_OURS, _LEARNERS = "KUBELEARN_KUBECONFIG", "KUBELEARN_LEARNERS_KUBECONFIG"
#: The name of a kubeconfig in its private folder.
CONFIG = "config"

_VARIABLES = ("KUBECONFIG", "KUBECACHEDIR", _OURS, _LEARNERS)
#: A current context that is not there: kubectl and the official client refuse it, and name it. An empty file, or
#: none, would lead them to the cluster in which they run, if JupyterLab itself runs in a pod.
_GUARD = f"""\
# kubectl reaches no cluster here before the notebook's set-up cell has run, which starts one.
# To use a cluster of yours in the lessons: kubelearn.connect(context="NAME").
apiVersion: v1
kind: Config
current-context: {NO_CLUSTER}
"""

#: Modules of Python clients that read ``KUBECONFIG`` once, when they are imported, and keep it under this name.
_CLIENTS = ("kubernetes.config", "kubernetes.aio.config", "kubernetes_asyncio.config")
_KEPT, _DEFAULT = "KUBE_CONFIG_DEFAULT_LOCATION", "~/.kube/config"

_guarding: list[PrivateFolder] = []
#: Private folders of the handles that are open, the one in force last.
_open: list[PrivateFolder] = []
#: What the variables are when no handle is open.
_base: dict[str, str | None] = {}


def guard() -> None:
    """Let kubectl find no cluster in this process until a handle is opened, and when the last one is closed.

    A second call does nothing.
    """
    if _guarding:
        return
    folder = PrivateFolder()
    atexit.register(folder.remove)
    folder.write(CONFIG, _GUARD)
    _guarding.append(folder)
    if _open:
        _base.update(_pointing_to(folder))
    else:
        _set(_pointing_to(folder))


def enter(folder: PrivateFolder) -> None:
    """Point kubectl to the kubeconfig in a private folder."""
    if not _open:
        _base.update({name: os.environ.get(name) for name in _VARIABLES})
        loopback.enter()
    _open.append(folder)
    _set(_pointing_to(folder))


def leave(folder: PrivateFolder) -> None:
    """Give the variables back: to the handle that was there before, or as they were before the first."""
    in_force = os.environ.get("KUBECONFIG") == str(folder.path / CONFIG)
    _open.remove(folder)
    if not _open:
        loopback.leave()
    if in_force:
        _set(_pointing_to(_open[-1]) if _open else _base)


def restore() -> None:
    """Write private files again that were swept from the system's temporary folder.

    Raises:
        OSError: they cannot be written.
    """
    for folder in (*_guarding, *_open):
        folder.restore()


def learners_kubeconfig() -> str:
    """Return ``KUBECONFIG`` as the learner has it, whatever handles are open; empty if it is not set."""
    present = os.environ.get("KUBECONFIG", "")
    # A learner who sets it in a cell means it.
    return os.environ.get(_LEARNERS, "") if present == os.environ.get(_OURS) else present


def kubectls(folder: Path) -> dict[str, str]:
    """Return the variables with which kubectl uses the kubeconfig, and keeps its cache, in a private folder."""
    return {"KUBECONFIG": str(folder / CONFIG), "KUBECACHEDIR": str(folder / "cache")}


def inherited() -> dict[str, str]:
    """Return the variables that a program inherits which is started now.

    A plain copy raises a KeyError when one of them goes meanwhile: another thread may be closing a handle.
    """
    return {name: value for name in list(os.environ) if (value := os.environ.get(name)) is not None}


def _pointing_to(folder: PrivateFolder) -> dict[str, str | None]:
    found = kubectls(folder.path)
    return {**found, _OURS: found["KUBECONFIG"], _LEARNERS: learners_kubeconfig()}


def _set(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    for package in _CLIENTS:
        for name in (package, f"{package}.kube_config"):
            module = sys.modules.get(name)
            if module is not None and hasattr(module, _KEPT):
                setattr(module, _KEPT, os.environ.get("KUBECONFIG", _DEFAULT))
