"""The words of a kubectl command: verb, options and arguments, as kubectl reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

#: Options with a value of their own word; every other option stands alone, or has its value behind ``=``.
_VALUED = frozenset(
    {
        "annotations",
        "address",
        "as",
        "as-group",
        "as-uid",
        "cache-dir",
        "certificate-authority",
        "chunk-size",
        "client-certificate",
        "client-key",
        "cluster",
        "container",
        "context",
        "copy-to",
        "custom",
        "env",
        "field-manager",
        "field-selector",
        "filename",
        "for",
        "grace-period",
        "image",
        "image-pull-policy",
        "kubeconfig",
        "kustomize",
        "label-columns",
        "labels",
        "limit-bytes",
        "log-flush-frequency",
        "max-log-requests",
        "namespace",
        "output",
        "overrides",
        "override-type",
        "password",
        "pod-running-timeout",
        "port",
        "profile",
        "profile-output",
        "raw",
        "request-timeout",
        "restart",
        "selector",
        "server",
        "set-image",
        "since",
        "since-time",
        "sort-by",
        "subresource",
        "tail",
        "target",
        "template",
        "timeout",
        "tls-server-name",
        "token",
        "types",
        "user",
        "username",
        "v",
        "vmodule",
    }
)
_VALUED_LETTERS = frozenset("nsvclofkLp")
#: What single letters stand for, where it matters here.
_LETTERS = {"i": "stdin", "t": "tty", "w": "watch", "f": "filename", "h": "help", "n": "namespace"}
#: Verbs in whose options a letter means something else; these stand alone.
_OWN_LETTERS = {"logs": {"f": "follow", "p": "previous"}}
_FALSE = frozenset({"false", "False", "FALSE", "f", "F", "0"})
_NAME = re.compile(r"kubectl([.-]?v?[0-9][0-9.]*)?(\.exe)?", re.IGNORECASE)


@dataclass
class Invocation:
    """One call of kubectl.

    Attributes:
        verb: ``get``, ``logs`` and so on; empty if there is none.
        arguments: what follows the verb and is no option, up to ``--``.
        command: what follows ``--``.
        options: by their long names, with their last value; ``"true"`` for those that stand alone.
    """

    verb: str = ""
    arguments: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)

    def on(self, name: str) -> bool:
        """Whether an option is given and not ``=false``."""
        return name in self.options and self.options[name] not in _FALSE


def read(words: Sequence[str]) -> Invocation | None:
    """Read a command's words; None if it is not kubectl that they call."""
    if not words or not _NAME.fullmatch(re.split(r"[/\\]", words[0])[-1]):
        return None
    found, left = Invocation(), list(words[1:])
    while left:
        word = left.pop(0)
        if word == "--":
            found.command = left
            break
        if word.startswith("--"):
            _read_long(word[2:], left, found)
        elif word.startswith("-") and len(word) > 1:
            _read_letters(word[1:], left, found)
        elif not found.verb:
            found.verb = {"log": "logs"}.get(word, word)
        else:
            found.arguments.append(word)
    return found


def _read_long(option: str, left: list[str], found: Invocation) -> None:
    name, given, value = option.partition("=")
    if not given:
        value = left.pop(0) if name in _VALUED and left else "true"
    found.options[name] = value


def _read_letters(letters: str, left: list[str], found: Invocation) -> None:
    own = _OWN_LETTERS.get(found.verb, {})
    for place, letter in enumerate(letters):
        rest = letters[place + 1 :]
        name = own.get(letter) or _LETTERS.get(letter, letter)
        if rest.startswith("="):
            found.options[name] = rest[1:]
            return
        if letter in _VALUED_LETTERS and letter not in own:
            found.options[name] = rest or (left.pop(0) if left else "")
            return
        found.options[name] = "true"
