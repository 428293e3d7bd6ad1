"""When a Job fails or succeeds before its time: podFailurePolicy and successPolicy.

Source: K/pkg/apis/batch/validation, release 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.cluster.apiserver.errors import Cause, duplicate, invalid_value, required
from kubelearn.cluster.apiserver.go.internal import as_internal
from kubelearn.cluster.apiserver.go.values import go_value
from kubelearn.cluster.apiserver.validation import indexes, names
from kubelearn.cluster.apiserver.validation.causes import invalid_each, not_negative, too_many, unsupported
from kubelearn.cluster.meta import Object

_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS = ("In", "NotIn")
_STATUSES = ("False", "True", "Unknown")
_MAX_RULES, _MAX_VALUES = 20, 255


def failure(spec: Object, path: str) -> list[Cause]:
    """Check a Job's podFailurePolicy."""
    rules = spec["podFailurePolicy"].get("rules") or []
    causes = [too_many(f"{path}.rules", len(rules), _MAX_RULES)] if len(rules) > _MAX_RULES else []
    for index, rule in enumerate(rules):
        causes += _failure_rule(spec, rule, f"{path}.rules[{index}]")
    return causes


def _failure_rule(spec: Object, rule: Object, path: str) -> list[Cause]:
    action, codes, conditions = rule.get("action"), rule.get("onExitCodes"), rule.get("onPodConditions") or []
    causes = _one_of(action, _ACTIONS, f"{path}.action")
    if action == "FailIndex" and spec.get("backoffLimitPerIndex") is None:
        causes.append(invalid_value(f"{path}.action", action, "requires the backoffLimitPerIndex to be set"))
    if codes is not None:
        causes += _exit_codes(spec, codes, f"{path}.onExitCodes")
    for index, pattern in enumerate(conditions):
        where, kind = f"{path}.onPodConditions[{index}]", pattern.get("type") or ""
        causes += invalid_each(f"{where}.type", kind, names.qualified_name(kind))
        causes += _one_of(pattern.get("status"), _STATUSES, f"{where}.status")
    if codes is not None and conditions:
        causes.append(_wrong(path, "specifying both OnExitCodes and OnPodConditions is not supported"))
    if codes is None and not conditions:
        causes.append(_wrong(path, "specifying one of OnExitCodes and OnPodConditions is required"))
    return causes


def _one_of(value: str | None, choices: tuple[str, ...], path: str) -> list[Cause]:
    if value:
        return [] if value in choices else [unsupported(path, value, choices)]
    return [required(path, f"valid values: [{' '.join(map(go_value, choices))}]")]


def _wrong(path: str, why: str) -> Cause:
    """Return a cause that shows no value."""
    return Cause(path, "FieldValueInvalid", f"Invalid value: {why}")


def _exit_codes(spec: Object, codes: Object, path: str) -> list[Cause]:
    operator, container, values = codes.get("operator"), codes.get("containerName"), codes.get("values") or []
    causes = _one_of(operator, _OPERATORS, f"{path}.operator")
    inner = (spec.get("template") or {}).get("spec") or {}
    known = {item.get("name") for key in ("containers", "initContainers") for item in inner.get(key) or ()}
    if container is not None and container not in known:
        why = "must be one of the container or initContainer names in the pod template"
        causes.append(invalid_value(f"{path}.containerName", container, why))
    if not values:
        causes.append(invalid_value(f"{path}.values", codes.get("values"), "at least one value is required"))
    elif len(values) > _MAX_VALUES:
        causes.append(too_many(f"{path}.values", len(values), _MAX_VALUES))
    return causes + _values(values, operator, f"{path}.values")


def _values(values: list[int], operator: str | None, path: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, value in enumerate(values):
        if operator == "In" and value == 0:
            causes.append(invalid_value(f"{path}[{index}]", value, "must not be 0 for the In operator"))
        if value in values[:index]:
            causes.append(duplicate(f"{path}[{index}]", value))
    if values != sorted(values):
        causes.append(invalid_value(path, values, "must be ordered"))
    return causes


def success(spec: Object, path: str) -> list[Cause]:
    """Check a Job's successPolicy."""
    policy = spec["successPolicy"]
    if spec.get("completionMode") != "Indexed":
        shown = as_internal("batch.v1.SuccessPolicy", policy)
        return [invalid_value(path, shown, "requires indexed completion mode")]
    rules = policy.get("rules") or []
    if not rules:
        return [required(f"{path}.rules", "at least one rules must be specified when the successPolicy is specified")]
    causes = [too_many(f"{path}.rules", len(rules), _MAX_RULES)] if len(rules) > _MAX_RULES else []
    for index, rule in enumerate(rules):
        causes += _success_rule(rule, spec.get("completions") or 0, f"{path}.rules[{index}]")
    return causes


def _success_rule(rule: Object, completions: int, path: str) -> list[Cause]:
    count, listed = rule.get("succeededCount"), rule.get("succeededIndexes")
    if count is None and listed is None:
        return [required(path, "at least one of succeededCount or succeededIndexes must be specified")]
    causes: list[Cause] = []
    limits = [(completions, "the number of specified completions")]
    if listed is not None:
        try:
            named = len(indexes.parse(listed, completions))
        except ValueError as error:
            named = 0
            why = f"error parsing succeededIndexes: {error}"
            causes.append(invalid_value(f"{path}.succeededIndexes", listed, why))
        limits.append((named, "the number of indexes in the specified succeededIndexes field"))
    return causes + ([] if count is None else _count(count, limits, rule, path))


def _count(count: int, limits: Iterable[tuple[int, str]], rule: Object, path: str) -> list[Cause]:
    return not_negative(rule, ("succeededCount",), path) + [
        invalid_value(f"{path}.succeededCount", count, f"must be less than or equal to {limit} ({what})")
        for limit, what in limits
        if count > limit
    ]
