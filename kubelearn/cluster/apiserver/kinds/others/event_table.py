"""Events (printEvent)."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.printers import Column, Printer, age, name_of, wide
from kubelearn.cluster.meta import Object

from . import newer_event


def _event(event: Object) -> list[Any]:
    obj = newer_event.from_newer(event)
    involved, source, series = obj.get("involvedObject") or {}, obj.get("source") or {}, obj.get("series")
    first = age(obj.get("firstTimestamp") or obj.get("eventTime"))
    last = age(obj["lastTimestamp"]) if obj.get("lastTimestamp") else first
    count = obj.get("count") or 1
    if series is not None:
        last, count = age(series.get("lastObservedTime")), series.get("count", 0)
    kind = involved.get("kind", "").lower()
    target = f"{kind}/{involved['name']}" if involved.get("name") else kind
    component, instance = (
        source.get("component") or obj.get("reportingComponent") or "",
        source.get("host") or obj.get("reportingInstance"),
    )
    return [
        last,
        obj.get("type", ""),
        obj.get("reason", ""),
        target,
        involved.get("fieldPath", ""),
        f"{component}, {instance}" if instance else component,
        obj.get("message", "").strip(),
        first,
        count,
        name_of(obj),
    ]


PRINTERS = {
    "events": Printer(
        (
            Column("Last Seen", "Time since it happened last"),
            Column("Type", "Normal or Warning"),
            Column("Reason", "Why, in one word"),
            Column("Object", "The object that it is about"),
            wide("Subobject", "Part of the object"),
            wide("Source", "The component that reports"),
            Column("Message", "What happened"),
            wide("First Seen", "Time since it happened first"),
            wide("Count", "How often it happened"),
            Column("Name", "Name of the event", format="name", priority=1),
        ),
        _event,
    ),
}
