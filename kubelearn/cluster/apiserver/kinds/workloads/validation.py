"""What keeps pods running: Deployments, ReplicaSets, StatefulSets and DaemonSets.

Source: K/pkg/apis/apps/validation, release 1.36.
"""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, not_supported, required
from kubelearn.cluster.apiserver.go.values import string_map
from kubelearn.cluster.apiserver.podspec import validation as podspec
from kubelearn.cluster.apiserver.validation import amounts, metadata, names, selectors
from kubelearn.cluster.apiserver.validation.causes import (
    IMMUTABLE,
    invalid_each,
    not_negative,
    unsupported,
)
from kubelearn.cluster.meta import Object
from kubelearn.semantics.labels import selects


def deployment(obj: Object) -> list[Cause]:
    """Check a new Deployment."""
    return metadata.validate(obj, names.dns1123_subdomain) + _deployment_spec(obj.get("spec") or {})


def deployment_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced Deployment: its selector stays."""
    return metadata.validate_update(new, old) + _deployment_spec(new.get("spec") or {}) + same_selector(new, old)


def same_selector(new: Object, old: Object) -> list[Cause]:
    """Check that a selector stays."""
    selector = new["spec"].get("selector")
    if selector == old["spec"].get("selector"):
        return []
    return [invalid_value("spec.selector", selectors.as_json(selector), IMMUTABLE)]


def _deployment_spec(spec: Object) -> list[Cause]:
    causes = not_negative(spec, ("replicas",), "spec")
    causes += _selector(spec, "deployment") + _template(spec, "ReplicaSet")
    causes += _strategy(spec.get("strategy") or {}, "spec.strategy")
    causes += not_negative(spec, ("minReadySeconds", "revisionHistoryLimit"), "spec")
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None:
        causes += not_negative(spec, ("progressDeadlineSeconds",), "spec")
        if deadline <= (spec.get("minReadySeconds") or 0):
            causes.append(
                invalid_value("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")
            )
    return causes


def _selector(spec: Object, kind: str) -> list[Cause]:
    selector = spec.get("selector")
    if selector is None:
        return [required("spec.selector")]
    causes = selectors.validate(selector, "spec.selector")
    if selectors.is_empty(selector):
        causes.append(
            invalid_value("spec.selector", selectors.as_json(selector), f"empty selector is invalid for {kind}")
        )
    return causes


def _template(spec: Object, kind: str) -> list[Cause]:
    """Check a template and that the selector selects its pods.

    Of a selector that means nothing only that is said; the template is not looked at.
    """
    template, selector = spec.get("template") or {}, spec.get("selector")
    if selector is not None and selectors.validate(selector, "spec.selector"):
        return [invalid_value("spec.selector", selectors.as_json(selector), "invalid label selector")]
    causes = selects_template(selector, template) + podspec.template(template, "spec.template")
    return causes + _runs_on(template, kind)


def selects_template(selector: Object | None, template: Object) -> list[Cause]:
    """Check that a selector selects the pods that a template makes."""
    labels = (template.get("metadata") or {}).get("labels")
    if selects(selector, labels or {}):
        return []
    why = "`selector` does not match template `labels`"
    return [invalid_value("spec.template.metadata.labels", string_map(labels), why)]


def _runs_on(template: Object, kind: str) -> list[Cause]:
    """Check that a template's pods go on for ever."""
    causes: list[Cause] = []
    inner = template.get("spec") or {}
    if inner.get("restartPolicy") != "Always":
        causes.append(not_supported("spec.template.spec.restartPolicy", inner.get("restartPolicy") or "", ["Always"]))
    if inner.get("activeDeadlineSeconds") is not None:
        why = f"activeDeadlineSeconds in {kind} is not Supported"
        causes.append(forbidden_field("spec.template.spec.activeDeadlineSeconds", why))
    return causes


