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
    from . import kubectl
    from .doctor import requirements
    from .errors import ConnectionFailedError
    from .exercises import clean_up, exercise, progress
    from .quizzes import quiz
    from .target import Cluster, connect

__all__ = [
    "Cluster",
    "ConnectionFailedError",
    "clean_up",
    "connect",
    "exercise",
    "kubectl",
    "progress",
    "quiz",
    "requirements",
]

#: Name → module that has it; imported when asked for: a part of the package costs what it needs and no more, and
#: :func:`requirements` works without the packages that it misses.
_HOMES = {
    "Cluster": ".target",
    "ConnectionFailedError": ".errors",
    "clean_up": ".exercises",
    "connect": ".target",
    "exercise": ".exercises",
    "progress": ".exercises",
    "quiz": ".quizzes",
    "requirements": ".doctor",
}


def __getattr__(name: str) -> Any:
    if name == "kubectl":
        return import_module(".kubectl", __name__)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name], __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
