"""What an awk program works with: variables, arrays, records and their fields, and where it prints to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kubelearn.cluster.containers.expressions import Expression, compiled

from .values import UNSET, Input, Value, number, text

#: Passages of loops, and calls, that a program has; after them it is ended, since nothing else runs meanwhile.
_MOST_STEPS = 200_000
#: The longest text that a program puts together, in characters; copying longer ones again and again takes long, too.
_LONGEST = 100_000
Array = dict[str, Value]


class AwkError(Exception):
    """A program that cannot go on; the text is what awk says."""


class Machine:
    """The state of a program that runs.

    Attributes:
        variables: those of the whole program.
        frames: those of the functions that run, the innermost last.
        records: what is still to be read.
        write: takes what is printed, and where to: a file's name after ``>`` or ``>>``, a command after ``|``.
        read_file: returns the records of a file, None if it is not there.
    """

    def __init__(self, write: Callable[[str, str, str], None], read_file: Callable[[str], list[str] | None]):
        self.variables: dict[str, Value] = {
            "FS": " ",
            "OFS": " ",
            "ORS": "\n",
            "RS": "\n",
            "SUBSEP": "\x1c",
            "NR": 0.0,
            "FNR": 0.0,
            "NF": 0.0,
        }
        self.arrays: dict[str, Array] = {}
        self.frames: list[dict[str, Value | Array]] = []
        self.records: Iterator[str] = iter(())
        self.write = write
        self.read_file = read_file
        self._files: dict[str, Iterator[str]] = {}
        self._patterns: dict[str, Expression] = {}
        self._record = ""
        self._fields: list[str] = []
        self._steps = 0

    def step(self) -> None:
        """Count a passage of a loop.

        Raises:
            AwkError: there were too many.
        """
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise AwkError("too many steps for this cluster's awk")

    def joined(self, first: str, second: str) -> str:
        """Return two texts as one.

        Raises:
            AwkError: it is too long.
        """
        if len(first) + len(second) > _LONGEST:
            raise AwkError("out of memory")
        return first + second

    # Variables

    def get(self, name: str) -> Value:
        """Return a variable's value."""
        if self.frames and name in self.frames[-1]:
            value = self.frames[-1][name]
            if isinstance(value, dict):
                raise AwkError("Not a scalar")
            return value
        return self.variables.get(name, UNSET)

    def set(self, name: str, value: Value) -> Value:
        """Set a variable, and return its value."""
        if self.frames and name in self.frames[-1]:
            self.frames[-1][name] = value
            return value
        self.variables[name] = value
        if name == "NF":
            wanted = self._place(number(value))
            self._fields = [*self._fields[:wanted], *[""] * (wanted - len(self._fields))]
            self._rebuild()
        return value

    def array(self, name: str) -> Array:
        """Return an array, a new one if there is none."""
        if self.frames and name in self.frames[-1]:
            found = self.frames[-1][name]
            if not isinstance(found, dict):
                found = self.frames[-1][name] = {}
            return found
        return self.arrays.setdefault(name, {})

    def pattern(self, expression: str) -> Expression:
        """Return an extended regular expression, compiled."""
        if expression not in self._patterns:
            self._patterns[expression] = compiled(expression, extended=True)
        return self._patterns[expression]

    # Records

    def next_record(self) -> str | None:
        """Return the next record of the input, None at its end."""
        record = next(self.records, None)
        if record is not None:
            for name in ("NR", "FNR"):
                self.variables[name] = number(self.variables[name]) + 1
        return record

    def next_of_file(self, name: str) -> str | None:
        """Return the next record of a file, None at its end.

        Raises:
            AwkError: there is no such file.
        """
        if name not in self._files:
            records = self.read_file(name)
            if records is None:
                raise AwkError("")
            self._files[name] = iter(records)
        return next(self._files[name], None)

    def close(self, name: str) -> bool:
        """Forget where a file is read; return whether one was."""
        return self._files.pop(name, None) is not None

    def take(self, record: str) -> None:
        """Make a text ``$0``."""
        self._record = record
        self._fields = self.split(record, text(self.get("FS")))
        self.variables["NF"] = float(len(self._fields))

    def split(self, record: str, separator: str) -> list[str]:
        """Return the fields of a text."""
        if separator == " ":
            return record.split()
        if not record:
            return []
        if not separator:
            return list(record)
        if len(separator) == 1:
            return record.split(separator)
        return self.pattern(separator).split(record)

    def field(self, index: float) -> Value:
        """Return ``$index``."""
        at = self._place(index)
        if at == 0:
            return Input(self._record)
        return Input(self._fields[at - 1]) if at <= len(self._fields) else UNSET

    def set_field(self, index: float, value: Value) -> Value:
        """Set ``$index``, and return its value."""
        at = self._place(index)
        if at == 0:
            self.take(text(value))
            return value
        self._fields += [""] * (at - len(self._fields))
        self._fields[at - 1] = text(value)
        self.variables["NF"] = float(len(self._fields))
        self._rebuild()
        return value

    @staticmethod
    def _place(index: float) -> int:
        """Return the number of a field.

        Raises:
            AwkError: there can be none.
        """
        if index < 0:
            raise AwkError("Access to negative field")
        if not index < _LONGEST:
            raise AwkError("out of memory")
        return int(index)

    def _rebuild(self) -> None:
        self._record = text(self.get("OFS")).join(self._fields)
