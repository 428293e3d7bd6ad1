"""Learn how applications reach each other inside Kubernetes.

>>> import kubelearn
>>> cluster = kubelearn.connect()
>>> cluster
<Cluster embedded v1.36 3 nodes Ready>
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .cli.doctor import requirements
    from .course.capstone.report import report
    from .course.drills import drill
    from .course.exercises import clean_up, exercise
    from .course.predictions import predict
    from .course.progress import progress
    from .course.quizzes import quiz, recall
    from .target import kubectl as kubectl
    from .target.connection import Cluster, connect
    from .target.errors import ConnectionFailedError
    from .views import decisions as decisions
    from .views import names as names
    from .views import ports as ports
    from .views import rollout as rollout
    from .views import selector as selector
    from .views import termination as termination
    from .views import topology as topology
    from .views import traffic as traffic
    from .views import variables as variables
    from .views.images import images
    from .views.traffic import load as load
    from .views.traffic import plots as plots

__all__ = [
    "Cluster",
    "ConnectionFailedError",
    "clean_up",
    "connect",
    "drill",
    "exercise",
    "images",
    "kubectl",
    "predict",
    "progress",
    "quiz",
    "recall",
    "report",
    "requirements",
]

#: Name → module that has it; imported when asked for: a part of the package costs what it needs and no more, and
#: :func:`requirements` works without the packages that it misses.
_HOMES = {
    "Cluster": ".target.connection",
    "ConnectionFailedError": ".target.errors",
    "clean_up": ".course.exercises",
    "connect": ".target.connection",
    "drill": ".course.drills",
    "exercise": ".course.exercises",
    "images": ".views.images",
    "predict": ".course.predictions",
    "progress": ".course.progress",
    "quiz": ".course.quizzes",
    "recall": ".course.quizzes",
    "report": ".course.capstone.report",
    "requirements": ".cli.doctor",
}
#: Module that lessons name → where it is; imported when asked for.
_MODULES = {
    "decisions": ".views.decisions",
    "kubectl": ".target.kubectl",
    "load": ".views.traffic.load",
    "names": ".views.names",
    "plots": ".views.traffic.plots",
    "ports": ".views.ports",
    "rollout": ".views.rollout",
    "selector": ".views.selector",
    "termination": ".views.termination",
    "topology": ".views.topology",
    "traffic": ".views.traffic",
    "variables": ".views.variables",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(_MODULES[name], __name__)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name], __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
