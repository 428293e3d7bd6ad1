"""Namespaces, Nodes, Events, Leases: kinds with a rule or two of their own.

Source: K/pkg/apis/core/validation and K/pkg/apis/coordination/validation, release 1.36.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause, duplicate, forbidden_field, invalid_value, required
from kubelearn.cluster.apiserver.go.internal import as_internal
from kubelearn.cluster.apiserver.podspec import validation as podspec
from kubelearn.cluster.apiserver.validation import metadata, names
from kubelearn.cluster.apiserver.validation.causes import NOT_NEGATIVE, invalid_each
from kubelearn.cluster.meta import Object

#: Bytes of reportingInstance, action and reason, and of the message, in an Event of the newer form.
EVENT_WORD_LIMIT, EVENT_NOTE_LIMIT = 128, 1024


def namespace(obj: Object) -> list[Cause]:
    """Check a new Namespace."""
    causes = metadata.validate(obj, names.dns1123_label, namespaced=False)
    for finalizer in (obj.get("spec") or {}).get("finalizers") or ():
        causes += invalid_each("spec.finalizers", finalizer, names.qualified_name(finalizer))
        if "/" not in finalizer and finalizer not in ("kubernetes", "orphan"):
            why = "name is neither a standard finalizer name nor is it fully qualified"
            causes.append(invalid_value("spec.finalizers", finalizer, why))
    return causes


def node(obj: Object) -> list[Cause]:
    """Check a new Node."""
    return metadata.validate(obj, names.dns1123_subdomain, namespaced=False) + _taints(obj)


def node_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced Node: its podCIDR and providerID stay once they are set."""
    causes = metadata.validate_update(new, old) + _taints(new)
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    if before.get("podCIDRs") and spec.get("podCIDRs") != before["podCIDRs"]:
        causes.append(forbidden_field("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid'))
    if before.get("providerID") and spec.get("providerID") != before["providerID"]:
        causes.append(
            forbidden_field("spec.providerID", 'node updates may not change providerID except from "" to valid')
        )
    return causes


def _taints(obj: Object) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate((obj.get("spec") or {}).get("taints") or ()):
        # The real server reports taints under metadata.
        path = f"metadata.taints[{index}]"
        key, value, effect = (taint.get(part) or "" for part in ("key", "value", "effect"))
        causes += invalid_each(f"{path}.key", key, names.qualified_name(key))
        if problems := names.label_value(value):
            causes.append(invalid_value(f"{path}.value", value, ";".join(problems)))
        causes += podspec.taint_effect(effect, f"{path}.effect")
        if (key, effect) in seen:
            cause = duplicate(path, as_internal("core.v1.Taint", taint))
            causes.append(
                Cause(cause.field, cause.reason, f"{cause.message}: taints must be unique by key and effect pair")
            )
        seen.add((key, effect))
    return causes


def event(obj: Object) -> list[Cause]:
    """Check a new Event."""
    return _event(obj) + metadata.validate(obj, names.dns1123_subdomain)


def event_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced Event."""
    return metadata.validate_update(new, old) + _event(new)


def _event(obj: Object) -> list[Cause]:
    """Check an Event: it lives in the namespace of what it is about.

    One of the newer form, which has an eventTime, is complete.
    """
    about, own = (obj.get("involvedObject") or {}).get("namespace") or "", obj["metadata"].get("namespace") or ""
    is_newer = bool(obj.get("eventTime"))
    fits = bool(about) or own in ("default", "kube-system") if is_newer else own == (about or "default")
    causes = [] if fits else [invalid_value("involvedObject.namespace", about, "does not match event.namespace")]
    return causes + (_newer_event(obj) if is_newer else [])


def _newer_event(obj: Object) -> list[Cause]:
    causes: list[Cause] = []
    controller = obj.get("reportingComponent") or ""
    if not controller:
        causes.append(required("reportingComponent"))
    causes += invalid_each("reportingComponent", controller, names.qualified_name(controller))
    for field in ("reportingInstance", "action", "reason"):
        if not obj.get(field):
            causes.append(required(field))
        causes += _at_most(obj, field, EVENT_WORD_LIMIT)
    return causes + _at_most(obj, "message", EVENT_NOTE_LIMIT)


def _at_most(obj: Object, field: str, limit: int) -> list[Cause]:
    too_long = len((obj.get(field) or "").encode()) > limit
    return (
        [invalid_value(field, "", f"can have at most {limit} characters")] if too_long else []
    )  # without the value, as upstream


def lease(obj: Object) -> list[Cause]:
    """Check the spec of a Lease."""
    spec = obj.get("spec") or {}
    causes: list[Cause] = []
    seconds, transitions = spec.get("leaseDurationSeconds"), spec.get("leaseTransitions")
    if seconds is not None and seconds <= 0:
        causes.append(invalid_value("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
    if transitions is not None and transitions < 0:
        causes.append(invalid_value("spec.leaseTransitions", transitions, NOT_NEGATIVE))
    return causes
