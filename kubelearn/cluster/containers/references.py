"""Names of images, as containerd and github.com/distribution/reference read them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?/)?[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*)*"
    r"(:\w[\w.-]{0,127})?(@[A-Za-z][A-Za-z0-9]*(:|[-_+.])[0-9a-fA-F]{32,})?"
)
#: Digits of the digests that containerd takes.
_DIGESTS = {"sha256": 64, "sha384": 96, "sha512": 128}
_HUB = "docker.io"
#: Registries that have what others have: beginning of a name → what stands there in the other.
_MIRRORS = {
    "mirror.gcr.io/": f"{_HUB}/",
    "registry-1.docker.io/": f"{_HUB}/",
    "public.ecr.aws/docker/": f"{_HUB}/",
    "k8s.gcr.io/": "registry.k8s.io/",
    "gcr.io/google-containers/": "registry.k8s.io/",
    "gcr.io/google_containers/": "registry.k8s.io/",
    "gke.gcr.io/": "registry.k8s.io/",
    "gcr.io/kubernetes-e2e-test-images/": "registry.k8s.io/e2e-test-images/",
    "gcr.io/google_samples/": "gcr.io/google-samples/",
    "us-docker.pkg.dev/google-samples/containers/gke/": "gcr.io/google-samples/",
}


@dataclass(frozen=True)
class Reference:
    """An image's name in full.

    Attributes:
        repository: with its registry, ``docker.io/library/nginx``.
        tag: ``latest`` where neither a tag nor a digest is given.
        digest: empty without.
    """

    repository: str
    tag: str
    digest: str

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.repository}{tag}{'@' if self.digest else ''}{self.digest}"

    @property
    def registry(self) -> str:
        """The host that is asked for it."""
        return self.repository.partition("/")[0]

    @property
    def original(self) -> str:
        """The repository that this one mirrors, or itself."""
        for mirror, other in _MIRRORS.items():
            if self.repository.startswith(mirror):
                return other + self.repository.removeprefix(mirror)
        return self.repository


def parse(reference: str) -> Reference:
    """Return a name as containerd completes it."""
    name, _, digest = reference.partition("@")
    path, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        path, tag = name, "" if digest else "latest"
    first, slash, rest = path.partition("/")
    if not slash or not _is_host(first):
        first, rest = _HUB, path
    if first == "index.docker.io":
        first = _HUB
    if first == _HUB and "/" not in rest:
        rest = f"library/{rest}"
    return Reference(f"{first}/{rest}", tag, digest)


def _is_host(first: str) -> bool:
    return bool(set(first) & set(".:")) or first == "localhost" or first != first.lower()


def invalid_reference(reference: str) -> str:
    """Return what is wrong with an image's name, empty for nothing.

    Source: github.com/distribution/reference, ParseNormalizedNamed.
    """
    if _NAME.fullmatch(reference):
        return _invalid_digest(reference.partition("@")[2])
    path = reference.partition("@")[0]
    first, slash, rest = path.partition("/")
    remote = (rest if slash and _is_host(first) else path).rpartition("/")
    name = f"{remote[0]}{remote[1]}{remote[2].partition(':')[0]}"
    if _NAME.fullmatch(name.lower()) and name != name.lower():
        return f"invalid reference format: repository name ({name}) must be lowercase"
    return "invalid reference format"


def _invalid_digest(digest: str) -> str:
    """Return what is wrong with a digest (github.com/opencontainers/go-digest, Validate)."""
    if not digest:
        return ""
    algorithm, _, digits = digest.partition(":")
    if algorithm not in _DIGESTS:
        return "unsupported digest algorithm"
    if len(digits) != _DIGESTS[algorithm]:
        return "invalid checksum digest length"
    return "" if digits == digits.lower() else "invalid checksum digest format"
