"""Which images there are: data.

An image that is like another takes a few lines in one of these modules: its name, its versions, its program, and what
it starts with; ``entry`` says what each field means.
"""

from __future__ import annotations

from kubelearn.cluster.containers.images.system import coredns, kube_proxy

from .applications import APPLICATIONS
from .bases import BASES
from .books import BOOKS
from .courses import COURSES
from .data import DATA
from .demos import DEMOS
from .echoes import ECHOES
from .entry import E2E, SAMPLES, Entry
from .monitoring import MONITORING
from .software import SOFTWARE
from .stores import STORES
from .system import SYSTEM
from .web import SAMPLES_OF_GOOGLE, WEB

__all__ = ["CATALOGUE", "PRELOADED", "SYSTEM_IMAGES", "Entry"]

#: Every image, those that are met most first.
CATALOGUE: tuple[Entry, ...] = (
    *BASES,
    *WEB,
    *STORES,
    *ECHOES,
    *DEMOS,
    *SAMPLES_OF_GOOGLE,
    *BOOKS,
    *COURSES,
    *APPLICATIONS,
    *SOFTWARE,
    *DATA,
    *MONITORING,
    *SYSTEM,
)

#: What a node of any cluster has, because the cluster itself runs it.
SYSTEM_IMAGES = frozenset({coredns.REFERENCE, kube_proxy.REFERENCE})
#: What every node has from the start, as a course's cluster would be prepared.
PRELOADED = SYSTEM_IMAGES | {
    f"{E2E}/agnhost:2.53",
    f"{SAMPLES}/hello-app:1.0",
    f"{SAMPLES}/hello-app:2.0",
    "busybox:1.36",
}