def _strategy(strategy: Object, path: str) -> list[Cause]:
    kind, rolling = strategy.get("type") or "", strategy.get("rollingUpdate")
    if kind == "Recreate" and rolling is None:
        return []
    if kind == "Recreate":
        return [forbidden_field(f"{path}.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")]
    if kind != "RollingUpdate":
        counts = rolling and {
            "MaxUnavailable": rolling.get("maxUnavailable", 0),
            "MaxSurge": rolling.get("maxSurge", 0),
        }
        return [unsupported(path, {"Type": kind, "RollingUpdate": counts}, ("Recreate", "RollingUpdate"))]
    return _rolling_update(rolling or {}, f"{path}.rollingUpdate")


def _rolling_update(rolling: Object, path: str) -> list[Cause]:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    causes = amounts.count_or_percent(unavailable, f"{path}.maxUnavailable") + amounts.count_or_percent(
        surge, f"{path}.maxSurge"
    )
    if amounts.amount(unavailable) == 0 and amounts.amount(surge) == 0:
        causes.append(invalid_value(f"{path}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0"))
    return causes + amounts.at_most_all(unavailable, f"{path}.maxUnavailable")


def replicaset(obj: Object) -> list[Cause]:
    """Check a new ReplicaSet."""
    return metadata.validate(obj, names.dns1123_subdomain) + _replicaset_spec(obj.get("spec") or {})


def replicaset_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced ReplicaSet: its selector stays."""
    return metadata.validate_update(new, old) + _replicaset_spec(new.get("spec") or {}) + same_selector(new, old)


def _replicaset_spec(spec: Object) -> list[Cause]:
    return (
        not_negative(spec, ("replicas", "minReadySeconds"), "spec")
        + _selector(spec, "deployment")
        + _template(spec, "ReplicaSet")
    )


def replicationcontroller(obj: Object) -> list[Cause]:
    """Check a new ReplicationController."""
    return metadata.validate(obj, names.dns1123_subdomain) + _replicationcontroller_spec(obj.get("spec") or {})


def replicationcontroller_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced ReplicationController."""
    return metadata.validate_update(new, old) + _replicationcontroller_spec(new.get("spec") or {})


def _replicationcontroller_spec(spec: Object) -> list[Cause]:
    causes = not_negative(spec, ("minReadySeconds",), "spec")
    selector, template = spec.get("selector"), spec.get("template")
    if not selector:
        causes.append(required("spec.selector"))
    causes += not_negative(spec, ("replicas",), "spec")
    if template is None:
        return [*causes, required("spec.template")]
    causes += selects_template({"matchLabels": selector or {}}, template) + podspec.template(template, "spec.template")
    return causes + _runs_on(template, "ReplicationController")


def statefulset(obj: Object) -> list[Cause]:
    """Check a new StatefulSet, whose pods' names begin with its own."""
    return metadata.validate(obj, names.dns1123_label) + _statefulset_spec(obj.get("spec") or {})


#: What may change of a StatefulSet's spec, as the message lists it.
_MUTABLE = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)


