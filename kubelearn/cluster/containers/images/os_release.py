"""What distributions say of themselves in ``/etc/os-release``."""

from __future__ import annotations

_DEBIANS = {"13": "trixie", "12": "bookworm", "11": "bullseye", "10": "buster"}


def debian(version: str) -> dict[str, bytes]:
    """Return the file of Debian."""
    major = version.partition(".")[0]
    return _file("debian", "Debian GNU/Linux", major, f"Debian GNU/Linux {major} ({_DEBIANS[major]})")


def ubuntu(version: str) -> dict[str, bytes]:
    """Return the file of Ubuntu, whose releases of April in even years are supported for long."""
    year, month = version.split(".")
    long = " LTS" if month == "04" and int(year) % 2 == 0 else ""
    return _file("ubuntu", "Ubuntu", version, f"Ubuntu {version}{long}")


def alpine(version: str) -> dict[str, bytes]:
    """Return the file of Alpine."""
    return _file("alpine", "Alpine Linux", version, f"Alpine Linux v{version.rpartition('.')[0]}")


def amazon(version: str) -> dict[str, bytes]:
    """Return the file of Amazon Linux."""
    return _file("amzn", "Amazon Linux", version, f"Amazon Linux {version}")


def centos(version: str) -> dict[str, bytes]:
    """Return the file of CentOS."""
    return _file("centos", "CentOS Linux", version, f"CentOS Linux {version}")


def fedora(version: str) -> dict[str, bytes]:
    """Return the file of Fedora."""
    return _file("fedora", "Fedora Linux", version, f"Fedora Linux {version} (Container Image)")


def _file(key: str, name: str, version: str, pretty: str) -> dict[str, bytes]:
    text = f'PRETTY_NAME="{pretty}"\nNAME="{name}"\nVERSION_ID="{version}"\nID={key}\n'
    return {"/etc/os-release": text.encode()}
