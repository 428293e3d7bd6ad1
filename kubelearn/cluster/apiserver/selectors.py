"""Label and field selectors: reading them, in apimachinery's own words, and testing objects with them.

Sources: k8s.io/apimachinery, release 1.36: pkg/labels/selector.go, pkg/fields/selector.go and
pkg/apis/meta/v1/helpers.go.  kubectl puts its own ``Unable to find "/v1, Resource=pods" that match
label selector …`` before what the server says (cli-runtime/pkg/resource/selector.go).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kubelearn.cluster import meta
from kubelearn.cluster.meta import Object

from . import errors
from .go.values import go_value
from .resources import Resource
from .validation import names

Labels = Mapping[str, str]
Test = Callable[[Labels], bool]
Reader = Callable[[Object], str]
FieldTerm = tuple[str, str, str]

_WORD = re.compile(r"[ \t\r\n]*(==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+)")
_SPECIAL = frozenset(("", "==", "!=", *"=!(),<>"))
_BINARY = {"in": "in", "notin": "notin", "=": "=", "==": "==", "!=": "!=", ">": "gt", "<": "lt"}
_OBJECT_OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_INTEGER_WANTED = "for 'Gt', 'Lt' operators, the value must be an integer"
#: Kinds of the core group with fields of their own to select by (K/pkg/apis/core/v1/conversion.go).
_WITH_FIELDS = frozenset(("Event", "Namespace", "Node", "Pod", "ReplicationController", "Secret", "Service"))


class SelectorError(ValueError):
    """A selector that cannot be read; the text is apimachinery's."""


@dataclass(frozen=True)
class Requirement:
    """One condition on labels.

    Attributes:
        operator: as package selection writes it: ``=``, ``==``, ``!=``, ``in``, ``notin``, ``exists``, ``!``, ``gt`` or
            ``lt``.
    """

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        values = ",".join(sorted(self.values))
        if self.operator in ("in", "notin"):
            return f"{self.key} {self.operator} ({values})"
        if self.operator in ("exists", "!"):
            return self.key if self.operator == "exists" else f"!{self.key}"
        return f"{self.key}{ {'gt': '>', 'lt': '<'}.get(self.operator, self.operator) }{values}"

    def test(self) -> Test:
        """Return a function that says whether labels satisfy this; a missing label satisfies ``!=`` and ``notin``."""
        key, operator, values = self.key, self.operator, self.values
        if operator in ("=", "==") or (operator == "in" and len(values) == 1):
            value = values[0]
            return lambda labels: labels.get(key) == value
        if operator == "in":
            return lambda labels: labels.get(key) in values
        if operator in ("!=", "notin"):
            return lambda labels: labels.get(key) not in values
        if operator == "exists":
            return lambda labels: key in labels
        if operator == "!":
            return lambda labels: key not in labels
        return _comparison(key, operator == "gt", int(values[0]))


def _comparison(key: str, greater: bool, limit: int) -> Test:
    def compare(labels: Labels) -> bool:
        value = _int64(labels.get(key, ""))
        return value is not None and (value > limit if greater else value < limit)

    return compare


def _int64(text: str) -> int | None:
    value = int(text) if _WHOLE.fullmatch(text) else None
    return value if value is not None and -(2**63) <= value < 2**63 else None


