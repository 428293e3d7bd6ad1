"""The resources that the API serves: names, verbs and scopes, as discovery shows them."""

from __future__ import annotations

from dataclasses import dataclass, field

_ALL = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True)
class Resource:
    """One API resource.

    Attributes:
        plural: name in URLs, for example ``services``.
        group: API group, empty for the core group.
        deprecation: what each request for it is warned of.
        subresources: name → (kind, group, version) of what the subresource speaks.
        verbs: what the resource can do; a kind that is only listed lacks ``create``
            (see docs/limits.md), and POST is then answered 405.
    """

    plural: str
    kind: str
    group: str = ""
    version: str = "v1"
    singular: str = ""
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = _ALL
    deprecation: str = ""
    subresources: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The resource's name in the store and in RBAC: ``services``, ``deployments.apps``."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def api_version(self) -> str:
        """Group and version as in ``apiVersion``: the core group has no name."""
        return f"{self.group}/{self.version}" if self.group else self.version


_LIST_ONLY = ("get", "list", "watch")
_CREATE_ONLY = ("create",)


def _status(kind: str, group: str = "", **more: tuple[str, str, str]) -> dict[str, tuple[str, str, str]]:
    return {"status": (kind, group, "v1"), **more}


_SCALE = ("Scale", "autoscaling", "v1")

RESOURCES: tuple[Resource, ...] = (
    Resource("bindings", "Binding", verbs=_CREATE_ONLY),
    Resource("configmaps", "ConfigMap", short_names=("cm",)),
    Resource(
        "endpoints",
        "Endpoints",
        short_names=("ep",),
        deprecation="v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    ),
    Resource("events", "Event", short_names=("ev",)),
    Resource("limitranges", "LimitRange", short_names=("limits",), verbs=_LIST_ONLY),
    Resource(
        "namespaces",
        "Namespace",
        namespaced=False,
        short_names=("ns",),
        verbs=("create", "delete", "get", "list", "patch", "update", "watch"),
        subresources=_status("Namespace", finalize=("Namespace", "", "v1")),
    ),
    Resource("nodes", "Node", namespaced=False, short_names=("no",), subresources=_status("Node")),
    Resource("persistentvolumeclaims", "PersistentVolumeClaim", short_names=("pvc",), verbs=_LIST_ONLY),
    Resource("persistentvolumes", "PersistentVolume", namespaced=False, short_names=("pv",), verbs=_LIST_ONLY),
    Resource(
        "pods",
        "Pod",
        short_names=("po",),
        categories=("all",),
        subresources=_status(
            "Pod",
            attach=("PodAttachOptions", "", "v1"),
            binding=("Binding", "", "v1"),
            ephemeralcontainers=("Pod", "", "v1"),
            eviction=("Eviction", "policy", "v1"),
            exec=("PodExecOptions", "", "v1"),
            log=("Pod", "", "v1"),
            portforward=("PodPortForwardOptions", "", "v1"),
            proxy=("PodProxyOptions", "", "v1"),
        ),
    ),
    Resource(
        "replicationcontrollers", "ReplicationController", short_names=("rc",), categories=("all",), verbs=_LIST_ONLY
    ),
    Resource("resourcequotas", "ResourceQuota", short_names=("quota",), verbs=_LIST_ONLY),
    Resource("secrets", "Secret"),
    Resource(
        "serviceaccounts",
        "ServiceAccount",
        short_names=("sa",),
        subresources={"token": ("TokenRequest", "authentication.k8s.io", "v1")},
    ),
    Resource(
        "services",
        "Service",
        short_names=("svc",),
        categories=("all",),
        subresources=_status("Service", proxy=("ServiceProxyOptions", "", "v1")),
    ),
    Resource("daemonsets", "DaemonSet", "apps", short_names=("ds",), categories=("all",), verbs=_LIST_ONLY),
    Resource(
        "deployments",
        "Deployment",
        "apps",
        short_names=("deploy",),
        categories=("all",),
        subresources=_status("Deployment", "apps", scale=_SCALE),
    ),
    Resource(
        "replicasets",
        "ReplicaSet",
        "apps",
        short_names=("rs",),
        categories=("all",),
        subresources=_status("ReplicaSet", "apps", scale=_SCALE),
    ),
    Resource("statefulsets", "StatefulSet", "apps", short_names=("sts",), categories=("all",), verbs=_LIST_ONLY),
    Resource("selfsubjectreviews", "SelfSubjectReview", "authentication.k8s.io", namespaced=False, verbs=_CREATE_ONLY),
    Resource(
        "selfsubjectaccessreviews",
        "SelfSubjectAccessReview",
        "authorization.k8s.io",
        namespaced=False,
        verbs=_CREATE_ONLY,
    ),
    Resource(
        "selfsubjectrulesreviews",
        "SelfSubjectRulesReview",
        "authorization.k8s.io",
        namespaced=False,
        verbs=_CREATE_ONLY,
    ),
    Resource(
        "horizontalpodautoscalers",
        "HorizontalPodAutoscaler",
        "autoscaling",
        "v2",
        short_names=("hpa",),
        categories=("all",),
        subresources={"status": ("HorizontalPodAutoscaler", "autoscaling", "v2")},
    ),
    Resource(
        "horizontalpodautoscalers",
        "HorizontalPodAutoscaler",
        "autoscaling",
        "v1",
        short_names=("hpa",),
        categories=("all",),
        subresources=_status("HorizontalPodAutoscaler", "autoscaling"),
    ),
    Resource("cronjobs", "CronJob", "batch", short_names=("cj",), categories=("all",), verbs=_LIST_ONLY),
    Resource("jobs", "Job", "batch", categories=("all",), subresources=_status("Job", "batch")),
    Resource("leases", "Lease", "coordination.k8s.io"),
    Resource("endpointslices", "EndpointSlice", "discovery.k8s.io"),
    Resource("ingresses", "Ingress", "networking.k8s.io", short_names=("ing",), verbs=_LIST_ONLY),
    Resource("ipaddresses", "IPAddress", "networking.k8s.io", namespaced=False, short_names=("ip",), verbs=_LIST_ONLY),
    Resource("networkpolicies", "NetworkPolicy", "networking.k8s.io", short_names=("netpol",), verbs=_LIST_ONLY),
    Resource(
        "servicecidrs",
        "ServiceCIDR",
        "networking.k8s.io",
        namespaced=False,
        verbs=_LIST_ONLY,
    ),
    Resource(
        "storageclasses", "StorageClass", "storage.k8s.io", namespaced=False, short_names=("sc",), verbs=_LIST_ONLY
    ),
)

#: (group, version, plural) → resource, as URLs name them.
BY_PATH = {(r.group, r.version, r.plural): r for r in RESOURCES}
#: ``deployments.apps`` → resource (the preferred version of its group).
BY_KEY: dict[str, Resource] = {}
#: (apiVersion, kind) → resource.
BY_KIND = {(r.api_version, r.kind): r for r in RESOURCES}
for _resource in RESOURCES:
    BY_KEY.setdefault(_resource.key, _resource)
