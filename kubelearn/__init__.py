"""Learn how applications reach each other inside Kubernetes.

>>> import kubelearn
>>> cluster = kubelearn.connect()
>>> cluster
<Cluster embedded v1.32 3 nodes Ready>
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import ConnectionFailedError
    from .exercises import exercise, progress
    from .quizzes import quiz
    from .target import Cluster, connect

__all__ = ["Cluster", "ConnectionFailedError", "connect", "exercise", "progress", "quiz"]

#: Name → module that has it; imported when asked for: a part of the package costs what it needs, and no more.
_HOMES = {
    "Cluster": ".target", "connect": ".target", "ConnectionFailedError": ".errors",
    "exercise": ".exercises", "progress": ".exercises", "quiz": ".quizzes",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name], __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