def _requirement(key: str, operator: str, values: Iterable[str] = ()) -> Requirement:
    """Make a requirement (labels.NewRequirement).

    Raises:
        SelectorError: its key or a value is not one of a label.
    """
    found = tuple(values)
    problems = [errors.invalid_value("key", key, "; ".join(wrong))] if (wrong := names.qualified_name(key)) else []
    if operator in ("in", "notin") and not found:
        why = "for 'in', 'notin' operators, values set can't be empty"
        problems.append(errors.invalid_value("values", None, why))
    if operator in ("exists", "!") and found:
        problems.append(
            errors.invalid_value("values", list(found), "values set must be empty for exists and does not exist")
        )
    if operator in ("gt", "lt"):
        problems += [
            errors.invalid_value(f"values[{i}]", value, _INTEGER_WANTED)
            for i, value in enumerate(found)
            if _int64(value) is None
        ]
    for index, value in enumerate(found):
        if wrong := names.label_value(value):
            problems.append(errors.invalid_value(f"values[{index}][{key}]", value, "; ".join(wrong)))
    if problems:
        texts = list(dict.fromkeys(map(str, problems)))
        raise SelectorError(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")
    return Requirement(key, operator, found)


class _Parser:
    """Reads a label selector, word by word (labels.Parser); the empty word is the end."""

    def __init__(self, text: str):
        self._words: list[str] = [*_WORD.findall(text), ""]
        self._position = 0

    def _next(self) -> str:
        return self._words[self._position]

    def _take(self) -> str:
        self._position += 1
        return self._words[self._position - 1]

    def parse(self) -> list[Requirement]:
        found: list[Requirement] = []
        while (word := self._next()) == "!" or word not in _SPECIAL:
            try:
                found.append(self._requirement())
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from None
            separator = self._take()
            if not separator:
                return found
            if separator != ",":
                raise SelectorError(f"found '{separator}', expected: ',' or 'end of string'")
            following = self._next()
            if following != "!" and following in _SPECIAL:
                raise SelectorError(f"found '{following}', expected: identifier after ','")
        if word:
            raise SelectorError(f"found '{word}', expected: !, identifier, or 'end of string'")
        return found

    def _requirement(self) -> Requirement:
        key = self._take()
        absent = key == "!"
        if absent:
            key = self._take()
        if key in _SPECIAL:
            raise SelectorError(f"found '{key}', expected: identifier")
        if wrong := names.qualified_name(key):
            # The parser gives the error no path, and Go writes a path that is none so.
            raise SelectorError(str(errors.invalid_value("<nil>", key, "; ".join(wrong))))
        if absent or self._next() in ("", ","):
            return _requirement(key, "!" if absent else "exists")
        word = self._take()
        operator = _BINARY.get(word)
        if operator is None:
            raise SelectorError(f"found '{word}', expected: in, notin, =, ==, !=, gt, lt")
        return _requirement(key, operator, sorted(self._set() if operator in ("in", "notin") else self._value()))

    def _value(self) -> set[str]:
        if self._next() in ("", ","):
            return {""}
        value = self._take()
        if value in _SPECIAL:
            raise SelectorError(f"found '{value}', expected: identifier")
        return {value}

    def _set(self) -> set[str]:
        if (word := self._take()) != "(":
            raise SelectorError(f"found '{word}' expected: '('")
        word = self._next()
        if word == ")":
            self._take()
            return {""}
        if word in _SPECIAL and word != ",":
            raise SelectorError(f"found '{word}', expected: ',', ')' or identifier")
        found = self._identifiers()
        self._take()  # the closing parenthesis, which _identifiers has seen
        return found

    def _identifiers(self) -> set[str]:
        """Read what is between the parentheses; a missing identifier is the empty value."""
        found: set[str] = set()
        while True:
            word = self._take()
            if word not in _SPECIAL:
                found.add(word)
                if self._next() == ")":
                    return found
                if self._next() != ",":
                    raise SelectorError(f"found '{self._next()}', expected: ',' or ')'")
            elif word == ",":
                if not found or self._next() in (")", ","):
                    found.add("")
                if self._next() == ")":
                    return found
                if self._next() == ",":
                    self._take()
            else:
                raise SelectorError(f"found '{word}', expected: ',', or identifier")


def parse_requirements(text: str) -> list[Requirement]:
    """Read a label selector such as ``app in (a,b),!tier``; the requirements come in the order of their keys.

    Raises:
        SelectorError: it cannot be read.
    """
    return sorted(_Parser(text).parse(), key=lambda requirement: requirement.key)


@functools.lru_cache(512)
def parse_label_selector(text: str) -> Test:
    """Compile a label selector.

    Raises:
        SelectorError: it cannot be read.
    """
    return _all(parse_requirements(text))


def _all(requirements: Iterable[Requirement]) -> Test:
    tests = tuple(requirement.test() for requirement in requirements)
    if len(tests) == 1:
        return tests[0]
    return lambda labels: all(test(labels) for test in tests)


# LabelSelector objects

_Canonical = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str, tuple[str, ...]], ...]]


def _canonical(selector: Object) -> _Canonical:
    pairs = selector.get("matchLabels") or {}
    expressions = selector.get("matchExpressions") or ()
    return tuple(sorted(pairs.items())), tuple(
        (e["key"], e["operator"], tuple(e.get("values") or ())) for e in expressions
    )


