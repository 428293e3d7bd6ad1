"""CertificateSigningRequests (K/pkg/registry/certificates/certificates, K/pkg/apis/certificates/validation)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import ClassVar, Final

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.authentication import REQUESTER
from kubelearn.cluster.apiserver.errors import Cause, duplicate, invalid_value, not_supported, required
from kubelearn.cluster.apiserver.kinds.strategy import ClusterScopedStrategy, Context, keep
from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.validation import names
from kubelearn.cluster.meta import Object

REQUESTS: Final = "certificatesigningrequests.certificates.k8s.io"
_DECIDED: Final = ("Approved", "Denied")
_SHORTEST: Final = 600
_CALLER: Final = ("username", "uid", "groups", "extra")


class CertificateSigningRequestStrategy(ClusterScopedStrategy):
    """Rules of ``certificatesigningrequests.certificates.k8s.io``: the spec stays as it was created."""

    has_status = True
    field_selectors: ClassVar[dict[str, Callable[[Object], str]]] = {
        "spec.signerName": lambda obj: obj["spec"].get("signerName", "")
    }

    def default(self, obj: Object) -> None:
        """Leave out what is empty."""
        super().default(obj)
        obj["spec"] = obj.get("spec") or {}

    def prepare_create(self, obj: Object, context: Context) -> None:
        """Note who asks, whatever the client says of that."""
        super().prepare_create(obj, context)
        spec, user = obj["spec"], REQUESTER.get()
        for key in _CALLER:
            spec.pop(key, None)
        if user is not None:
            spec |= user.info

    def validate(self, obj: Object) -> list[Cause]:
        """Check a new request."""
        spec = obj["spec"]
        request, usages, seconds = spec.get("request", ""), spec.get("usages") or [], spec.get("expirationSeconds")
        known = types.fields("certificates.v1.CertificateSigningRequestSpec")["usages"].enum
        causes = super().validate(obj)
        if problem := _unreadable(request):
            causes.append(invalid_value("spec.request", request, problem))
        if not usages:
            causes.append(required("spec.usages"))
        for index, usage in enumerate(usages):
            if usage not in known:
                causes.append(not_supported(f"spec.usages[{index}]", usage, sorted(known)))
            elif usage in usages[:index]:
                causes.append(duplicate(f"spec.usages[{index}]", usage))
        causes += _signer(spec.get("signerName", ""))
        if seconds is not None and seconds < _SHORTEST:
            why = f"may not specify a duration less than {_SHORTEST} seconds"
            causes.append(invalid_value("spec.expirationSeconds", seconds, why))
        return causes

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:
        """Keep spec and status."""
        super().prepare_update(new, old, context)
        keep(new, old, "spec")

    def prepare_subresource(self, subresource: str, new: Object, old: Object) -> None:
        """Take only the conditions from an approval, and everything but approvals and refusals from a status."""
        if subresource not in ("approval", "status"):
            return
        conditions = list((new.get("status") or {}).get("conditions") or ())
        self.prepare_status(new, old)
        before = (old.get("status") or {}).get("conditions") or []
        if subresource == "approval":
            new["status"] = dict(old.get("status") or {})
        else:
            new["status"] = dict(new["status"])
            decided = [item for item in before if item["type"] in _DECIDED]
            conditions = [item for item in conditions if item["type"] not in _DECIDED] + decided
        new["status"]["conditions"] = [_dated(item, before) for item in conditions]
        if not conditions:
            del new["status"]["conditions"]

    def validate_subresource(self, _subresource: str, new: Object, _old: Object) -> list[Cause]:
        """Check the conditions."""
        causes, kinds = [], []
        for index, condition in enumerate(new["status"].get("conditions") or ()):
            path, kind = f"status.conditions[{index}]", condition.get("type", "")
            if not kind:
                causes.append(required(f"{path}.type"))
            elif kind in kinds:
                causes.append(duplicate(f"{path}.type", kind))
            if kind in (*_DECIDED, "Failed") and condition.get("status") != "True":
                causes.append(not_supported(f"{path}.status", condition.get("status", ""), ["True"]))
            kinds.append(kind)
        if set(_DECIDED) <= set(kinds):
            why = "Approved and Denied conditions are mutually exclusive"
            causes.append(invalid_value("status.conditions", kinds, why))
        return causes


def _dated(condition: Object, before: list[Object]) -> Object:
    """Return a condition with its times: that of its last change is kept (populateConditionTimestamps)."""
    same = (item for item in before if all(item.get(key) == condition.get(key) for key in ("type", "status")))
    now = meta.timestamp()
    since = next((item["lastTransitionTime"] for item in same if item.get("lastTransitionTime")), now)
    times = {"lastUpdateTime": now, "lastTransitionTime": since}
    return {**condition, **{key: condition.get(key) or time for key, time in times.items()}}


def _unreadable(request: str) -> str:
    """Return why a request is none, empty if it is one."""
    from cryptography import x509  # few ask for it

    pem = base64.b64decode(request)
    if b"-----BEGIN CERTIFICATE REQUEST-----" not in pem:
        return "PEM block type must be CERTIFICATE REQUEST"
    try:
        x509.load_pem_x509_csr(pem)
    except ValueError as error:
        return str(error)
    return ""


def _signer(name: str) -> list[Cause]:
    """Check a signer's name (ValidateSignerName)."""
    path = "spec.signerName"
    causes = [] if name else [required(path)]
    domain, slash, rest = name.partition("/")
    if not slash or "/" in rest:
        why = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        return [*causes, invalid_value(path, name, why)]
    labels = domain.split(".")
    causes += [invalid_value(path, domain, why) for label in labels for why in names.dns1123_label(label)]
    if len(labels) < 2:
        causes.append(invalid_value(path, domain, "should be a domain with at least two segments separated by dots"))
    return causes + [invalid_value(path, rest, why) for why in names.dns1123_subdomain(rest)]
