"""``nginx``: it reads its configuration, serves files, redirects, and passes requests on.

``syntax`` reads the configuration as text and ``directives`` knows which there are; ``model`` is what they mean, and
``check_variables`` of ``request`` refuses names that nobody sets.  ``expressions`` are the regular ones, PCRE's.
``matching`` finds the server and the location of a request, ``access`` says who may ask for it, ``serving`` answers
it, ``proxy`` asks other servers.  ``logs`` and ``pages`` are nginx' own texts, ``program`` its command line.
"""

from __future__ import annotations

from kubelearn.cluster.containers.process import Program

from .pages import files as files_for
from .program import entrypoint, nginx

PROGRAMS: dict[str, Program] = {"nginx": nginx, "docker-entrypoint.sh": entrypoint}


def files(_version: str) -> dict[str, bytes]:
    """Return the files of nginx' image."""
    return files_for("80")


def unprivileged(_version: str) -> dict[str, bytes]:
    """Return the files of nginx-unprivileged, which listens on 8080."""
    return files_for("8080")