@functools.lru_cache(4096)
def _requirements(canonical: _Canonical) -> tuple[Requirement, ...]:
    pairs, expressions = canonical
    found = [_requirement(key, "=", (value,)) for key, value in pairs]
    for key, operator, values in expressions:
        if operator not in _OBJECT_OPERATORS:
            raise SelectorError(f"{go_value(operator)} is not a valid label selector operator")
        found.append(_requirement(key, _OBJECT_OPERATORS[operator], values))
    return tuple(sorted(found, key=lambda requirement: requirement.key))


def selector_text(selector: Object | None) -> str:
    """Write a LabelSelector object as text, ``app=web,tier in (a,b)``; empty when it has no requirement.

    Raises:
        SelectorError: an operator, key or value is not valid.
    """
    return "" if selector is None else ",".join(map(str, _requirements(_canonical(selector))))


def format_label_selector(selector: Object | None) -> str:
    """Write a LabelSelector object for people (metav1.FormatLabelSelector)."""
    try:
        return selector_text(selector) or "<none>"
    except SelectorError:
        return "<error>"


# Field selectors


def _terms(text: str) -> list[str]:
    """Split at commas that no backslash escapes (fields.splitTerms)."""
    return re.findall(r"(?:\\.|[^,\\]|\\$)+", text, re.DOTALL)


def _unescape(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        found = match.group()
        if found in (",", "="):
            raise SelectorError(f"invalid field selector: unescaped character in value: {ord(found)}")
        if found[1:] not in ("\\", ",", "="):
            raise SelectorError(f"invalid field selector: invalid escape sequence: {found}")
        return found[1]

    return re.sub(r"\\.?|[,=]", plain, text, flags=re.DOTALL)


def parse_field_selector(text: str) -> list[FieldTerm]:
    r"""Read a field selector such as ``status.phase!=Running,metadata.name=web``.

    In values ``\\``, ``\,`` and ``\=`` stand for the character itself.

    Returns:
        (field, operator, value), sorted; the operator is ``=`` or ``!=``.

    Raises:
        SelectorError: it cannot be read.
    """
    found: list[FieldTerm] = []
    for term in sorted(_terms(text)):
        operator = re.search("!=|==|=", term)
        if operator is None:
            raise SelectorError(f"invalid selector: '{text}'; can't understand '{term}'")
        found.append(
            (term[: operator.start()], "!=" if operator.group() == "!=" else "=", _unescape(term[operator.end() :]))
        )
    return found


def _unknown_field(resource: Resource, label: str) -> SelectorError:
    if resource.kind == "Job":
        return SelectorError(f"field label {go_value(label)} not supported for Job")
    if resource.kind in _WITH_FIELDS:
        return SelectorError(f"field label not supported: {label}")
    return SelectorError(f'{go_value(label)} is not a known field selector: only "metadata.name", "metadata.namespace"')


# What a list or watch request selects


@dataclass(frozen=True)
class Selection:
    """Which objects a list or watch is about.

    Attributes:
        labels: test on labels, None for all.
        fields: (value of a field, wanted, whether it must differ).
    """

    labels: Test | None
    fields: tuple[tuple[Reader, str, bool], ...] = ()

    @property
    def everything(self) -> bool:
        """Whether all objects match."""
        return self.labels is None and not self.fields

    def matches(self, obj: Object) -> bool:
        """Return whether labels and fields are as asked."""
        if self.labels is not None and not self.labels(obj["metadata"].get("labels") or {}):
            return False
        return all((value(obj) != wanted) == differs for value, wanted, differs in self.fields)


def parse_selection(resource: Resource, labels: str, fields: str, known: Mapping[str, Reader]) -> Selection:
    """Compile the two selectors of a request.

    Args:
        known: fields that the resource has beside metadata.name and metadata.namespace.

    Raises:
        ApiError: 400 in the server's words.
    """
    if not labels and not fields:
        return Selection(None)
    readers: Mapping[str, Reader] = {"metadata.name": meta.name_of, "metadata.namespace": meta.namespace_of, **known}
    try:
        test = parse_label_selector(labels) if labels.strip(" \t\r\n") else None
        wanted: list[tuple[Reader, str, bool]] = []
        for label, operator, value in parse_field_selector(fields):
            if label not in readers:
                raise _unknown_field(resource, label)
            wanted.append((readers[label], value, operator == "!="))
        return Selection(test, tuple(wanted))
    except SelectorError as error:
        raise errors.bad_request(str(error)) from None
