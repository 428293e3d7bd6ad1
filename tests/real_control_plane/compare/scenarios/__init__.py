"""The scenarios, by name: the public functions of this package's modules."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable

from tests.real_control_plane.compare.session import Session

Scenario = Callable[[Session], None]


def _found() -> dict[str, Scenario]:
    found = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        for name, function in vars(importlib.import_module(f"{__name__}.{module}")).items():
            if (
                inspect.isfunction(function)
                and function.__module__ == f"{__name__}.{module}"
                and not name.startswith("_")
            ):
                found[f"{module}.{name}" if name != module else name] = function
    return found


#: Name → scenario.
SCENARIOS: dict[str, Scenario] = _found()
