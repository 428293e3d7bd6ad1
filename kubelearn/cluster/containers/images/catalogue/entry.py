"""One image of the catalogue, and which tags it has."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: How many tags with words are shown to people.
_WORDS_SHOWN = 6


@dataclass(frozen=True)
class StandIn:
    """What runs in place of an image's program that is not emulated, and says so.

    Attributes:
        ports: where it listens; an option (``--port``) or the variable ``PORT`` changes the first.
        commands: by which names it is started besides those of the entrypoint, with spaces.
        checks: commands that say whether it listens.
    """

    ports: tuple[int, ...] = ()
    commands: str = ""
    checks: str = ""


@dataclass(frozen=True, eq=False)
class Entry:
    """An image of a registry.

    Attributes:
        repository: full name without tag, ``docker.io/library/nginx``.
        about: what it does, in a few words, for who looks for one.
        versions: newest first, with spaces between them; empty for an image without numbers. ``1.29.4`` stands for
            1.29.0 to 1.29.4, and is what the tags ``1.29`` and, of the newest, ``1`` mean; ``=24.04`` stands for
            itself alone.
        words: tags that are no version; after ``=`` the version that they mean, the newest without.
        prefix: what stands before the number in a tag.
        suffix: pattern of what may follow, ``-alpine``.
        exact: whether shorter numbers are no tags.
        tools: what is on its PATH besides its programs: ``busybox``, ``alpine``, ``debian``, ``curl``; several with
            spaces. A tag with ``alpine`` has BusyBox' instead of Debian's.
        programs: its own programs.
        stand_in: what runs in place of a program that is not emulated.
        files: path → content.
        entrypoint: argv that always runs.
        cmd: default arguments.
        env: its variables; ``{version}`` is the tag's.
        size: bytes, for the Pulled event.
        also: other repositories that have the same.
        user: who its programs run as, a number or a name; empty for root.
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
    stand_in: StandIn | None = None
    files: str = ""
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    working_dir: str = "/"
    size: int = 50_000_000
    also: tuple[str, ...] = ()
    user: str = ""

    @property
    def any_tag(self) -> str:
        """A tag that exists."""
        numbers = (f"{self.prefix}{version}" for version in self._versions)
        return "latest" if "latest" in self._words else [*numbers, *self._words][0]

    @property
    def _versions(self) -> list[str]:
        return [version.removeprefix("=") for version in self.versions.split()]

    @property
    def tags_in_words(self) -> str:
        """Which tags there are, for people; of many alike the ends."""
        numbers = [self.prefix + version for version in self._versions]
        words = list(self._words)
        if len(words) > _WORDS_SHOWN:
            words = [*words[: _WORDS_SHOWN - 1], f"… {words[-1]}"]
        shown = [f"{numbers[0]} … {numbers[-1]}"] if numbers[1:] else numbers
        return ", ".join([*words, *shown])

    @property
    def _words(self) -> dict[str, str]:
        newest = "".join(self._versions[:1])
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
            if version.startswith("="):
                if number == version[1:]:
                    return number
                continue
            known = version.split(".")
            if parts == known:
                return version
            if len(parts) < len(known) and parts == known[: len(parts)] and not self.exact:
                return version
            if len(parts) == len(known) and parts[:-1] == known[:-1] and int(parts[-1]) <= int(known[-1]):
                return number
        return None


HUB = "docker.io"
LIBRARY = f"{HUB}/library"
E2E = "registry.k8s.io/e2e-test-images"
SAMPLES = "gcr.io/google-samples"
#: Suffixes of the official images' tags: the distribution below.
SYSTEMS = r"[0-9.]*(-(alpine|slim|bookworm|bullseye|buster|trixie|stretch|jammy|noble|perl|otel|debian)[0-9.]*)*"
