"""The resources that this API server serves: those of a real one, as far as they are listed here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from .structure import served
from .structure.served import Subresource


@dataclass(frozen=True)
class Resource:
    """One API resource.

    Attributes:
        plural: name in URLs, for example ``services``.
        group: API group, empty for the core group.
        subresources: name → what it speaks and can do.
        verbs: what the resource can do.
        deprecation: what each request for it is warned of.
        is_only_listed: whether there can be no objects of one's own: ``kubectl get`` finds nothing instead of no such
            kind, and whoever writes is told so (:mod:`.limits`).
    """

    plural: str
    kind: str
    group: str = ""
    version: str = "v1"
    singular: str = ""
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    subresources: dict[str, Subresource] = field(default_factory=dict)
    deprecation: str = ""
    is_only_listed: bool = False

    @property
    def key(self) -> str:
        """The resource's name in the store: ``services``, ``deployments.apps``."""
        name = f"{self.plural}.{self.group}" if self.group else self.plural
        return _STORED_AS.get(name, name)

    @property
    def api_version(self) -> str:
        """Group and version as in ``apiVersion``: the core group has no name."""
        return f"{self.group}/{self.version}" if self.group else self.version


#: Resources whose objects are those of another one, in another form.
_STORED_AS: Final = {"events.events.k8s.io": "events"}
#: What can be done with all that it can be done with on a real cluster.
_WHOLE: Final = frozenset(
    {
        "apiservices.apiregistration.k8s.io",
        "bindings",
        "certificatesigningrequests.certificates.k8s.io",
        "clusterrolebindings.rbac.authorization.k8s.io",
        "clusterroles.rbac.authorization.k8s.io",
        "configmaps",
        "controllerrevisions.apps",
        "cronjobs.batch",
        "daemonsets.apps",
        "deployments.apps",
        "endpoints",
        "endpointslices.discovery.k8s.io",
        "events",
        "events.events.k8s.io",
        "horizontalpodautoscalers.autoscaling",
        "ingressclasses.networking.k8s.io",
        "ingresses.networking.k8s.io",
        "jobs.batch",
        "leases.coordination.k8s.io",
        "limitranges",
        "localsubjectaccessreviews.authorization.k8s.io",
        "namespaces",
        "networkpolicies.networking.k8s.io",
        "nodes",
        "persistentvolumeclaims",
        "persistentvolumes",
        "poddisruptionbudgets.policy",
        "pods",
        "podtemplates",
        "priorityclasses.scheduling.k8s.io",
        "replicasets.apps",
        "replicationcontrollers",
        "resourcequotas",
        "rolebindings.rbac.authorization.k8s.io",
        "roles.rbac.authorization.k8s.io",
        "secrets",
        "selfsubjectaccessreviews.authorization.k8s.io",
        "selfsubjectreviews.authentication.k8s.io",
        "selfsubjectrulesreviews.authorization.k8s.io",
        "serviceaccounts",
        "services",
        "statefulsets.apps",
        "storageclasses.storage.k8s.io",
        "subjectaccessreviews.authorization.k8s.io",
        "tokenreviews.authentication.k8s.io",
    }
)
#: What is not there at all: its objects are those of components that are not here.
_ABSENT: Final = frozenset({"componentstatuses"})
_LIST_VERBS: Final = ("get", "list", "watch")
#: Subresources that are missing (:data:`kubelearn.cluster.apiserver.limits.SUBRESOURCES` says so).
_MISSING: Final = {"pods": {"resize"}}
_DEPRECATED: Final = {"endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"}


def _resources() -> Iterator[Resource]:
    for real in served.resources():
        resource = Resource(*real, deprecation=_DEPRECATED.get(real.key, ""))
        if real.key in _WHOLE:
            missing = _MISSING.get(real.key, ())
            yield replace(
                resource,
                subresources={name: sub for name, sub in real.subresources.items() if name not in missing},
            )
        elif real.key not in _ABSENT:
            yield replace(resource, verbs=_LIST_VERBS, subresources={}, is_only_listed=True)


#: Groups and versions by their priority, resources by name.
RESOURCES: Final = tuple(_resources())
#: (group, version, plural) → resource, as URLs name them.
BY_PATH = {(r.group, r.version, r.plural): r for r in RESOURCES}
#: ``deployments.apps`` → resource (the preferred version of its group).
BY_KEY: dict[str, Resource] = {}
#: (apiVersion, kind) → resource.
BY_KIND = {(r.api_version, r.kind): r for r in RESOURCES}
for _resource in RESOURCES:
    BY_KEY.setdefault(_resource.key, _resource)
#: Keys of what can be scaled.
SCALABLE: Final = tuple(key for key, resource in BY_KEY.items() if "scale" in resource.subresources)
