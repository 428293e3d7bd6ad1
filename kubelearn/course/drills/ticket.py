"""What a drill shows: a ticket with what somebody has seen, who calls whom, and what may be changed."""

from __future__ import annotations

from random import Random

from .shapes import CALLS, Route, Situation

#: Symptom of a fault → what somebody has seen, of a route.
SYMPTOMS = {
    "silent": "`{caller}` gets no answer from `{url}`{since}.",
    "mixed": "Some of the answers that `{caller}` gets from `{url}` are wrong or missing{since}.",
    "old": "`{caller}` gets answers from `{url}`, but still those of the version before{since}.",
    "lost": "Whenever the pods of `{app}` are replaced, `{caller}` loses requests to `{url}`{since}.",
}
_SINCE = ("since this morning", "since yesterday", "since last night", "since the last release", "since Monday")


def ticket(situation: Situation, seen: list[tuple[str, Route]], level: int, chance: Random) -> str:
    """Return a ticket in Markdown.

    Args:
        situation: as it should be.
        seen: symptom, and the route of which it is seen.
        level: of the drill.
        chance: for what does not matter.
    """
    since = f" {chance.choice(_SINCE)}"
    complaints = " ".join(
        SYMPTOMS[symptom].format(caller=route.caller, app=route.app, url=route.url, since=since)
        for symptom, route in seen
    )
    rows = "\n".join(
        f"| `{route.caller}` in `{route.home}` | `{route.url}` | the pods of `{route.app}` in `{route.ns}` |"
        for route in situation.routes
    )
    logs = " or ".join(
        f"`kubectl -n {route.home} logs deployment/{route.caller} -c {CALLS} --tail=5`"
        for route in situation.routes
        if any(route is other for _, other in seen)
    )
    return f"""\
**Drill, level {level}.** {complaints}

| Who calls | at | and should be answered by |
| --- | --- | --- |
{rows}

{logs} shows what the caller gets. Find out why, commit your diagnosis with `diagnose()`, cure it, and call `check()`. \
You may change everything in {_namespaces(situation)}, but the applications stay: others call at the same addresses."""


def _namespaces(situation: Situation) -> str:
    names = [f"`{name}`" for name in situation.namespaces]
    return f"the namespace{'s' if len(names) > 1 else ''} {' and '.join(names)}"
