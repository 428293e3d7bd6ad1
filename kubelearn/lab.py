"""JupyterLab on the course: ``kubelearn lab`` copies the notebooks to a folder of the learner's and opens the first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: Folder that a learner who names none gets.
FOLDER = "kubelearn-course"
#: In the learner's folder: what each copied file was, so that a change of the learner's is told from a change of the course.
_RECORD = ".kubelearn.json"
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
    package = Path(__file__).parent
    found = package.parent / "notebooks"
    return found if (package.parent / "pyproject.toml").is_file() and found.is_dir() else None


def course() -> Path:
    """Return the folder with the course's own notebooks.

    Raises:
        CourseNotFoundError: there is none.
    """
    found = checkout() or Path(__file__).parent / "notebooks"
    if not any(found.glob("*.ipynb")):
        raise CourseNotFoundError(f"the notebooks are not in {found}: install kubelearn again (pip install --force-reinstall kubelearn)")
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


def copy(source: Path, folder: Path) -> Copied:
    """Copy the course; a file that the learner changed stays as it is.

    Args:
        source: the course's own notebooks.
        folder: where to; it is made if it is not there.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    record_path = folder / _RECORD
    record = _read(record_path)
    result = Copied()
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source)
        if path.suffix in _KINDS and _CHECKPOINTS not in name.parts:
            _copy_file(path, folder / name, name.as_posix(), record, result)
    record_path.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return result


def _read(path: Path) -> dict[str, str]:
    """Read the record; without one that can be read, what is there counts as the learner's."""
    try:
        record: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return record


def _copy_file(path: Path, target: Path, name: str, record: dict[str, str], result: Copied) -> None:
    content = path.read_bytes()
    new = _digest(content)
    if target.exists():
        present = _digest(target.read_bytes())
        if present == new:
            record[name] = new
            return
        if present != record.get(name):
            if record.get(name) != new:
                result.kept.append(name)
            return
    (result.updated if target.exists() else result.added).append(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    record[name] = new


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def run(folder: Path, arguments: Sequence[str]) -> int:
    """Run JupyterLab on a folder until it ends; its first page is the course's first notebook.

    Args:
        arguments: for JupyterLab, such as ``--no-browser``.
    """
    from jupyterlab.labapp import LabApp

    # The default URL makes the printed link lead to the first page too, where no browser opens by itself.
    LabApp.launch_instance([f"--ServerApp.root_dir={folder.absolute()}", f"--LabApp.default_url=/lab/tree/{start_page(folder)}", *arguments])
    return 0
