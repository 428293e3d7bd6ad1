"""What distributions say of themselves in ``/etc/os-release``."""

from __future__ import annotations

_DEBIANS = {"13": "trixie", "12": "bookworm", "11": "bullseye", "10": "buster"}


def debian(version: str) -> dict[str, bytes]:
    """Return the file of Debian."""
    major = version.partition(".")[0]
    codename = _DEBIANS[major]
    more = (
        f'VERSION="{major} ({codename})"\nVERSION_CODENAME={codename}\nID=debian\nHOME_URL="https://www.debian.org/"\n'
        'SUPPORT_URL="https://www.debian.org/support"\nBUG_REPORT_URL="https://bugs.debian.org/"\n'
    )
    return _file("Debian GNU/Linux", major, f"Debian GNU/Linux {major} ({codename})", more)


def ubuntu(version: str) -> dict[str, bytes]:
    """Return the file of Ubuntu, whose releases of April in even years are supported for long."""
    year, month = version.split(".")
    long = " LTS" if month == "04" and int(year) % 2 == 0 else ""
    return _file("Ubuntu", version, f"Ubuntu {version}{long}", "ID=ubuntu\n")


def alpine(version: str) -> dict[str, bytes]:
    """Return the file of Alpine."""
    text = (
        f'NAME="Alpine Linux"\nID=alpine\nVERSION_ID={version}\n'
        f'PRETTY_NAME="Alpine Linux v{version.rpartition(".")[0]}"\nHOME_URL="https://alpinelinux.org/"\n'
        'BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n'
    )
    return {"/etc/os-release": text.encode()}


def amazon(version: str) -> dict[str, bytes]:
    """Return the file of Amazon Linux."""
    return _file("Amazon Linux", version, f"Amazon Linux {version}", "ID=amzn\n")


def centos(version: str) -> dict[str, bytes]:
    """Return the file of CentOS."""
    return _file("CentOS Linux", version, f"CentOS Linux {version}", "ID=centos\n")


def fedora(version: str) -> dict[str, bytes]:
    """Return the file of Fedora."""
    return _file("Fedora Linux", version, f"Fedora Linux {version} (Container Image)", "ID=fedora\n")


def _file(name: str, version: str, pretty: str, more: str) -> dict[str, bytes]:
    text = f'PRETTY_NAME="{pretty}"\nNAME="{name}"\nVERSION_ID="{version}"\n{more}'
    return {"/etc/os-release": text.encode()}
