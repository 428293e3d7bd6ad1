"""Programs in a container: which ask for lines, which fill a screen, which go on until they are stopped."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "fish"})
_PROMPTS = frozenset(
    {
        "python",
        "python3",
        "ipython",
        "node",
        "irb",
        "psql",
        "mysql",
        "redis-cli",
        "mongosh",
        "sqlite3",
        "bc",
    }
)
_SCREENS = frozenset({"vi", "vim", "nvim", "nano", "emacs", "less", "more", "htop"})
#: What reads its input to the end where it gets no file.
_READERS = frozenset({"cat", "sort", "wc", "tac", "base64"})
#: Commands that run another command in their place, and options of theirs that have a value.
_BEFORE = frozenset({"sudo", "env", "nice", "nohup", "stdbuf", "command", "exec", "time"})
_BEFORE_VALUED = frozenset({"-u", "-n", "-g"})


def without_prefix(words: Sequence[str]) -> list[str]:
    """Return the words behind ``sudo``, ``env X=y`` and such; ``timeout`` stays, as it ends what it runs."""
    left = list(words)
    while left and name(left) in _BEFORE:
        left.pop(0)
        while left and (left[0].startswith("-") or re.match(r"\w+=", left[0])):
            if left.pop(0) in _BEFORE_VALUED and left:
                left.pop(0)
    return left


def plain(command: Sequence[str]) -> list[str]:
    """Return a container's command without ``env X=y`` and ``busybox`` before it."""
    left = without_prefix(command)
    return left[1:] if name(left) == "busybox" and len(left) > 1 else left


def name(command: Sequence[str]) -> str:
    """Return the name of a command's program."""
    return re.split(r"[/\\]", command[0])[-1] if command else ""


def fills_screen(command: Sequence[str]) -> bool:
    """Whether a program draws on a terminal as a whole."""
    return name(command) in _SCREENS or (name(command) == "top" and "b" not in _letters(command))


def asks(command: Sequence[str]) -> bool:
    """Whether a program shows a prompt or fills the screen."""
    options = command[1:]
    if name(command) in _SHELLS:
        return all(re.match(r"--|-[^c]*$", option) for option in options)
    return fills_screen(command) or (name(command) in _PROMPTS and not options)


def reads(command: Sequence[str]) -> bool:
    """Whether a program reads its input to the end."""
    only_options = all(option.startswith("-") for option in command[1:])
    return name(command) == "tee" or (name(command) in _READERS and only_options)


def goes_on(command: Sequence[str]) -> bool:
    """Whether a program goes on until it is stopped."""
    letters = _letters(command)
    match name(command):
        case "tail":
            return bool({"f", "F"} & set(letters)) or "--follow" in command
        case "ping":
            return not {"c", "w"} & set(letters)
        case "top":
            return "b" in letters and "n" not in letters
        case "sleep":
            return list(command[1:]) == ["infinity"]
        case other:
            return other in ("watch", "yes")


def _letters(command: Sequence[str]) -> str:
    """Return the letters of a command's options, `top -b -n1` as "bn1"."""
    return "".join(option[1:] for option in command[1:] if re.match(r"-[A-Za-z]", option))
