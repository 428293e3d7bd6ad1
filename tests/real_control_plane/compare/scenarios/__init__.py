"""The scenarios, by name: the public functions of this package's modules, at any depth.

- :mod:`.protocol`: what is the same for every kind
- :mod:`.pods`, :mod:`.services`, :mod:`.networking`, :mod:`.workloads`, :mod:`.disruption`, :mod:`.others`: kinds, as
  requests make and change them
- :mod:`.controllers`: what controllers make of them, and what kubectl shows

A scenario's name is the module or package in this one, a dot, and its function.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType

from tests.real_control_plane.compare.session import Session

Scenario = Callable[[Session], None]


def _modules() -> Iterator[ModuleType]:
    for name in sorted(info.name for info in pkgutil.walk_packages(__path__, f"{__name__}.")):
        yield importlib.import_module(name)


def _found() -> dict[str, Scenario]:
    found = {}
    for module in _modules():
        subject = module.__name__.removeprefix(f"{__name__}.").partition(".")[0]
        for name, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_"):
                assert f"{subject}.{name}" not in found, f"two scenarios are named {subject}.{name}"
                found[f"{subject}.{name}"] = function
    return found


#: Name → scenario.
SCENARIOS: dict[str, Scenario] = _found()
