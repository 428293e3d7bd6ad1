"""Learn how applications reach each other inside Kubernetes.

>>> import kubelearn
>>> cluster = kubelearn.connect()
>>> cluster
<Cluster embedded v1.32 3 nodes Ready>
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import ConnectionFailedError
from .target import Cluster, connect

if TYPE_CHECKING:
    from .exercises import clean_up, exercise, progress
    from .quizzes import quiz

__all__ = ["Cluster", "ConnectionFailedError", "clean_up", "connect", "exercise", "progress", "quiz"]

#: Name → module that has it; imported when asked for, so that ``import kubelearn`` stays quick.
_LAZY = {"clean_up": ".exercises", "exercise": ".exercises", "progress": ".exercises", "quiz": ".quizzes"}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
