"""What a learner has passed: kept in a small file beside the notebooks, and taken along as text."""

from __future__ import annotations

import os
from pathlib import Path

from . import progress_file

#: Where to keep it; by default ``kubelearn-progress.json`` beside the notebook.
PROGRESS_VARIABLE = "KUBELEARN_PROGRESS"
_FILE = "kubelearn-progress.json"
#: What a passed quiz is called in the file: this and the lesson's name.
QUIZ = "quiz-"
_ONLY_HERE = (
    "What you pass is kept until this notebook's kernel ends; "
    "`kubelearn.progress()` shows a line that takes it elsewhere."
)
#: What was passed in this kernel and is not in the file of that path, which could not be written.
_kept_here: dict[Path, set[str]] = {}
#: Paths of which the learner was told that.
_said: set[Path] = set()


def path() -> Path:
    """Return where progress is kept; a notebook's working directory is its own folder."""
    return Path(os.environ.get(PROGRESS_VARIABLE) or _FILE)


def record(key: str) -> str:
    """Note that something was passed: in the file, or, if that cannot be, until this kernel ends.

    Returns:
        Nothing, or a sentence that says why it is not in the file; the same sentence is said once.
    """
    kept_here = _kept_here.setdefault(path(), set())
    try:
        progress_file.add(path(), {key, *kept_here})
    except OSError as error:
        kept_here.add(key)
        return _once(f"Your progress could not be saved in `{path()}` ({error.strerror}). {_ONLY_HERE}")
    del _kept_here[path()]
    _said.discard(path())
    return ""


def load() -> tuple[set[str], str]:
    """Return what was passed, and nothing or a sentence that says what of it is not in the file, and why."""
    kept_here = _kept_here.get(path(), set())
    try:
        passed = progress_file.read(path())
    except OSError as error:
        return set(kept_here), f"Your progress in `{path()}` cannot be read: {error.strerror}. {_ONLY_HERE}"
    except progress_file.DamagedError:
        return (
            set(kept_here),
            (
                f"Your progress in `{path()}` cannot be read: the file is damaged. "
                "It is set aside when you pass the next exercise; all lessons work without it."
            ),
        )
    return (
        passed | kept_here,
        f"Your progress could not be saved in `{path()}`. {_ONLY_HERE}" if kept_here - passed else "",
    )


def _once(sentence: str) -> str:
    """Return a sentence the first time: the next exercises that are passed have the same to say."""
    if path() in _said:
        return ""
    _said.add(path())
    return sentence
