"""Pods, new and changed.

Source: K/pkg/apis/core/validation/validation.go, ValidatePodCreate and ValidatePodUpdate, release 1.36.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause, forbidden_field, invalid_value, required
from kubelearn.cluster.apiserver.go.values import go_value
from kubelearn.cluster.apiserver.podspec import validation as podspec
from kubelearn.cluster.apiserver.validation import differences, metadata, names
from kubelearn.cluster.meta import Object

_UPDATABLE = (
    "`spec.containers[*].image`",
    "`spec.initContainers[*].image`",
    "`spec.activeDeadlineSeconds`",
    "`spec.tolerations` (only additions to existing tolerations)",
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
)
_MAX_INT32 = 2**31 - 1
_SPACES = "must not have leading or trailing whitespace"


def pod(obj: Object) -> list[Cause]:
    """Check a new Pod."""
    spec = obj.get("spec") or {}
    causes = metadata.validate(obj, names.dns1123_subdomain) + podspec.pod_spec(spec, "spec", is_pod=True)
    if spec.get("ephemeralContainers"):
        causes.append(forbidden_field("spec.ephemeralContainers", "cannot be set on create"))
    return causes + _image_spaces(spec)


def _changed_images(spec: Object) -> list[Cause]:
    """Check the images of a replaced pod once more, as ValidateContainerUpdates does."""
    causes: list[Cause] = []
    for index, container in enumerate(spec.get("containers") or ()):
        path, image = f"spec.containers[{index}].image", container.get("image") or ""
        if not image.strip():
            causes.append(required(path))
        elif image != image.strip():
            causes.append(invalid_value(path, image, _SPACES))
    return causes


def _image_spaces(spec: Object) -> list[Cause]:
    return [
        invalid_value(f"spec.{kind}[{index}].image", container["image"], _SPACES)
        for kind in ("containers", "initContainers")
        for index, container in enumerate(spec.get(kind) or ())
        if (container.get("image") or "") != (container.get("image") or "").strip()
    ]


def pod_update(new: Object, old: Object) -> list[Cause]:
    """Check a replaced Pod: almost nothing of its spec may change."""
    spec, before = new.get("spec") or {}, old["spec"]
    causes = metadata.validate_update(new, old)
    if spec == before:
        return causes
    causes += podspec.pod_spec(spec, "spec", is_pod=True) + _image_spaces(spec)
    for kind in ("containers", "initContainers"):
        if len(spec.get(kind) or ()) != len(before.get(kind) or ()):
            return [*causes, forbidden_field(f"spec.{kind}", "pod updates may not add or remove containers")]
    causes += _changed_images(spec)
    deadline = _deadline(spec.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds"))
    causes += deadline
    if deadline and spec.get("activeDeadlineSeconds") is not None:
        return causes
    causes += _only_added(spec.get("tolerations") or [], before.get("tolerations") or [])
    causes += _only_removed(spec.get("schedulingGates") or [], before.get("schedulingGates") or [])
    return causes + _immutable(spec, before)


def ephemeral_update(new: Object, old: Object) -> list[Cause]:
    """Check a Pod with other ephemeral containers: those that are there stay as they are."""
    path = "spec.ephemeralContainers"
    causes = podspec.pod_spec(new["spec"], "spec", is_pod=True)
    found = {item.get("name"): item for item in new["spec"].get("ephemeralContainers") or ()}
    for item in old["spec"].get("ephemeralContainers") or ():
        name = go_value(item["name"])
        if item["name"] not in found:
            causes.append(forbidden_field(path, f"existing ephemeral containers {name} may not be removed\n"))
        elif found[item["name"]] != item:
            difference = differences.show("core.EphemeralContainer", found[item["name"]], item)
            causes.append(
                forbidden_field(path, f"existing ephemeral containers {name} may not be changed\n{difference}")
            )
    return causes


def _deadline(new: int | None, old: int | None) -> list[Cause]:
    path = "spec.activeDeadlineSeconds"
    if new is None and old is None:
        return []
    if new is None:
        return [invalid_value(path, None, "must not update from a positive integer to nil value")]
    if not 0 <= new <= _MAX_INT32:
        return [invalid_value(path, new, names.in_range(0, _MAX_INT32))]
    if old is not None and old < new:
        return [invalid_value(path, new, "must be less than or equal to previous value")]
    return []


def _only_added(new: list[Object], old: list[Object]) -> list[Cause]:
    def key(toleration: Object) -> Object:
        return {k: v for k, v in toleration.items() if k != "tolerationSeconds"}

    kept = [key(item) for item in new]
    if any(key(item) not in kept for item in old):
        why = "existing toleration can not be modified except its tolerationSeconds"
        return [forbidden_field("spec.tolerations", why)]
    return []


def _only_removed(new: list[Object], old: list[Object]) -> list[Cause]:
    known = [gate.get("name") for gate in old]
    why = "only deletion is allowed, but found new scheduling gate '{}'"
    return [
        forbidden_field(f"spec.schedulingGates[{index}].name", why.format(gate.get("name")))
        for index, gate in enumerate(new)
        if gate.get("name") not in known
    ]


def _immutable(spec: Object, before: Object) -> list[Cause]:
    """Compare what remains when everything that may change is put back."""
    rest = {**spec}
    for kind in ("containers", "initContainers"):
        if kind in spec:
            rest[kind] = [
                {**mine, "image": theirs.get("image")} for mine, theirs in zip(spec[kind], before[kind], strict=True)
            ]
    for key in ("activeDeadlineSeconds", "tolerations", "schedulingGates"):
        rest.pop(key, None)
        if key in before:
            rest[key] = before[key]
    if (before.get("terminationGracePeriodSeconds") or 0) < 0 and rest.get("terminationGracePeriodSeconds") == 1:
        rest["terminationGracePeriodSeconds"] = before["terminationGracePeriodSeconds"]
    if rest == before:
        return []
    difference = differences.show("core.PodSpec", rest, before)
    why = f"pod updates may not change fields other than {','.join(_UPDATABLE)}\n{difference}"
    return [forbidden_field("spec", why)]
