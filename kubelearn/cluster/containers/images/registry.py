"""Where nodes pull images from: what the catalogue lists, and what a learner has made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from kubelearn.cluster.containers import accounts, references
from kubelearn.cluster.containers.process import Image, Program
from kubelearn.cluster.network import App
from kubelearn.cluster.network.addresses import GATEWAY

from . import os_release
from .catalogue import CATALOGUE, Entry

#: What a repository's last part has to be like to be offered for another, from 0 to 1.
_LIKE = 0.6
#: The releases that images are made of which have Debian's or Alpine's tools.
_DEBIAN, _ALPINE = "13", "3.20.3"
#: Registries that say of an image that is not there that it is not found.
_PUBLIC = frozenset({"registry.k8s.io", "k8s.gcr.io", "gcr.io", "mcr.microsoft.com", "public.ecr.aws"})
#: Google's registries of regions, which ask who wants to know.
_ARTIFACT_REGISTRY = re.compile(r"(us|europe|asia|[a-z]+-[a-z]+\d)-docker\.pkg\.dev")


class NotPulled(Exception):
    """A registry does not give an image.

    Attributes:
        code: gRPC's, as containerd passes it on; ``Unknown`` for most.
    """

    def __init__(self, why: str, code: str = "Unknown"):
        super().__init__(why)
        self.code = code


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
        if references.invalid_reference(reference) or "@" in reference:
            raise ValueError(f"not an image name: {reference!r}; use lower case, such as 'me/app:1'")
        if not 1 <= port <= 65535:
            raise ValueError(f"port must be between 1 and 65535, not {port}")
        if not callable(app):
            raise TypeError(f"not an ASGI application: {type(app).__name__} cannot be called")
        from . import asgi

        named = references.parse(reference)
        self._made[named.repository, named.tag] = Image(
            named.repository,
            {**_tools("alpine"), "app": asgi.program(app, port)},
            entrypoint=("app",),
            files=accounts.files(),
            size=1_000_000,
        )

    def pull(self, reference: str) -> Image:
        """Return the image that a name means.

        Raises:
            NotPulled: there is none; in containerd's words.
        """
        named = references.parse(reference)
        made = self._made.get((named.repository, named.tag))
        if made is not None:
            return made
        entry = _ENTRIES.get(named.original)
        version = None if entry is None else entry.version_of(named.tag or entry.any_tag)
        if entry is None or version is None:
            raise _refusal(named, known=entry is not None)
        return _image(entry, version, alpine="alpine" in named.tag)

    def find(self, reference: str) -> Image | None:
        """Return the image that a name means, None when the registry does not have it."""
        try:
            return self.pull(reference)
        except NotPulled:
            return None

    def table(self) -> list[tuple[str, str, str]]:
        """Return what there is: name as one types it, tags in words, what it does; stand-ins last."""
        made = [(short(repository), tag, "made in this session") for repository, tag in self._made]
        entries = sorted(CATALOGUE, key=lambda entry: entry.stand_in is not None)
        return [*made, *((short(entry.repository), entry.tags_in_words, entry.about) for entry in entries)]

    def like(self, reference: str) -> list[str]:
        """Return the names, with a tag, that somebody may have meant who typed another; the nearest first."""
        if references.invalid_reference(reference):
            reference = re.sub(r"[^a-z0-9./:_-]", "", reference.lower()).strip("./:_-") or "none"
        named = references.parse(reference)
        entry = _ENTRIES.get(named.original)
        if entry is not None:
            return [f"{short(entry.repository)}:{entry.any_tag}"]
        names = {short(repository): f"{short(repository)}:{tag}" for repository, tag in self._made}
        names |= {short(name): f"{short(known.repository)}:{known.any_tag}" for name, known in _ENTRIES.items()}
        wanted = short(named.repository)
        last = {name: name.rpartition("/")[2] for name in names}
        scores = {
            name: max(_score(wanted, name), _score(wanted.rpartition("/")[2], last[name]) - 0.01) for name in names
        }
        best = sorted((name for name in names if scores[name] >= _LIKE), key=lambda name: (-scores[name], len(name)))
        return list(dict.fromkeys(names[name] for name in best))[:3]


def _score(wanted: str, name: str) -> float:
    import difflib  # only a name that is wrong asks for it

    return difflib.SequenceMatcher(None, wanted, name).ratio()


def short(repository: str) -> str:
    """Return a repository's name as people type it."""
    return repository.removeprefix("docker.io/").removeprefix("library/")


