"""Which images there are: data.

An image that is like another takes a few lines here: its name, its versions, its program, and what it starts with.
``programs`` and ``files`` say ``module:name`` below this folder: a table, or a function that makes one of a version.
The module is loaded when the image is pulled for the first time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kubelearn.cluster import meta

from .system.coredns import REFERENCE as COREDNS
from .system.kube_proxy import REFERENCE as KUBE_PROXY


@dataclass(frozen=True, eq=False)
class Entry:
    """An image of a registry.

    Attributes:
        repository: full name without tag, ``docker.io/library/nginx``.
        about: what it does, in a few words, for who looks for one.
        versions: newest first, with spaces between them. ``1.29.4`` stands for 1.29.0 to 1.29.4, and is what the tags
            ``1.29`` and, of the newest, ``1`` mean.
        words: tags that are no version; after ``=`` the version that they mean, the newest without.
        prefix: what stands before the number in a tag.
        suffix: pattern of what may follow, ``-alpine``.
        exact: whether shorter numbers are no tags.
        tools: what is on its PATH besides its programs: ``busybox``, ``alpine``, ``debian``, ``curl``; several with
            spaces. A tag with ``alpine`` has BusyBox' instead of Debian's.
        programs: its own programs.
        files: path → content.
        entrypoint: argv that always runs.
        cmd: default arguments.
        env: its variables; ``{version}`` is the tag's.
        size: bytes, for the Pulled event.
        also: other repositories that have the same.
    """

    repository: str
    about: str
    versions: str
    words: str = "latest"
    prefix: str = ""
    suffix: str = ""
    exact: bool = False
    tools: str = ""
    programs: str = ""
    files: str = ""
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    working_dir: str = "/"
    size: int = 0
    also: tuple[str, ...] = ()

    @property
    def any_tag(self) -> str:
        """A tag that exists."""
        return "latest" if "latest" in self._words else f"{self.prefix}{self.versions.split()[0]}"

    @property
    def tags_in_words(self) -> str:
        """Which tags there are, for people."""
        newest, *others = (self.prefix + version for version in self.versions.split())
        return ", ".join([*self._words, f"{newest} … {others[-1]}" if others else newest])

    @property
    def _words(self) -> dict[str, str]:
        newest = self.versions.split()[0]
        pairs = (word.partition("=") for word in self.words.split())
        return {word: version or newest for word, _, version in pairs}

    def version_of(self, tag: str) -> str | None:
        """Return the version that a tag means, None when there is no such tag."""
        words = self._words
        known = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        number = rf"{re.escape(self.prefix)}(?P<number>\d+(?:\.\d+)*)"
        word = rf"(?P<word>{known})|" if words else ""
        found = re.fullmatch(rf"(?:{word}{number})(?:{self.suffix})?", tag)
        if found is None:
            return None
        return words[found["word"]] if words and found["word"] else self._of_number(found["number"])

    def _of_number(self, number: str) -> str | None:
        """Return the version that ``1``, ``1.29`` or ``1.29.2`` means."""
        parts = number.split(".")
        for version in self.versions.split():
            known = version.split(".")
            if parts == known:
                return version
            if len(parts) < len(known) and parts == known[: len(parts)] and not self.exact:
                return version
            if len(parts) == len(known) and parts[:-1] == known[:-1] and int(parts[-1]) <= int(known[-1]):
                return number
        return None


_HUB = "docker.io"
_LIBRARY = f"{_HUB}/library"
_E2E = "registry.k8s.io/e2e-test-images"
_SAMPLES = "gcr.io/google-samples"
#: Suffixes of the official images' tags: the distribution below.
_SYSTEMS = r"(-(alpine|slim|bookworm|bullseye|buster|trixie|stretch|jammy|noble|perl|otel|debian))?([0-9.]*)(-slim)?"
_NGINX_VERSIONS = (
    "1.29.4 1.28.1 1.27.5 1.26.3 1.25.5 1.24.0 1.23.4 1.22.1 1.21.6 1.20.2 1.19.10 1.18.0 1.17.10 1.16.1 1.15.12 "
    "1.14.2 1.13.12 1.12.2 1.11.13 1.10.3 1.9.15 1.8.1 1.7.12"
)
_NGINX_TAGS = "latest mainline stable=1.28.1 alpine alpine-slim perl bookworm trixie"

_BASES = (
    Entry(
        f"{_LIBRARY}/busybox",
        "a shell and small tools",
        "1.38.0 1.37.0 1.36.1 1.35.0 1.34.1 1.33.1 1.32.1 1.31.1 1.30.1 1.29.3 1.28.4 1.27.2 1.26.2 1.25.1 1.24.2",
        words="latest stable=1.37.0 musl glibc uclibc unstable",
        suffix="-(musl|glibc|uclibc)",
        programs="busybox:PROGRAMS",
        cmd=("sh",),
        size=2_160_000,
        also=(f"{_HUB}/busybox/busybox", f"{_E2E}/busybox", "registry.k8s.io/busybox"),
    ),
    Entry(
        f"{_LIBRARY}/python",
        "python -m http.server, and nothing else of Python",
        "3.14.0 3.13.9 3.12.12 3.11.14 3.10.19 3.9.25 3.8.20 3.7.17 3.6.15",
        words="latest slim alpine bookworm trixie",
        suffix=_SYSTEMS,
        tools="debian",
        programs="busybox:python_programs",
        cmd=("python3",),
        size=380_000_000,
    ),
    Entry(
        "registry.k8s.io/pause",
        "does nothing",
        "3.10.1 3.9 3.1",
        words="latest=3.1",
        programs="busybox:PAUSE_PROGRAMS",
        entrypoint=("/pause",),
        size=320_000,
        also=(f"{_HUB}/kubernetes/pause",),
    ),
    Entry(
        f"{_E2E}/agnhost",
        "netexec (an HTTP server for tests), curl, dig, a shell",
        "2.59",
        words="",
        exact=True,
        tools="alpine",
        programs="agnhost:PROGRAMS",
        entrypoint=("/agnhost",),
        cmd=("pause",),
        size=50_400_000,
    ),
)
_WEB = (
    Entry(
        f"{_LIBRARY}/nginx",
        "a web server",
        _NGINX_VERSIONS,
        words=_NGINX_TAGS,
        suffix=_SYSTEMS,
        tools="debian curl",
        programs="nginx:PROGRAMS",
        files="nginx:files",
        entrypoint=("/docker-entrypoint.sh",),
        cmd=("nginx", "-g", "daemon off;"),
        env={"NGINX_VERSION": "{version}"},
        size=72_406_859,
        also=("public.ecr.aws/nginx/nginx",),
    ),
    Entry(
        "ghcr.io/stefanprodan/podinfo",
        "a small service whose readiness can be switched",
        "6.14.1 6.13.0 6.12.0 6.11.2 6.10.2 6.9.4 6.8.0 6.7.1 6.6.3 6.5.4 6.4.1 6.3.6 6.2.3 6.1.8 6.0.4 5.2.1",
        exact=True,
        tools="busybox curl",
        programs="podinfo.server:programs",
        cmd=("./podinfo",),
        size=30_000_000,
        also=(f"{_HUB}/stefanprodan/podinfo",),
    ),
)
_REDIS = (
    Entry(
        f"{_LIBRARY}/redis",
        "redis-server and redis-cli",
        "8.4.0 8.2.3 8.0.5 7.4.7 7.2.12 7.0.15 6.2.21 6.0.20 5.0.14 4.0.14 3.2.12 3.0.7 2.8.23",
        words="latest alpine bookworm trixie",
        suffix=_SYSTEMS,
        tools="debian",
        programs="redis:programs",
        entrypoint=("docker-entrypoint.sh",),
        cmd=("redis-server",),
        env={"REDIS_VERSION": "{version}"},
        working_dir="/data",
        size=52_000_000,
    ),
)
_GOOGLE = (
    Entry(
        f"{_SAMPLES}/hello-app",
        "says hello, its version and its pod's name",
        "2.0 1.0",
        words="",
        exact=True,
        programs="servers.google:hello_app",
        cmd=("./hello-app",),
        size=11_545_000,
    ),
    Entry(
        f"{_SAMPLES}/hello-go-gke",
        "the tutorial's back end: a greeting in JSON",
        "1.0",
        words="",
        exact=True,
        programs="servers.google:HELLO_GO",
        cmd=("app",),
        size=5_000_000,
    ),
    Entry(
        f"{_SAMPLES}/hello-frontend",
        "the tutorial's front end: nginx before the Service hello",
        "1.0",
        words="",
        exact=True,
        tools="debian curl",
        programs="nginx:PROGRAMS",
        files="servers.google:FRONTEND",
        cmd=("nginx", "-g", "daemon off;"),
        env={"NGINX_VERSION": "1.14.2"},
        size=60_000_000,
    ),
)
_SYSTEM = (
    Entry(
        "registry.k8s.io/coredns/coredns",
        "the cluster's DNS",
        "1.14.2 1.13.2 1.12.4 1.11.4 1.10.1 1.9.4 1.8.7",
        words="",
        prefix="v",
        exact=True,
        programs="system.coredns:PROGRAMS",
        entrypoint=("/coredns",),
        size=18_562_039,
    ),
    Entry(
        "registry.k8s.io/kube-proxy",
        "the cluster's kube-proxy, with iptables-save and explain",
        meta.VERSION.removeprefix("v"),
        words="",
        prefix="v",
        exact=True,
        programs="system.kube_proxy:PROGRAMS",
        entrypoint=("kube-proxy",),
        size=94_637_000,
    ),
)

#: Every image, those that are met most first.
CATALOGUE: tuple[Entry, ...] = (*_BASES, *_WEB, *_REDIS, *_GOOGLE, *_SYSTEM)

#: What a node of any cluster has, because the cluster itself runs it.
SYSTEM_IMAGES = frozenset({COREDNS, KUBE_PROXY})
#: What every node has from the start, as a course's cluster would be prepared.
PRELOADED = SYSTEM_IMAGES | {
    f"{_E2E}/agnhost:2.53",
    f"{_SAMPLES}/hello-app:1.0",
    f"{_SAMPLES}/hello-app:2.0",
    "busybox:1.36",
}
