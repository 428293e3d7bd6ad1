"""What this cluster does not emulate, and what works instead: the words for whoever meets a limit.

docs/limits.md says the same in the same words (``tests/repository/test_limits.py``).
"""

from __future__ import annotations

from typing import Final

from . import errors
from .resources import Resource

_CLAIMS = "requests and limits of CPU and memory count when a pod is scheduled"
_ADMISSION = "the API server's own admission plug-ins and validation work"
_DRIVERS = "volumes need no driver here"
_ADDRESSES = "there is one range of cluster IPs, and what is listed follows the Services"
_FAIRNESS = "all requests are served alike"
#: Kinds of which there can be no objects of one's own → what works instead; a kind that is only listed and not here
#: has nothing instead.
KINDS: Final[dict[str, str]] = {
    "csidrivers.storage.k8s.io": _DRIVERS,
    "csinodes.storage.k8s.io": _DRIVERS,
    "csistoragecapacities.storage.k8s.io": _DRIVERS,
    "customresourcedefinitions.apiextensions.k8s.io": "the kinds of `kubectl api-resources` are Kubernetes' own",
    "deviceclasses.resource.k8s.io": _CLAIMS,
    "flowschemas.flowcontrol.apiserver.k8s.io": _FAIRNESS,
    "ipaddresses.networking.k8s.io": _ADDRESSES,
    "mutatingadmissionpolicies.admissionregistration.k8s.io": _ADMISSION,
    "mutatingadmissionpolicybindings.admissionregistration.k8s.io": _ADMISSION,
    "mutatingwebhookconfigurations.admissionregistration.k8s.io": _ADMISSION,
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": _FAIRNESS,
    "resourceclaims.resource.k8s.io": _CLAIMS,
    "resourceclaimtemplates.resource.k8s.io": _CLAIMS,
    "resourceslices.resource.k8s.io": _CLAIMS,
    "runtimeclasses.node.k8s.io": "all pods run in the same way",
    "servicecidrs.networking.k8s.io": _ADDRESSES,
    "validatingadmissionpolicies.admissionregistration.k8s.io": _ADMISSION,
    "validatingadmissionpolicybindings.admissionregistration.k8s.io": _ADMISSION,
    "validatingwebhookconfigurations.admissionregistration.k8s.io": _ADMISSION,
    "volumeattachments.storage.k8s.io": _DRIVERS,
    "volumeattributesclasses.storage.k8s.io": _DRIVERS,
}
#: Parts of objects that are refused, or said not to work → what works instead.
FIELDS: Final[dict[str, str]] = {
    "aggregated APIs": "Kubernetes' own groups are served",
    "resource claims": _CLAIMS,
    "resources of a whole pod": "resources of containers work",
    "user namespaces": "a pod without `hostUsers: false` runs",
}
#: Subresources that nobody answers → what works instead.
SUBRESOURCES: Final[dict[str, str]] = {
    "pods/resize": "a pod that is made anew gets other resources",
}


def words(what: str, instead: str = "") -> str:
    """Say that something is not emulated, what works here, and where it can be had.

    Args:
        what: in the plural, as it stands in a sentence.
        instead: half a sentence, empty for nothing.
    """
    works = f": {instead}" if instead else ""
    return (
        f"kubelearn's embedded cluster does not emulate {what}{works}. docs/limits.md says what else it lacks; "
        'a real cluster has it all: kubelearn.connect("kind")'
    )


def plural(kind: str) -> str:
    """Return the plural of a kind: ``Ingresses``, ``NetworkPolicies``."""
    if kind.endswith("y"):
        return f"{kind[:-1]}ies"
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"


def field(what: str) -> str:
    """Say that a part of an object is not emulated.

    Args:
        what: a key of :data:`FIELDS`, or another part.
    """
    return words(what, FIELDS.get(what, ""))


def only_listed(resource: Resource) -> errors.ApiError:
    """405: a kind of which there can be no objects of one's own."""
    text = words(plural(resource.kind), KINDS.get(resource.key, ""))
    details = {"kind": resource.plural, **({"group": resource.group} if resource.group else {})}
    return errors.ApiError(405, "MethodNotAllowed", text, details)


def subresource(path: str) -> errors.ApiError | None:
    """404 for a path that leads to a subresource that nobody answers; None for any other path."""
    parts = path.split("/")
    for key, instead in SUBRESOURCES.items():
        plural_name, name = key.split("/")
        if plural_name in parts and parts[parts.index(plural_name) + 2 :][:1] == [name]:
            return errors.ApiError(404, "NotFound", words(key, instead), {})
    return None