_ENTRIES: dict[str, Entry] = {name: entry for entry in CATALOGUE for name in (entry.repository, *entry.also)}


def _refusal(named: references.Reference, *, known: bool) -> NotPulled:
    """Return what containerd says of an image that its registry does not give."""
    full = str(named)
    begin = f'failed to pull and unpack image "{full}": failed to resolve reference "{full}": '
    if known or named.registry in _PUBLIC:
        return NotPulled(f"{begin}{full}: not found", "NotFound")
    host, _, path = named.repository.partition("/")
    if host == "docker.io":
        why = "server message: insufficient_scope: authorization failed"
        return NotPulled(f"{begin}pull access denied, repository does not exist or may require authorization: {why}")
    manifest = f"https://{host}/v2/{path}/manifests/{named.digest or named.tag}"
    if host == "quay.io":
        return NotPulled(f"{begin}unexpected status from HEAD request to {manifest}: 401 UNAUTHORIZED")
    if host == "ghcr.io" or _ARTIFACT_REGISTRY.fullmatch(host):
        where = f"{host}/token" if host == "ghcr.io" else f"{host}/v2/token"
        token = f"https://{where}?scope=repository%3A{path.replace('/', '%2F')}%3Apull&service={host}"
        return NotPulled(
            f"{begin}failed to authorize: failed to fetch anonymous token: "
            f"unexpected status from GET request to {token}: 403 Forbidden"
        )
    lookup = f"lookup {host.partition(':')[0]} on {GATEWAY}:53: no such host"
    return NotPulled(f'{begin}failed to do request: Head "{manifest}": dial tcp: {lookup}')


@cache
def _image(entry: Entry, version: str, *, alpine: bool) -> Image:
    """Make an image when it is wanted for the first time: its programs' modules are loaded for it."""
    programs: dict[str, Program] = {}
    family = entry.tools.replace("debian", "busybox") if alpine else entry.tools
    for name in family.split():
        programs |= _tools(name)
    if entry.stand_in is not None:
        from .servers import stand_in

        programs |= stand_in.programs(entry, version)
    if entry.programs:
        programs |= _made_by(entry.programs, version)
    files = accounts.files(entry.user)
    if "debian" in family:
        files |= os_release.debian(_DEBIAN)
    elif "alpine" in family:
        files |= os_release.alpine(_ALPINE)
    if entry.files:
        files |= _made_by(entry.files, version)
    env = {name: value.format(version=version) for name, value in entry.env.items()}
    start = (entry.entrypoint, entry.cmd)
    return Image(entry.repository, programs, *start, env, files, entry.working_dir, entry.size, entry.user)


def _made_by(where: str, version: str) -> Mapping[str, Any]:
    """Return what ``module:name`` is, or what it makes of a version."""
    module, _, name = where.partition(":")
    found: Any | Callable[[str], Any] = getattr(import_module(f".{module}", __package__), name)
    made: Mapping[str, Any] = found(version) if callable(found) else found
    return made


def _tools(family: str) -> dict[str, Program]:
    from kubelearn.cluster.containers import tools

    families: dict[str, dict[str, Program]] = {
        "busybox": tools.BUSYBOX,
        "alpine": tools.ALPINE,
        "debian": tools.DEBIAN,
        "curl": {"curl": tools.ALPINE["curl"]},
    }
    return families[family]