def statefulset_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced StatefulSet."""
    causes = metadata.validate_update(new, old) + _statefulset_spec(new.get("spec") or {})
    before, now = ({key: spec[key] for key in spec if key not in _MUTABLE} for spec in (old["spec"], new["spec"]))
    if before != now:
        listed = ", ".join(f"'{key}'" for key in _MUTABLE[:-1])
        why = f"updates to statefulset spec for fields other than {listed} and '{_MUTABLE[-1]}' are forbidden"
        causes.append(forbidden_field("spec", why))
    return causes


def _statefulset_spec(spec: Object) -> list[Cause]:
    causes: list[Cause] = []
    policy, retention = spec.get("podManagementPolicy"), spec.get("persistentVolumeClaimRetentionPolicy") or {}
    if policy not in ("OrderedReady", "Parallel"):
        causes.append(invalid_value("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"))
    causes += _statefulset_strategy(spec.get("updateStrategy") or {}, "spec.updateStrategy")
    causes += [
        unsupported(f"spec.persistentVolumeClaimRetentionPolicy.{key}", value, ("Retain", "Delete"))
        for key, value in retention.items()
        if value not in ("Retain", "Delete")
    ]
    causes += not_negative(spec, ("replicas", "minReadySeconds"), "spec")
    causes += not_negative(spec.get("ordinals") or {}, ("start",), "spec.ordinals")
    service = spec.get("serviceName")
    if service:
        causes += invalid_each("spec.serviceName", service, names.dns1123_label(service))
    selector = spec.get("selector")
    causes += _selector(spec, "statefulset")
    if selector is not None and selectors.validate(selector, "spec.selector"):
        return [*causes, invalid_value("spec.selector", selectors.as_json(selector), "")]
    template = spec.get("template") or {}
    # Pods mount the volumes of claims as well, in the place of others with their names.
    claimed = [{"name": meta.name_of(claim), "emptyDir": {}} for claim in spec.get("volumeClaimTemplates") or ()]
    inner, taken = template.get("spec") or {}, {volume["name"] for volume in claimed}
    others = [volume for volume in inner.get("volumes") or () if volume.get("name") not in taken]
    whole = {**template, "spec": {**inner, "volumes": [*others, *claimed]}}
    causes += selects_template(selector, template) + podspec.template(whole, "spec.template")
    return causes + _runs_on(template, "StatefulSet")


def _statefulset_strategy(strategy: Object, path: str) -> list[Cause]:
    kind, rolling = strategy.get("type") or "", strategy.get("rollingUpdate")
    counts = rolling and {"Partition": rolling.get("partition", 0), "MaxUnavailable": None}
    if kind == "RollingUpdate":
        return not_negative(rolling or {}, ("partition",), f"{path}.rollingUpdate")
    if kind == "OnDelete":
        why = "only allowed for updateStrategy 'RollingUpdate'"
        return [] if rolling is None else [invalid_value(f"{path}.rollingUpdate", counts, why)]
    shown = {"Type": kind, "RollingUpdate": counts}
    return [invalid_value(path, shown, "must be 'RollingUpdate' or 'OnDelete'")]


def daemonset(obj: Object) -> list[Cause]:
    """Check a new DaemonSet."""
    return metadata.validate(obj, names.dns1123_subdomain) + _daemonset_spec(obj.get("spec") or {})


def daemonset_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced DaemonSet: its selector stays."""
    return metadata.validate_update(new, old) + _daemonset_spec(new.get("spec") or {}) + same_selector(new, old)


def _daemonset_spec(spec: Object) -> list[Cause]:
    selector, template = spec.get("selector"), spec.get("template") or {}
    causes = selectors.validate(selector, "spec.selector") if selector is not None else []
    if not causes:
        causes += selects_template(selector, template)
    if selector is not None and selectors.is_empty(selector):
        why = "empty selector is invalid for daemonset"
        causes.append(invalid_value("spec.selector", selectors.as_json(selector), why))
    causes += podspec.template(template, "spec.template") + _runs_on(template, "DaemonSet")
    causes += not_negative(spec, ("minReadySeconds",), "spec")
    causes += _daemonset_strategy(spec.get("updateStrategy") or {}, "spec.updateStrategy")
    return causes + not_negative(spec, ("revisionHistoryLimit",), "spec")


def _daemonset_strategy(strategy: Object, path: str) -> list[Cause]:
    kind, rolling = strategy.get("type") or "", strategy.get("rollingUpdate") or {}
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    if kind == "OnDelete":
        return []
    if kind != "RollingUpdate":
        counts = rolling and {"MaxUnavailable": unavailable, "MaxSurge": surge}
        return [unsupported(path, {"Type": kind, "RollingUpdate": counts or None}, ("RollingUpdate", "OnDelete"))]
    path = f"{path}.rollingUpdate"
    causes = amounts.count_or_percent(unavailable, f"{path}.maxUnavailable") + amounts.count_or_percent(
        surge, f"{path}.maxSurge"
    )
    causes += amounts.at_most_all(unavailable, f"{path}.maxUnavailable") + amounts.at_most_all(
        surge, f"{path}.maxSurge"
    )
    if amounts.amount(unavailable) and amounts.amount(surge):
        causes.append(invalid_value(f"{path}.maxSurge", surge, "may not be set when maxUnavailable is non-zero"))
    if not amounts.amount(unavailable) and not amounts.amount(surge):
        causes.append(required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0"))
    return causes
