"""JupyterLab on the course: ``kubelearn lab`` copies the notebooks to a folder of the learner's and opens the first."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kubelearn.target import kubectl, programs

from . import blank

#: Folder that a learner who names none gets.
FOLDER = "kubelearn-course"
#: In the learner's folder: what each copied file was, so that a change of the learner's is told from one of the course.
_RECORD = ".kubelearn.json"
#: Name → digests of the course's file, and of what is written in it.
Record = dict[str, dict[str, str]]
#: Set by JupyterLab in its terminals: the folder that is open.
_SERVER_ROOT = "JUPYTER_SERVER_ROOT"
#: What belongs to the course in its folder, beside what lessons and authors leave there.
_KINDS = {".ipynb", ".png", ".svg"}
_CHECKPOINTS = ".ipynb_checkpoints"


class CourseNotFoundError(FileNotFoundError):
    """The package was installed without its notebooks."""


@dataclass
class Copied:
    """What :func:`copy` did, as names of files.

    Attributes:
        added: were not there.
        updated: were there as an older course had left them.
        kept: carry changes of the learner's, and are not those of this course any more.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def checkout() -> Path | None:
    """Return the notebooks of the clone that the package runs from; None for an installed package."""
    package = Path(__file__).parent.parent
    found = package.parent / "notebooks"
    return found if (package.parent / "pyproject.toml").is_file() and found.is_dir() else None


def course() -> Path:
    """Return the folder with the course's own notebooks.

    Raises:
        CourseNotFoundError: there is none.
    """
    found = checkout() or Path(__file__).parent.parent / "notebooks"
    if not any(found.glob("*.ipynb")):
        again = f"{sys.executable} -m pip install --force-reinstall kubelearn"
        raise CourseNotFoundError(f"the notebooks are not in {found}: install kubelearn again ({again})")
    return found


def start_page(folder: Path) -> str:
    """Return the name of the notebook to open first.

    Raises:
        CourseNotFoundError: there is no notebook.
    """
    names = sorted(path.name for path in folder.glob("*.ipynb"))
    if not names:
        raise CourseNotFoundError(f"there is no notebook in {folder}")
    return names[0]


def folder(given: Path | None = None) -> Path:
    """Return the learner's folder: the one that is named, else one that was copied to before, else a new one here.

    In a terminal of JupyterLab's, that is the folder which is open there.
    """
    if given is not None:
        return given
    candidates = [Path(), Path(FOLDER)]
    if os.environ.get(_SERVER_ROOT):
        candidates.append(Path(os.environ[_SERVER_ROOT]))
    return next((each for each in candidates if (each / _RECORD).is_file()), Path(FOLDER))


def copy(source: Path, folder: Path) -> Copied:
    """Copy the course without its stored outputs; a file that the learner changed stays as it is.

    To run a notebook is not to change it. One that was only run is replaced when the course has a newer one, and what
    its cells showed is kept as far as they are the same.

    Args:
        source: the course's own notebooks.
        folder: where to; it is made if it is not there.

    Raises:
        OSError: the folder cannot be written.
    """
    result = Copied()
    folder.mkdir(parents=True, exist_ok=True)
    if folder.samefile(source):  # for authors, who work on the course itself
        return result
    record_path = folder / _RECORD
    record = _read(record_path)
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source)
        if path.suffix in _KINDS and _CHECKPOINTS not in name.parts:
            _copy_file(path, folder / name, name.as_posix(), record, result)
    record_path.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return result


def _read(path: Path) -> Record:
    """Read the record; without one that can be read, what is there counts as the learner's."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    if not isinstance(record, dict):
        return {}
    return {
        name: entry
        for name, entry in record.items()
        if isinstance(entry, dict) and entry.keys() == {"course", "sources"}
    }


def _copy_file(path: Path, target: Path, name: str, record: Record, result: Copied) -> None:
    content = blank.strip(path.read_bytes())
    entry = {"course": blank.digest(content), "sources": blank.sources(content)}
    there = target.exists()
    if there:
        present = target.read_bytes()
        written, known = blank.sources(present), record.get(name)
        if known is None and written == entry["sources"]:
            record[name] = entry
            return
        if known is not None and known["course"] == entry["course"]:
            return
        if known is None or written not in (known["sources"], entry["sources"]):
            result.kept.append(name)
            return
        content = blank.keep_outputs(content, present)
    (result.updated if there else result.added).append(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    record[name] = entry


def run(folder: Path, arguments: Sequence[str]) -> int:
    """Run JupyterLab on a folder until it ends; its first page is the course's first notebook.

    Args:
        arguments: for JupyterLab, such as ``--no-browser``.
    """
    programs.expose()
    kubectl.expose()
    # The default URL makes the printed link lead to the first page too, where no browser opens by itself.
    own = [f"--ServerApp.root_dir={folder.absolute()}", f"--LabApp.default_url=/lab/tree/{start_page(folder)}"]
    _launcher().launch_instance([*own, *arguments])
    return 0


def _launcher() -> Any:
    """Return JupyterLab, with the learner's shell for its terminals.

    Without a terminal of its own, the server would make that a login shell, and what those read (``/etc/profile``) sets
    PATH anew on many systems: ``kubelearn`` would not be found. This is a default: the learner's settings come first.
    """
    from jupyterlab.labapp import LabApp

    shell = os.environ.get("SHELL")
    terminals = {"terminado_settings": {"shell_command": [shell]}} if shell and os.name == "posix" else {}

    class Launcher(LabApp):  # type: ignore[misc]
        @classmethod
        def get_extension_package(cls) -> str:
            return "jupyterlab"

        @classmethod
        def make_serverapp(cls, **settings: Any) -> Any:
            return super().make_serverapp(**terminals, **settings)

    return Launcher
