"""Names: which texts are labels, subdomains, label keys and values, port names, …

Every function returns the problems of a text, none when it is fine.  The same few texts are
checked again and again, so the answers are remembered.
Source: k8s.io/apimachinery, pkg/util/validation/validation.go and, for label keys and values,
pkg/api/validate/content/kube.go, release 1.36.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

Problems = tuple[str, ...]
NameRule = Callable[[str], Problems]

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = f"({_KEY})?"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"
_HEADER = "[-A-Za-z0-9]+"
_WILDCARD = rf"\*\.{_SUBDOMAIN}"
_HTTP_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"

_is_label = re.compile(_LABEL).fullmatch
_is_label_1035 = re.compile(_LABEL_1035).fullmatch
_is_subdomain = re.compile(_SUBDOMAIN).fullmatch
_is_key = re.compile(_KEY).fullmatch
_is_value = re.compile(_VALUE).fullmatch
_is_config_key = re.compile(_CONFIG_KEY).fullmatch
_is_wildcard = re.compile(_WILDCARD).fullmatch
_is_http_path = re.compile(_HTTP_PATH).fullmatch
_is_header = re.compile(_HEADER).fullmatch
_is_port_name = re.compile("[-a-z0-9]+").fullmatch
_has_letter = re.compile("[a-z]").search
_is_printable = re.compile("[ -<>-~]*").fullmatch

_LABEL_TEXT = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character"
)
_LABEL_1035_TEXT = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character"
)
_SUBDOMAIN_TEXT = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character"
)
_WILDCARD_TEXT = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
    "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
)
_KEY_TEXT = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)
_VALUE_TEXT = f"a valid label must be an empty string or {_KEY_TEXT.removeprefix('must ')}"


def max_length(limit: int) -> str:
    """Say how many characters a text may have."""
    return f"must be no more than {limit} characters"


def max_bytes(limit: int) -> str:
    """Say how long a label's key or value may be: their newer rules say it otherwise than :func:`max_length`."""
    return f"must be no more than {limit} bytes"


def in_range(low: int, high: int) -> str:
    """Say between which numbers a value must be."""
    return f"must be between {low} and {high}, inclusive"


def regex_error(text: str, pattern: str, *examples: str) -> str:
    """Explain a mismatch as Go's RegexError does (two spaces before ``or`` included)."""
    shown = " or ".join(f"'{example}', " for example in examples)
    if shown:
        shown = f"e.g. {shown}"
    return f"{text} ({shown}regex used for validation is '{pattern}')"


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


@lru_cache(4096)
def dns1123_label(text: str) -> Problems:
    """Check what most names are made of: at most 63 characters, no dots (RFC 1123)."""
    problems = [max_length(63)] if _length(text) > 63 else []
    if not _is_label(text):
        problems.append(
            "must not contain dots" if _is_subdomain(text) else regex_error(_LABEL_TEXT, _LABEL, "my-name", "123-abc")
        )
    return tuple(problems)


@lru_cache(4096)
def dns1035_label(text: str) -> Problems:
    """Check a label that begins with a letter: at most 63 characters, no dots (RFC 1035)."""
    problems = [max_length(63)] if _length(text) > 63 else []
    if not _is_label_1035(text):
        problems.append(regex_error(_LABEL_1035_TEXT, _LABEL_1035, "my-name", "abc-123"))
    return tuple(problems)


@lru_cache(4096)
def dns1123_subdomain(text: str) -> Problems:
    """Check the name of most objects: labels with dots between them, at most 253 characters (RFC 1123)."""
    return _subdomain(text, max_length)


def _subdomain(text: str, too_long: Callable[[int], str]) -> Problems:
    problems = [too_long(253)] if _length(text) > 253 else []
    if not _is_subdomain(text):
        problems.append(regex_error(_SUBDOMAIN_TEXT, _SUBDOMAIN, "example.com"))
    return tuple(problems)


