"""``kubelearn doctor``: is everything there that the course needs, and what to do about what is not."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import socket
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from . import kind, kubectl, lab

_PYTHON = (3, 11)
_JUPYTER_PORT = 8888
_PARTS = ("aiohttp", "ipywidgets", "jupyterlab", "kubernetes", "matplotlib", "networkx")


class State(StrEnum):
    """How a check ended."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "PROBLEM"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        name: what was looked at.
        state: only ``BAD`` keeps the course from running.
        text: what was found, and what to do about it.
    """

    name: str
    state: State
    text: str

    def __str__(self) -> str:
        return f"{self.state:<8} {self.name:<15} {self.text}"


def examine(folder: Path, port: int = _JUPYTER_PORT) -> Iterator[Finding]:
    """Look at everything, one after the other.

    Args:
        folder: where the course is to lie.
        port: where JupyterLab is to listen.
    """
    for check in (_python, _packages, _kubectl):
        yield check()
    yield _folder("folder", folder)
    yield _folder("temporary files", Path(tempfile.gettempdir()))
    yield _notebooks()
    yield _cluster()
    yield _port(port)
    yield _browser()
    yield _kind()


def _python() -> Finding:
    name, found = "Python", f"{platform.python_version()} in {sys.prefix}"
    if sys.version_info < _PYTHON:
        return Finding(name, State.BAD, f"{found}: 3.11 or newer is needed; make a virtual environment with a newer one")
    return Finding(name, State.GOOD, found)


def _packages() -> Finding:
    missing = [name for name in _PARTS if importlib.util.find_spec(name) is None]
    if missing:
        return Finding("packages", State.BAD, f"{', '.join(missing)} cannot be imported: install kubelearn again in this environment ({sys.executable} -m pip install kubelearn)")
    return Finding("packages", State.GOOD, "all there")


def _kubectl() -> Finding:
    try:
        path, found = kubectl.find(), kubectl.version()
    except OSError as error:
        return Finding("kubectl", State.BAD, str(error))
    server = _minor(kubectl.VERSION)
    complaint = kubectl.complaint(found, server)
    if complaint:
        return Finding("kubectl", State.BAD if found < kubectl.MINIMUM else State.NOTE, complaint)
    return Finding("kubectl", State.GOOD, f"{'.'.join(map(str, found))} at {path}")


def _minor(version: str) -> tuple[int, int]:
    major, minor, *_ = version.removeprefix("v").split(".")
    return int(major), int(minor)


def _folder(name: str, folder: Path) -> Finding:
    """Try to write: what the permissions say is not the whole truth on network drives, on Windows and for root."""
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=existing):
            return Finding(name, State.GOOD, f"{folder.absolute()} can be written")
    except OSError as error:
        return Finding(name, State.BAD, f"{existing} cannot be written ({error.strerror}): go to a folder of yours, or name one: kubelearn lab DIR")


def _notebooks() -> Finding:
    try:
        folder = lab.course()
    except lab.CourseNotFoundError as error:
        return Finding("notebooks", State.BAD, str(error))
    return Finding("notebooks", State.GOOD, f"{len(list(folder.glob('*.ipynb')))} in {folder}")


def _cluster() -> Finding:
    from .cluster.embedded import EmbeddedCluster

    start = time.perf_counter()
    try:
        with EmbeddedCluster() as cluster:
            return Finding("cluster", State.GOOD, f"{cluster.url} was ready in {time.perf_counter() - start:.1f} s")
    except OSError as error:
        return Finding("cluster", State.BAD, f"the embedded cluster cannot listen on 127.0.0.1 ({error}): a firewall or sandbox forbids it; allow Python to listen on 127.0.0.1")


def _port(port: int) -> Finding:
    try:
        with socket.socket() as probe:
            if os.name == "posix":  # as servers do there: a port in TIME_WAIT is free; on Windows the option would share a taken one
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except OSError:
        return Finding("port", State.NOTE, f"{port} is taken, perhaps by another JupyterLab: this one will take the next free port, or choose: kubelearn lab --port={port + 100}")
    return Finding("port", State.GOOD, f"{port} is free for JupyterLab")


def _browser() -> Finding:
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return Finding("browser", State.NOTE, "none can be started from here: run `kubelearn lab --no-browser`, and open the address that it prints")
    return Finding("browser", State.GOOD, getattr(found, "name", None) or type(found).__name__)


def _kind() -> Finding:
    engine = kind.find_engine()
    if shutil.which("kind") is None:
        return Finding("kind", State.NOTE, "not there, and not needed; for a real cluster on your machine: https://kind.sigs.k8s.io/docs/user/quick-start/")
    if engine is None:
        return Finding("kind", State.NOTE, "there, but no running Docker or Podman; not needed unless you want a real cluster on your machine")
    return Finding("kind", State.GOOD, f"with {engine}")


def report(folder: Path, port: int = _JUPYTER_PORT, show: Callable[[str], None] = print) -> bool:
    """Print what is found as it is found, and return whether the course can run."""
    bad = 0
    for finding in examine(folder, port):
        show(str(finding))
        bad += finding.state is State.BAD
    show("The course can run: kubelearn lab" if not bad else f"{bad} problem{'s' if bad > 1 else ''} to solve first")
    return not bad
