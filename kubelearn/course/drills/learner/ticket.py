"""What a drill shows: a ticket with what somebody has seen, who calls whom, and what may be changed."""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.course.drills.plan import Plan
from kubelearn.course.drills.shapes import CALLS, Route
from kubelearn.course.exercises.words import together

#: Symptom of a fault → what somebody has seen, of a route.
SYMPTOMS = {
    "silent": "`{caller}` gets no answer from `{url}` {since}.",
    "mixed": "Some of the answers that `{caller}` gets from `{url}` are wrong or missing {since}.",
    "lost": "`{caller}` loses requests to `{url}` whenever the pods of `{app}` are replaced, {since}.",
}
_WHEN = ("this morning", "yesterday", "last night", "the last release", "Monday", "the day before yesterday")


def ticket(plan: Plan) -> str:
    """Return a ticket in Markdown; it names no fault."""
    return f"""\
**Drill, level {plan.level}, seed {plan.seed}.** {_complaints(plan)}

| Who calls | at | and should be answered by |
| --- | --- | --- |
{_agreed(plan)}

What a caller gets stands in its log: {together(_logs(plan.symptoms))}. Find out why. Commit your diagnosis with \
`diagnose()`, then cure it, and call `check()`; `hint()` says where to look next. You may change everything in \
{_namespaces(plan)}. But the applications stay what and where they are, and so do their addresses: others call them, \
too. Callers find them by names: an IP address that somebody writes down does not count."""


def _complaints(plan: Plan) -> str:
    when = plan.chance("ticket").choice(_WHEN)
    return " ".join(
        SYMPTOMS[symptom].format(caller=route.caller, app=route.app, url=route.url, since=f"since {when}")
        for route, symptom in plan.symptoms.items()
    )


def _agreed(plan: Plan) -> str:
    return "\n".join(
        f"| `{route.caller}` in `{route.home}` | `{route.url}` | {_what(route)} `{route.app}` in `{route.ns}` |"
        for route in plan.situation.routes
    )


def _what(route: Route) -> str:
    return "the pod" if route.is_by_hand else "the pods of"


def _logs(routes: Iterable[Route]) -> list[str]:
    return [f"`kubectl -n {route.home} logs deployment/{route.caller} -c {CALLS} --tail=5`" for route in routes]


def _namespaces(plan: Plan) -> str:
    names = plan.situation.namespaces
    return f"the namespace{'s' if len(names) > 1 else ''} {together(f'`{name}`' for name in names)}"
