"""Which notebooks of this user have a cluster now: each handle says so in its private folder."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from kubelearn.notebook import cell

from . import kubectl, loopback, programs, workdir
from .workdir import PrivateFolder

_FILE = "session.json"
#: Jupyter's servers put the notebook's path here.
_NOTEBOOK_VARIABLE = "JPY_SESSION_NAME"
#: VS Code puts it into the notebook's own variables.
_NOTEBOOK_NAME = "__vsc_ipynb_file__"
#: Temporary folders that a kernel may have had other than this process, with another TMPDIR.
_TEMPORARY = ("/tmp", "/var/tmp", "/usr/tmp")  # noqa: S108 - they are searched, and only what is private is read
_LARGEST = 65536
_ANSWER_LIMIT = 0.5


@dataclass(frozen=True)
class Session:
    """A handle that is open, in a process that runs.

    Attributes:
        folder: its private folder, with the kubeconfig ``config``.
        pid: the notebook's kernel.
        target: the kind of cluster.
        namespace: where the lesson works.
        notebook: path of the notebook; empty if it is not known.
        started: when, in seconds since 1970.
        programs: where the environment of that kernel has its programs.
        kubectl: the kubectl that the notebook uses; empty if there is none.
    """

    folder: Path
    pid: int
    target: str
    namespace: str
    notebook: str
    started: float
    programs: str
    kubectl: str

    @property
    def name(self) -> str:
        """The notebook's name, or what stands for it."""
        name = Path(self.notebook).name.removesuffix(".ipynb")
        return name if name and name.isprintable() else f"process {self.pid}"


def write(folder: PrivateFolder, target: str, namespace: str) -> None:
    """Say in a handle's private folder what it is.

    Raises:
        OSError: the file cannot be written.
    """
    session = Session(
        folder.path,
        os.getpid(),
        target,
        namespace,
        _notebook(),
        time.time(),
        programs.scripts(),
        _kubectl(),
    )
    content = {name: value for name, value in asdict(session).items() if name != "folder"}
    folder.write(_FILE, json.dumps(content))


def running() -> list[Session]:
    """Return the handle that is in force in each process of this user, in the order in which they were opened.

    What belongs to somebody else, or what others may write to, is not looked at: a kubeconfig can name a program.
    """
    newest = {session.pid: session for session in sorted(_sessions("*"), key=lambda session: session.started)}
    return [session for session in newest.values() if _answers(session.folder / "config")]


def of(pid: int) -> Session | None:
    """Return the handle that is in force in a process; None if there is none."""
    return max(_sessions(str(pid)), key=lambda session: session.started, default=None)


def _notebook() -> str:
    if path := os.environ.get(_NOTEBOOK_VARIABLE):
        return path
    shell = cell.shell()
    return str(shell.user_ns.get(_NOTEBOOK_NAME, "")) if shell is not None else ""


def _kubectl() -> str:
    with contextlib.suppress(kubectl.KubectlNotFoundError):
        return kubectl.find()
    return ""


def _sessions(pid: str) -> Iterator[Session]:
    for place in _places():
        for folder in place.glob(f"kubelearn-{pid}-*"):
            session = _read(folder)
            if session is not None and _lives(session.pid):
                yield session


def _places() -> set[Path]:
    places = {tempfile.gettempdir()}
    if os.name == "posix":
        places.update(_TEMPORARY)
        own = "CS_DARWIN_USER_TEMP_DIR"
        if own in os.confstr_names:
            places.add(os.confstr(own) or tempfile.gettempdir())
    return {Path(place).resolve() for place in places}


def _read(folder: Path) -> Session | None:
    """Read what a folder says, if nobody but this user can have written it."""
    try:
        if not workdir.is_private(folder):
            return None
        descriptor = os.open(folder / _FILE, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, encoding="utf-8") as file:
            found = os.fstat(descriptor)
            private = stat.S_ISREG(found.st_mode) and workdir.is_ours_alone(found)
            content = file.read(_LARGEST) if private else ""
        session = Session(folder, **json.loads(content))
    except (OSError, ValueError, TypeError):  # it is not there, goes at this moment, or is of another version
        return None
    return session if _is_sound(session) else None


def _is_sound(session: Session) -> bool:
    texts = (session.target, session.namespace, session.notebook, session.programs, session.kubectl)
    numbers = isinstance(session.pid, int) and isinstance(session.started, int | float)
    named = session.folder.name.startswith(f"kubelearn-{session.pid}-")
    return numbers and named and all(isinstance(text, str) for text in texts)


def _lives(pid: int) -> bool:
    """Whether it is a process of this user's; True where that cannot be told."""
    if os.name == "posix":
        try:
            os.kill(pid, 0)
        except (OSError, OverflowError):
            return False
    return True


def _answers(kubeconfig: Path) -> bool:
    """Whether somebody listens where a cluster on this machine was; True for one elsewhere, which nobody asks here.

    A process may have been killed, and its number be another's now.
    """
    try:
        content = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
        server = urlsplit(content["clusters"][0]["cluster"]["server"])
        address = (server.hostname or "", server.port or 443)
    except (OSError, ValueError, LookupError, TypeError, yaml.YAMLError):
        return False
    if not loopback.is_loopback(address[0]):
        return True
    with contextlib.suppress(OSError), socket.create_connection(address, timeout=_ANSWER_LIMIT):
        return True
    return False
