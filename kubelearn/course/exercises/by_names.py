"""Whether pods know others by names: an address that somebody wrote down stays, and a Service may get another one."""

from __future__ import annotations

import re

from .core import NotYet
from .probe import Found

#: An address as a number, but for those that mean the pod itself.
_NUMBER = re.compile(r"\b(?!127\.|0\.0\.0\.0\b)\d{1,3}(?:\.\d{1,3}){3}\b")


def expect_names(name: str, spec: Found, asked: str = "") -> None:
    """Raise :class:`NotYet` if an address of others is written down in pods: in their hosts, commands or variables.

    Args:
        name: of their Deployment.
        spec: of its template.
        asked: what one of them asked for.
    """
    if spec.host_aliases:
        raise NotYet(
            f"`{name}` finds names by the addresses in its `hostAliases`. "
            "They stay as they are when a Service gets another address"
        )
    said = [asked]
    for container in (*(spec.init_containers or ()), *spec.containers):
        values = (str(variable.value) for variable in container.env or ())
        said += [*(container.command or ()), *(container.args or ()), *values]
    for number in _NUMBER.findall(" ".join(said)):
        raise NotYet(f"`{name}` asks for the number {number}, not for a name. A new Service or pod has another number")
