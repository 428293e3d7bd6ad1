"""Loopback is never proxied: where a proxy is set, as on many companies' machines, 127.0.0.1 is still this machine."""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from kubernetes.client import Configuration

#: The names and addresses of loopback that clusters on this machine have.
HOSTS = ("127.0.0.1", "localhost", "::1")
#: Programs differ in which of the two they read, and in which one counts if both are set.
_VARIABLES = ("NO_PROXY", "no_proxy")
#: Stands for "no host at all": an empty list would make websocket-client ask the environment for another one.
_NO_HOST = "no-host.invalid"
#: What the variables were before :func:`enter`.
_learners: dict[str, str | None] = {}
#: What :func:`enter` has made of them.
_ours: dict[str, str] = {}


def no_proxy(own: str | None, *hosts: str) -> str:
    """Return the learner's list of hosts that need no proxy, with those of loopback.

    Args:
        own: the learner's list, commas between its entries; None for none.
        hosts: more hosts to add.
    """
    listed = [entry.strip() for entry in (own or "").split(",") if entry.strip()]
    if "*" in listed:  # every host, loopback too; many programs know the star only where it stands alone
        return own or ""
    known = {entry.lower() for entry in listed}
    return ",".join([*listed, *(host for host in dict.fromkeys((*HOSTS, *hosts)) if host not in known)])


def is_loopback(host: str) -> bool:
    """Say whether a name or an address is this machine's loopback, as kubectl does: it looks up no name."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def choose_way(settings: Configuration, *, proxied: bool = False) -> None:
    """Make the official client go to its server as kubectl goes: to loopback directly.

    Args:
        settings: the client's; their host is known already.
        proxied: the kubeconfig names a proxy for this server (``proxy-url``), which counts whatever the environment
            says.
    """
    host = urlsplit(settings.host).hostname or ""
    if proxied:
        settings.no_proxy = _NO_HOST
    elif is_loopback(host):
        settings.no_proxy = no_proxy(settings.no_proxy, host)


def enter() -> None:
    """Let whatever this process runs, or connects by the environment, go to loopback directly, until :func:`leave`."""
    if _hides_system_settings():
        return
    _learners.update({name: os.environ.get(name) for name in _VARIABLES})
    for name, other in zip(_VARIABLES, reversed(_VARIABLES), strict=True):
        own = _learners[name]
        _ours[name] = no_proxy(_learners[other] if own is None else own)
    os.environ.update(_ours)


def leave() -> None:
    """Give the variables back as they were before :func:`enter`; one that was changed since stays as it is."""
    for name, given in _ours.items():
        if os.environ.get(name) != given:
            continue
        own = _learners[name]
        if own is None:
            del os.environ[name]
        else:
            os.environ[name] = own
    _ours.clear()


def _hides_system_settings() -> bool:
    """Say whether a list alone would make Python forget the proxy of the system's settings, which downloads need."""
    if sys.platform not in ("darwin", "win32"):
        return False
    from urllib.request import getproxies_environment  # with it come TLS and more, which every kernel would wait for

    return not getproxies_environment()
