"""Rules for names, labels and ports (apimachinery/pkg/util/validation)."""

from __future__ import annotations

import functools
import ipaddress
import re
from typing import Any

LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = rf"{LABEL}(\.{LABEL})*"
DNS1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_LABEL, _SUBDOMAIN, _DNS1035 = re.compile(LABEL), re.compile(SUBDOMAIN), re.compile(DNS1035)
_QUALIFIED = re.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_VALUE = re.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_ENV = re.compile("[-._a-zA-Z][-._a-zA-Z0-9]*")
_CONFIG_KEY = re.compile("[-._a-zA-Z0-9]+")

LABEL_TEXT = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
    f"(e.g. 'my-name',  or '123-abc', regex used for validation is '{LABEL}')")
SUBDOMAIN_TEXT = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character "
    f"(e.g. 'example.com', regex used for validation is '{SUBDOMAIN}')")
DNS1035_TEXT = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character "
    f"(e.g. 'my-name',  or 'abc-123', regex used for validation is '{DNS1035}')")
_QUALIFIED_TEXT = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")
_VALUE_TEXT = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")
_ENV_TEXT = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit "
    "(e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')")
_CONFIG_KEY_TEXT = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
    "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")
PORT_TEXT = "must be between 1 and 65535, inclusive"


def _longer(value: str, limit: int) -> list[str]:
    return [f"must be no more than {limit} characters"] if len(value) > limit else []


@functools.lru_cache(4096)
def label(value: str) -> tuple[str, ...]:
    """Return what is wrong with an RFC 1123 label."""
    return (*_longer(value, 63), *(() if _LABEL.fullmatch(value) else (LABEL_TEXT,)))


@functools.lru_cache(4096)
def subdomain(value: str) -> tuple[str, ...]:
    """Return what is wrong with an RFC 1123 subdomain."""
    return (*_longer(value, 253), *(() if _SUBDOMAIN.fullmatch(value) else (SUBDOMAIN_TEXT,)))


@functools.lru_cache(1024)
def dns1035(value: str) -> tuple[str, ...]:
    """Return what is wrong with a DNS-1035 label (Service names up to 1.35)."""
    return (*_longer(value, 63), *(() if _DNS1035.fullmatch(value) else (DNS1035_TEXT,)))


@functools.lru_cache(4096)
def qualified_name(value: str) -> tuple[str, ...]:
    """Return what is wrong with a label's key."""
    prefix, slash, name = value.rpartition("/")
    found: list[str] = []
    if slash:
        if "/" in prefix:
            text = _QUALIFIED_TEXT.replace("name part must", "a qualified name must").replace(" (e.g.", " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')", 1)
            return (text,)
        if not prefix:
            found.append("prefix part must be non-empty")
        elif subdomain(prefix):
            found.append("prefix part " + subdomain(prefix)[0])
    if not name:
        found.append("name part must be non-empty")
    elif len(name) > 63:
        found.append("name part must be no more than 63 characters")
    if not _QUALIFIED.fullmatch(name):
        found.append(_QUALIFIED_TEXT)
    return tuple(found)


@functools.lru_cache(4096)
def label_value(value: str) -> tuple[str, ...]:
    """Return what is wrong with a label's value."""
    return (*_longer(value, 63), *(() if _VALUE.fullmatch(value) else (_VALUE_TEXT,)))


def env_name(value: str) -> list[str]:
    return [] if _ENV.fullmatch(value) else [_ENV_TEXT]


def config_key(value: str) -> list[str]:
    if not _CONFIG_KEY.fullmatch(value):
        return [_CONFIG_KEY_TEXT]
    return _longer(value, 253)


def port_number(value: Any) -> list[str]:
    return [] if 1 <= value <= 65535 else [PORT_TEXT]


@functools.lru_cache(1024)
def port_name(value: str) -> tuple[str, ...]:
    """Return what is wrong with the name of a port (IANA_SVC_NAME)."""
    found = []
    if len(value) > 15:
        found.append("must be no more than 15 characters")
    if not re.fullmatch("[-a-z0-9]*", value):
        found.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", value):
        found.append("must contain at least one letter (a-z)")
    if "--" in value:
        found.append("must not contain consecutive hyphens")
    if value.startswith("-") or value.endswith("-"):
        found.append("must not begin or end with a hyphen")
    return tuple(found)


@functools.lru_cache(1024)
def ip_address(value: str) -> tuple[str, ...]:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return ("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",)
    return ()
