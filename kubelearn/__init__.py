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

if TYPE_CHECKING:
    from . import kubectl
    from .doctor import requirements
    from .exercises import exercise, progress
    from .quizzes import quiz
    from .target import Cluster, connect

__all__ = ["Cluster", "ConnectionFailedError", "connect", "exercise", "kubectl", "progress", "quiz", "requirements"]

#: Name → module that has it; imported when asked for, so that ``import kubelearn`` stays quick, and works without the
#: packages that :func:`requirements` misses.
_LAZY = {
    "Cluster": ".target", "connect": ".target", "exercise": ".exercises", "progress": ".exercises", "quiz": ".quizzes",
    "requirements": ".doctor",
}


def __getattr__(name: str) -> Any:
    if name == "kubectl":
        return import_module(".kubectl", __name__)
    if name in _LAZY:
        return getattr(import_module(_LAZY[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
