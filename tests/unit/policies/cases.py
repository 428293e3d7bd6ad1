"""The table's cases: policies, and calls that are reached or silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Object = dict[str, Any]

#: Direction → where its rules stand in a spec, and its peers in a rule.
_FIELDS = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}
_NAMESPACE = "shop"


@dataclass(frozen=True)
class Call:
    """Who calls whom.

    Attributes:
        caller: a pod, ``own-node`` or ``other-node``.
        called: the same.
    """

    caller: str
    called: str
    port: int
    protocol: str

    def __str__(self) -> str:
        return f"{self.caller} -> {self.called}:{self.port}/{self.protocol}"


@dataclass(frozen=True)
class Case:
    """Policies, and what they do to calls."""

    name: str
    policies: list[Object]
    reached: list[Call]
    silence: list[Call]


@cache
def table() -> Object:
    found: Object = yaml.safe_load((Path(__file__).parent / "table.yml").read_text(encoding="utf-8"))
    return found


def cases() -> list[Case]:
    """Return all cases; those of both directions twice."""
    return [*_both_directions(), *_as_written()]


def _both_directions() -> Iterator[Case]:
    for entry in table()["both_directions"]:
        for direction in _FIELDS:
            policies = [
                _policy(number, _spec(each, direction), each.get("in", _NAMESPACE))
                for number, each in enumerate(entry["policies"])
            ]
            reached, silence = (
                [_turned(entry["isolated"], each, direction) for each in entry.get(key, ())]
                for key in ("reached", "silence")
            )
            yield Case(f"{entry['name']}, {direction.lower()}", policies, reached, silence)


def _spec(policy: Object, direction: str) -> Object:
    rules, peers = _FIELDS[direction]
    listed = [
        {name: rule[key] for key, name in (("peers", peers), ("ports", "ports")) if key in rule}
        for rule in policy["rules"]
    ]
    return {"podSelector": policy["pods"], "policyTypes": [direction], rules: listed}


def _turned(isolated: str, text: str, direction: str) -> Call:
    other, port, protocol = _end(text)
    caller, called = (other, isolated) if direction == "Ingress" else (isolated, other)
    return Call(caller, called, port, protocol)


def _as_written() -> Iterator[Case]:
    for entry in table()["as_written"]:
        policies = [_policy(number, spec, _NAMESPACE) for number, spec in enumerate(entry["policies"])]
        reached, silence = ([_call(each) for each in entry.get(key, ())] for key in ("reached", "silence"))
        yield Case(entry["name"], policies, reached, silence)


def _call(text: str) -> Call:
    caller, _, called = text.partition(" -> ")
    return Call(caller, *_end(called))


def _end(text: str) -> tuple[str, int, str]:
    name, _, port = text.partition(":")
    number, _, protocol = (port or "80").partition("/")
    return name, int(number), protocol or "TCP"


def _policy(number: int, spec: Object, namespace: str) -> Object:
    return {"metadata": {"name": f"policy-{number}", "namespace": namespace}, "spec": spec}
