"""Security contexts of pods and containers, as far as they can be wrong by themselves.

Source: K/pkg/apis/core/validation/validation.go, validatePodSpecSecurityContext and ValidateSecurityContext,
release 1.36.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause, invalid_value, required
from kubelearn.cluster.apiserver.go.internal import as_internal
from kubelearn.cluster.apiserver.validation import names
from kubelearn.cluster.apiserver.validation.causes import unsupported
from kubelearn.cluster.meta import Object

_MAX_ID = 2**31 - 1


def pod(spec: Object, path: str) -> list[Cause]:
    """Check what a pod's containers share, and a pod's own security context."""
    context = spec.get("securityContext") or {}
    causes = _ids(context, ("fsGroup", "runAsUser", "runAsGroup"), path)
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        why = "ShareProcessNamespace and HostPID cannot both be enabled"
        causes.append(invalid_value(f"{path}.shareProcessNamespace", True, why))
    return causes + _seccomp(context, path)


def container(found: Object, path: str) -> list[Cause]:
    """Check a container's security context."""
    causes = _ids(found, ("runAsUser", "runAsGroup"), path)
    if found.get("allowPrivilegeEscalation") is False and found.get("privileged"):
        why = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
        causes.append(invalid_value(path, as_internal("core.v1.SecurityContext", found), why))
    return causes + _seccomp(found, path)


def _ids(context: Object, keys: tuple[str, ...], path: str) -> list[Cause]:
    return [
        invalid_value(f"{path}.{key}", context[key], names.in_range(0, _MAX_ID))
        for key in keys
        if not 0 <= context.get(key, 0) <= _MAX_ID
    ]


def _seccomp(context: Object, path: str) -> list[Cause]:
    profile, here = context.get("seccompProfile"), f"{path}.seccompProfile"
    if profile is None:
        return []
    kind, local = profile.get("type") or "", profile.get("localhostProfile")
    if kind == "Localhost":
        return [] if local else [required(f"{here}.localhostProfile", "must be set when seccomp type is Localhost")]
    causes = []
    if local is not None:
        why = "can only be set when seccomp type is Localhost"
        causes.append(invalid_value(f"{here}.localhostProfile", local, why))
    if not kind:
        causes.append(required(f"{here}.type", "type is required when seccompProfile is set"))
    elif kind not in ("RuntimeDefault", "Unconfined"):
        causes.append(unsupported(f"{here}.type", kind, ("Localhost", "RuntimeDefault", "Unconfined")))
    return causes
