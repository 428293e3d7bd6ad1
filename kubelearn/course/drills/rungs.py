"""The ladder of lesson 06 as hints: where to look next, and never what to do there."""

from __future__ import annotations

#: Rung → what to look at, from the foot to the top.
RUNGS = {
    "caller": "Begin with the call. What does the caller ask for, exactly, and what does it get? Its log says both.",
    "name": "Does the name resolve, asked from where the caller is? Is there a Service of that name in that namespace?",
    "port": "Does the Service have the port that is called, with the protocol that is spoken?",
    "endpoints": "Who is behind the Service? Compare its EndpointSlices with the pods, its selector with their labels.",
    "pods": "Are there pods, do they run, and are they ready? `describe` and `logs` say what keeps them from it.",
    "target port": "To which port does the Service pass connections on? Do the pods listen there?",
    "server": "Ask a pod itself, first from inside of it, then from another pod. Who gets an answer?",
    "policies": "Does something keep packets away? Look for policies, for the pods and for the caller.",
    "update": "Replace the pods, and watch: which of them are ready, since when, and who is still asked?",
}


def up_to(rungs: list[str]) -> list[str]:
    """Return the rungs to climb until all of these were seen."""
    order = list(RUNGS)
    return order[: max(order.index(rung) for rung in rungs) + 1]
