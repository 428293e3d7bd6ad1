"""Label and field selectors (apimachinery/pkg/labels and pkg/fields)."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .. import meta
from ..meta import Object
from . import errors
from .validation import names

Labels = Mapping[str, str]
Test = Callable[[Labels], bool]

_TOKEN = re.compile(r"\s*(==|!=|=|!|\(|\)|,|>|<|[^\s=!,()<>]+)")
_FIELD_TERM = re.compile(r"^(.*?)(!=|==|=)(.*)$", re.DOTALL)


class SelectorError(ValueError):
    """A selector that cannot be read; the text is apimachinery's."""


class _Parser:
    """Reads a label selector, token by token."""

    def __init__(self, text: str):
        self._tokens = _TOKEN.findall(text)
        self._position = 0

    def peek(self) -> str:
        return self._tokens[self._position] if self._position < len(self._tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self._position += 1
        return token

    def parse(self) -> list[tuple[str, str, tuple[str, ...]]]:
        found: list[tuple[str, str, tuple[str, ...]]] = []
        while self.peek():
            found.append(self._requirement())
            separator = self.take()
            if not separator:
                break
            if separator != ",":
                raise SelectorError(f"found '{separator}', expected: ',' or 'end of string'")
            if not self.peek():
                raise SelectorError("found '', expected: identifier after ','")
        return found

    def _requirement(self) -> tuple[str, str, tuple[str, ...]]:
        try:
            return self._read()
        except SelectorError as error:
            raise SelectorError(f"unable to parse requirement: {error}") from None

    def _read(self) -> tuple[str, str, tuple[str, ...]]:
        if self.peek() == "!":
            self.take()
            return self._key(), "!", ()
        key = self._key()
        operator = self.peek()
        if operator in ("", ","):
            return key, "exists", ()
        self.take()
        if operator in ("=", "==", "!="):
            value = self.take() if self.peek() not in ("", ",") else ""
            self._check_value(key, value)
            return key, "notin" if operator == "!=" else "in", (value,)
        if operator in ("in", "notin"):
            return key, operator, self._values(key)
        if operator in (">", "<"):
            return key, operator, (self._number(),)
        raise SelectorError(f"found '{operator}', expected: in, notin, =, ==, !=, gt, lt")

    def _key(self) -> str:
        key = self.take()
        if not key or not re.match(r"[\w./-]", key):
            raise SelectorError(f"found '{key}', expected: !, identifier, or 'end of string'")
        problems = names.qualified_name(key)
        if problems:
            raise SelectorError(f'key: Invalid value: "{key}": {problems[0]}')
        return key

    def _check_value(self, key: str, value: str) -> None:
        problems = names.label_value(value)
        if problems:
            raise SelectorError(f'values[0][{key}]: Invalid value: "{value}": {problems[0]}')

    def _values(self, key: str) -> tuple[str, ...]:
        if self.take() != "(":
            raise SelectorError(f"found '{self._tokens[self._position - 1] if self._position <= len(self._tokens) else ''}' expected: '('")
        values: list[str] = []
        while True:
            word = self.take()
            if word in (")", ","):
                values.append("")
                if word == ")":
                    return tuple(values)
                continue
            self._check_value(key, word)
            values.append(word)
            after = self.take()
            if after == ")":
                return tuple(values)
            if after != ",":
                raise SelectorError(f"found '{after}', expected: ',' or ')'")

    def _number(self) -> str:
        value = self.take()
        if not value.lstrip("-").isdigit():
            raise SelectorError(f"values[0]: Invalid value: \"{value}\": for 'Gt', 'Lt' operators, the value must be an integer")
        return value


@functools.lru_cache(512)
def parse_label_selector(text: str) -> Test:
    """Compile a label selector such as ``app in (a,b),!tier``.

    Raises:
        SelectorError: it cannot be read.
    """
    tests = tuple(_test(*requirement) for requirement in _Parser(text).parse())
    return lambda labels: all(test(labels) for test in tests)


def _test(key: str, operator: str, values: tuple[str, ...]) -> Test:
    if operator == "in":
        return lambda labels: labels.get(key) in values
    if operator == "notin":
        return lambda labels: labels.get(key) not in values
    if operator == "exists":
        return lambda labels: key in labels
    if operator == "!":
        return lambda labels: key not in labels
    limit = int(values[0])

    def compare(labels: Labels) -> bool:
        text = labels.get(key, "")
        return text.lstrip("-").isdigit() and (int(text) > limit if operator == ">" else int(text) < limit)

    return compare


def format_label_selector(selector: Object | None) -> str:
    """Write a LabelSelector object as text: ``app=web,tier in (a,b)``."""
    if not selector:
        return "<none>"
    parts = [(key, f"{key}={value}") for key, value in (selector.get("matchLabels") or {}).items()]
    for expression in selector.get("matchExpressions") or ():
        key, values = expression["key"], ",".join(sorted(expression.get("values") or ()))
        shown = {"In": f"{key} in ({values})", "NotIn": f"{key} notin ({values})", "Exists": key, "DoesNotExist": f"!{key}"}
        parts.append((key, shown[expression["operator"]]))
    return ",".join(text for _, text in sorted(parts)) or "<none>"


@dataclass(frozen=True)
class Selection:
    """Which objects a list or watch is about.

    Attributes:
        labels: test on labels, None for all.
        fields: (value of a field, wanted, whether it must differ).
    """

    labels: Test | None
    fields: tuple[tuple[Callable[[Object], str], str, bool], ...] = ()

    @property
    def everything(self) -> bool:
        return self.labels is None and not self.fields

    def matches(self, obj: Object) -> bool:
        if self.labels is not None and not self.labels(obj["metadata"].get("labels") or {}):
            return False
        return all((value(obj) != wanted) == differs for value, wanted, differs in self.fields)


def parse_selection(labels: str, fields: str, known: Mapping[str, Callable[[Object], str]]) -> Selection:
    """Compile the two selectors of a request.

    Args:
        known: field labels that the resource has beside metadata.name and metadata.namespace.

    Raises:
        ApiError: 400.
    """
    if not labels and not fields:
        return Selection(None)
    try:
        test = parse_label_selector(labels) if labels.strip() else None
        return Selection(test, tuple(_fields(fields, {"metadata.name": meta.name_of, "metadata.namespace": meta.namespace_of, **known})))
    except SelectorError as error:
        # kubectl puts its own 'Unable to find "/v1, Resource=pods" that match …' before this.
        raise errors.bad_request(str(error)) from None


def _fields(text: str, known: Mapping[str, Callable[[Object], str]]) -> list[tuple[Callable[[Object], str], str, bool]]:
    found = []
    for term in re.split(r"(?<!\\),", text):
        if not term:
            continue
        parts = _FIELD_TERM.match(term)
        if parts is None:
            raise SelectorError(f"invalid selector: '{text}'; can't understand '{term}'")
        key, operator, value = parts.groups()
        if key not in known:
            raise SelectorError(f"field label not supported: {key}")
        found.append((known[key], re.sub(r"\\([\\,=])", r"\1", value), operator == "!="))
    return found