@lru_cache(1024)
def wildcard_subdomain(text: str) -> Problems:
    """Check the name of all hosts of a domain, ``*.example.com``."""
    problems = [max_length(253)] if _length(text) > 253 else []
    if not _is_wildcard(text):
        problems.append(regex_error(_WILDCARD_TEXT, _WILDCARD, "*.example.com"))
    return tuple(problems)


def http_path(text: str) -> Problems:
    """Check the characters of a path in a URL (RFC 3986)."""
    return () if _is_http_path(text) else (regex_error("Invalid path", _HTTP_PATH),)


def path_segment(text: str) -> Problems:
    """Check a name that may have any characters, but for those that would end it in a URL."""
    if text in (".", ".."):
        return (f"may not be '{text}'",)
    return tuple(f"may not contain '{character}'" for character in "/%" if character in text)


@lru_cache(4096)
def qualified_name(text: str) -> Problems:
    """Check a label key: an optional prefix, ``/``, and a name."""
    prefix, slash, name = text.rpartition("/")
    if "/" in prefix:
        examples = regex_error(_KEY_TEXT, _KEY, "MyName", "my.name", "123-abc")
        return (
            f"a valid label key {examples} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
        )
    problems: list[str] = []
    if slash and not prefix:
        problems.append("prefix part must be non-empty")
    elif slash:
        problems.extend(f"prefix part {problem}" for problem in _subdomain(prefix, max_bytes))
    if not name:
        problems.append("name part must be non-empty")
    elif _length(name) > 63:
        problems.append(f"name part {max_bytes(63)}")
    if not _is_key(name):
        problems.append("name part " + regex_error(_KEY_TEXT, _KEY, "MyName", "my.name", "123-abc"))
    return tuple(problems)


@lru_cache(4096)
def label_value(text: str) -> Problems:
    """Check a label's value, which may be empty."""
    problems = [max_bytes(63)] if _length(text) > 63 else []
    if not _is_value(text):
        problems.append(regex_error(_VALUE_TEXT, _VALUE, "MyValue", "my_value", "12345"))
    return tuple(problems)


@lru_cache(1024)
def port_name(text: str) -> Problems:
    """Check a name that stands for a port (RFC 6335, lower case)."""
    problems = [max_length(15)] if _length(text) > 15 else []
    if not _is_port_name(text):
        problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not _has_letter(text):
        problems.append("must contain at least one letter (a-z)")
    if "--" in text:
        problems.append("must not contain consecutive hyphens")
    if text.startswith("-") or text.endswith("-"):
        problems.append("must not begin or end with a hyphen")
    return tuple(problems)


@lru_cache(1024)
def environment_name(text: str) -> Problems:
    """Check a variable's name; the relaxed rule is on (gate RelaxedEnvironmentVariableValidation)."""
    if _is_printable(text):
        return ()
    return ("a valid environment variable name must consist only of printable ASCII characters other than '='",)


def http_header(text: str) -> Problems:
    """Check the name of an HTTP header."""
    if _is_header(text):
        return ()
    return (
        regex_error("a valid HTTP header must consist of alphanumeric characters or '-'", _HEADER, "X-Header-Name"),
    )


@lru_cache(1024)
def config_key(text: str) -> Problems:
    """Check a key of a ConfigMap or Secret."""
    problems = [max_length(253)] if _length(text) > 253 else []
    if not _is_config_key(text):
        explained = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
        problems.append(regex_error(explained, _CONFIG_KEY, "key.name", "KEY_NAME", "key-name"))
    if text in (".", ".."):
        problems.append(f"must not be '{text}'")
    elif text.startswith(".."):
        problems.append("must not start with '..'")
    return tuple(problems)


def fully_qualified(text: str) -> Problems:
    """Check a domain name of at least two labels; a final dot is fine."""
    name = text.removesuffix(".")
    problems = dns1123_subdomain(name)
    if problems:
        return (",".join(problems),)
    if "." not in name:
        return ("should be a domain with at least two segments separated by dots",)
    return ()


def for_generation(rule: NameRule, prefix: str) -> Problems:
    """Check a generateName: something will be appended, so one final dash is fine."""
    return rule(prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") else prefix)
