"""What a learner has passed, answered and tried: kept in a small file beside the notebooks."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

from . import progress_file
from .progress_file import Content

#: Where to keep it; by default ``kubelearn-progress.json`` beside the notebook.
PROGRESS_VARIABLE = "KUBELEARN_PROGRESS"
_FILE = "kubelearn-progress.json"
#: What a passed quiz is called in the file: this and the lesson's name.
QUIZ = "quiz-"
_ONLY_HERE = (
    "What you pass is kept until this notebook's kernel ends; "
    "`kubelearn.progress()` shows a line that you can take with you."
)
#: What came up in this kernel and is not in the file of that path, which could not be written.
_kept_here: dict[Path, Content] = {}
#: Paths of which the learner was told that.
_said: set[Path] = set()
#: Held while something is kept: a widget and a cell may do that at the same time.
_turn = threading.Lock()


def path() -> Path:
    """Return where progress is kept; a notebook's working directory is its own folder."""
    return Path(os.environ.get(PROGRESS_VARIABLE) or _FILE)


def record(key: str) -> str:
    """Note that something was passed: in the file, or, if that cannot be, until this kernel ends.

    Returns:
        Nothing, or a sentence that says why it is not in the file; the same sentence is said once.
    """
    fault = _keep(Content({key}))
    return _once(f"Your progress could not be saved in `{path()}` ({fault}). {_ONLY_HERE}") if fault else ""


def note(section: str, key: str, entry: Any) -> None:
    """Add to what is known of a key: an answer, say, or how a drill went.

    What cannot be saved is kept until this kernel ends; the learner is told when something is passed, and by
    ``kubelearn.progress()``.

    Args:
        section: who notes it, such as ``answers``.
        key: what it is about.
        entry: anything that JSON has.
    """
    _keep(Content(noted={section: {key: [entry]}}))


def load() -> tuple[set[str], str]:
    """Return what was passed, and nothing or a sentence that says what of it is not in the file, and why."""
    content, fault = _load()
    return content.passed, fault


def noted(section: str) -> dict[str, list[Any]]:
    """Return what was noted: key → its entries, the newest last."""
    return _load()[0].noted.get(section, {})


def _keep(more: Content) -> str:
    """Keep something in the file or until this kernel ends; return nothing, or why it is not in the file."""
    with _turn:
        kept_here = _kept_here.setdefault(path(), Content())
        kept_here.add(more)
        try:
            progress_file.add(path(), kept_here)
        except OSError as error:
            return error.strerror or str(error)
        del _kept_here[path()]
        _said.discard(path())
        return ""


def _load() -> tuple[Content, str]:
    kept_here = Content()
    kept_here.add(_kept_here.get(path(), Content()))
    try:
        content = progress_file.read(path())
    except OSError as error:
        return kept_here, f"Your progress in `{path()}` cannot be read: {error.strerror}. {_ONLY_HERE}"
    except progress_file.DamagedError:
        return (
            kept_here,
            (
                f"Your progress in `{path()}` cannot be read: the file is damaged. "
                "It is set aside when you pass the next exercise; all lessons work without it."
            ),
        )
    missing = kept_here.passed - content.passed
    content.add(kept_here)
    return content, f"Your progress could not be saved in `{path()}`. {_ONLY_HERE}" if missing else ""


def _once(sentence: str) -> str:
    """Return a sentence the first time: the next exercises that are passed have the same to say."""
    if path() in _said:
        return ""
    _said.add(path())
    return sentence
