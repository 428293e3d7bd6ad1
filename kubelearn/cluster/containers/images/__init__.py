"""The registry: which images there are, so that the same manifests run here and on a real cluster.

An image that is not listed cannot be pulled, as with a registry that does not have it.

Each module is one image or family of images: ``agnhost`` and ``samples`` (the lessons' own), ``nginx``, ``podinfo``
(with ``podcli``), ``busybox`` (with python and pause), and ``coredns`` and ``kube_proxy``, which the cluster itself
runs.  ``web`` is what their HTTP servers are made with, ``asgi`` runs an application that a learner has made.
"""

from __future__ import annotations

import re

from kubelearn.cluster.containers.process import Image
from kubelearn.cluster.network import App

from . import agnhost, asgi, busybox, coredns, kube_proxy, nginx, podinfo, samples

_COREDNS = Image(
    "registry.k8s.io/coredns/coredns", {"coredns": coredns.program}, entrypoint=("/coredns",), size=18_562_039
)
_REFERENCE = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?/)?[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*)*"
    r"(:\w[\w.-]{0,127})?(@[A-Za-z][A-Za-z0-9]*(:|[-_+.])[0-9a-fA-F]{32,})?"
)
_VERSIONED = r"\d+(\.\d+){0,2}(-[a-z0-9.]+)?"
#: Repository → (pattern of the tags that exist, image, or None where each tag has its own).
_IMAGES: dict[str, tuple[str, Image]] = {
    image.repository: (tags, image)
    for tags, image in (
        (r"latest|stable|mainline|alpine|1(\.(1\d|2\d)(\.\d+)?)?(-alpine[0-9.]*|-perl|-slim)?", nginx.IMAGE),
        (r"latest|stable|musl|glibc|1(\.\d+){0,2}(-[a-z]+)?", busybox.IMAGE),
        (r"latest|slim|alpine|3(\.\d+){0,2}(-[a-z0-9.]+)*", busybox.PYTHON),
        (_VERSIONED, busybox.PAUSE),
        (r"2\.\d+(\.\d+)?", agnhost.IMAGE),
        (r"1\.0", samples.HELLO_GO),
        (r"1\.0", samples.FRONTEND),
        (r"latest|6(\.\d+){0,2}", podinfo.IMAGE),
        (r"v1\.\d+\.\d+", _COREDNS),
        (r"v1\.\d+\.\d+", kube_proxy.IMAGE),
    )
}


def normalize(reference: str) -> tuple[str, str]:
    """Return (repository, tag) of a reference, as containerd completes it."""
    name = reference.partition("@")[0]
    path, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        path, tag = name, "latest"
    first = path.partition("/")[0]
    if "/" not in path:
        path = f"docker.io/library/{path}"
    elif "." not in first and ":" not in first and first != "localhost":
        path = f"docker.io/{path}"
    return path, tag


def invalid_reference(reference: str) -> str:
    """Return what is wrong with an image's name, empty for nothing.

    Source: github.com/distribution/reference, ParseNormalizedNamed.
    """
    if _REFERENCE.fullmatch(reference):
        return ""
    path = reference.partition("@")[0]
    first, slash, rest = path.partition("/")
    is_host = slash and (set(first) & set(".:") or first == "localhost" or first != first.lower())
    remote = (rest if is_host else path).rpartition("/")
    name = f"{remote[0]}{remote[1]}{remote[2].partition(':')[0]}"
    if _REFERENCE.fullmatch(name.lower()) and name != name.lower():
        return f"invalid reference format: repository name ({name}) must be lowercase"
    return "invalid reference format"


#: What a node of any cluster has, because the cluster itself runs it.
SYSTEM_IMAGES = frozenset({coredns.REFERENCE, kube_proxy.REFERENCE})
#: What every node has from the start, as a course's cluster would be prepared.
PRELOADED = SYSTEM_IMAGES | {
    "registry.k8s.io/e2e-test-images/agnhost:2.53",
    "gcr.io/google-samples/hello-app:1.0",
    "gcr.io/google-samples/hello-app:2.0",
    "busybox:1.36",
}


class ImageRegistry:
    """Where a cluster's nodes pull images from: the course's, and those that a learner has made."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Image] = {}

    def register(self, reference: str, app: App, port: int) -> None:
        """Offer an ASGI application as an image.

        Args:
            reference: the image's name with its tag, ``me/app:1``; a second registration replaces the first
                for containers that start after it.
            app: the application.
            port: where it listens in its pod.

        Raises:
            ValueError: no image name, or no port.
            TypeError: the application cannot be called.
        """
        if not re.fullmatch(r"[a-z0-9]+([._/:-][a-z0-9]+)*(:[\w][\w.-]{0,127})?", reference):
            raise ValueError(f"not an image name: {reference!r}; use lower case, such as 'me/app:1'")
        if not 1 <= port <= 65535:
            raise ValueError(f"port must be between 1 and 65535, not {port}")
        if not callable(app):
            raise TypeError(f"not an ASGI application: {type(app).__name__} cannot be called")
        programs = {**agnhost.IMAGE.programs, "app": asgi.program(app, port)}
        self._made[normalize(reference)] = Image(normalize(reference)[0], programs, entrypoint=("app",), size=1_000_000)

    def find(self, reference: str) -> Image | None:
        """Return the image that a reference names, None when the registry does not have it."""
        repository, tag = normalize(reference)
        made = self._made.get((repository, tag))
        if made is not None:
            return made
        if repository == "gcr.io/google-samples/hello-app":
            return samples.HELLO_APP.get(tag)
        tags, image = _IMAGES.get(repository, ("", None))
        return image if image is not None and re.fullmatch(tags, tag) else None
