"""How a stand-in is listed: an image whose program is not emulated."""

from __future__ import annotations

from .entry import LIBRARY, SYSTEMS, Entry, StandIn


def stand_in(
    repository: str,
    ports: tuple[int, ...],
    versions: str,
    command: str,
    *,
    commands: str = "",
    checks: str = "",
    also: tuple[str, ...] = (),
    words: str = "latest",
    prefix: str = "",
    suffix: str = "",
    user: str = "",
    exact: bool = True,
) -> Entry:
    """Return an image in which something listens in place of its program, and says so.

    Args:
        ports: where the program listens; none for one that only works.
        command: how the image starts its program.
        commands: names of the program that are not in its command, for manifests that name it.
        checks: commands by which the image is asked whether it is ready.
    """
    listed = ", ".join(map(str, ports))
    return Entry(
        repository,
        f"a stand-in that says so, on {listed}" if ports else "a stand-in that does nothing",
        versions,
        words=words,
        prefix=prefix,
        suffix=suffix,
        exact=exact,
        tools="debian",
        user=user,
        stand_in=StandIn(ports, commands, checks),
        entrypoint=tuple(command.split()),
        also=also,
    )


def official(
    name: str,
    ports: tuple[int, ...],
    versions: str,
    command: str,
    *,
    checks: str = "",
    words: str = "latest alpine",
    suffix: str = SYSTEMS,
    user: str = "",
) -> Entry:
    """Return a stand-in for an image of Docker's library; see :func:`stand_in`."""
    return stand_in(
        f"{LIBRARY}/{name}",
        ports,
        versions,
        command,
        checks=checks,
        words=words,
        suffix=suffix,
        user=user,
        exact=False,
    )
