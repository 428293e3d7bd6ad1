"""The command lines of agnhost's commands, as cobra reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping


class FlagError(Exception):
    """A command line that a command does not declare; the text is cobra's."""


class Flags:
    """What a command was given: flags, which all have a default, and arguments."""

    def __init__(self, declared: Mapping[str, str], words: list[str]):
        """Read a command line.

        Raises:
            FlagError: it has a flag that is not declared, or one without its value.
        """
        self._values = dict(declared)
        self.arguments: list[str] = []
        words = list(words)
        while words:
            word = words.pop(0)
            name, equals, value = word.removeprefix("--").partition("=")
            if word == "--":
                self.arguments += words
                break
            if not word.startswith("-"):
                self.arguments.append(word)
                continue
            if not word.startswith("--"):
                raise FlagError(f"unknown shorthand flag: '{word[1:2]}' in {word}")
            if name not in declared:
                raise FlagError(f"unknown flag: --{name}")
            if not equals and declared[name] in ("true", "false"):
                value = "true"
            elif not equals:
                if not words:
                    raise FlagError(f"flag needs an argument: --{name}")
                value = words.pop(0)
            self._check(name, value, declared[name])
            self._values[name] = value

    @staticmethod
    def _check(name: str, value: str, default: str) -> None:
        if re.fullmatch(r"-?\d+", default) and not re.fullmatch(r"-?\d+", value):
            why = f'strconv.ParseInt: parsing "{value}": invalid syntax'
            raise FlagError(f'invalid argument "{value}" for "--{name}" flag: {why}')

    def text(self, name: str) -> str:
        """Return a flag's value."""
        return self._values[name]

    def number(self, name: str) -> int:
        """Return the value of a flag that is a number."""
        return int(self._values[name])

    def is_set(self, name: str) -> bool:
        """Return the value of a flag that is true or false."""
        return self._values[name] == "true"

    def seconds(self, name: str) -> float:
        """Return the value of a flag that is a time, as Go writes one: ``5s``, ``500ms``, ``1m``.

        Raises:
            FlagError: it is none.
        """
        value = self._values[name]
        found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h)?", value)
        if found is None:
            raise FlagError(f'invalid argument "{value}" for "--{name}" flag: time: invalid duration "{value}"')
        return float(found[1]) * {"ms": 0.001, "m": 60, "h": 3600}.get(found[2] or "s", 1)
