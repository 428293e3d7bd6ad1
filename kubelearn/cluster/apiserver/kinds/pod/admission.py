"""What admission plug-ins do to a new Pod.

They are ServiceAccount, Priority, DefaultTolerationSeconds, and this cluster's limits.

Source: K/plugin/pkg/admission, release 1.36.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver import errors, limits
from kubelearn.cluster.apiserver.kinds.strategy import Context
from kubelearn.cluster.apiserver.podspec.defaults import FILE_MODE
from kubelearn.cluster.apiserver.podspec.priority import priority_of
from kubelearn.cluster.meta import SAFE_ALPHABET, Object, name_of, namespace_of

TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - where real pods have it, not a secret
_TOKEN_VOLUME = "kube-api-access-"  # noqa: S105 - the volume's name
#: The kubelet renews a token after 80 % of its life; the odd 7 s mark tokens that were not asked for.
_TOKEN_SECONDS = 3607
_LOST_NODE = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def admit(pod: Object, context: Context) -> None:
    """Complete a new Pod, or refuse it.

    Raises:
        ApiError: 403.
    """
    spec = pod["spec"]
    _service_account(pod, spec, context)
    _priority(pod, spec, context)
    _runtime_class(pod, spec)
    _tolerations(spec)
    _available(pod, spec)


def _available(pod: Object, spec: Object) -> None:
    """Refuse what this cluster does not have (docs/limits.md)."""
    claims = any((item.get("resources") or {}).get("claims") for item in _containers(spec))
    for what, wanted in (
        ("resource claims", spec.get("resourceClaims") or claims),
        ("resources of a whole pod", spec.get("resources")),
        ("user namespaces", spec.get("hostUsers") is False),
    ):
        if wanted:
            _forbid(pod, limits.field(what))


def _containers(spec: Object) -> list[Object]:
    return [item for key in ("initContainers", "containers") for item in spec.get(key) or ()]


def admit_update(pod: Object) -> None:
    """Complete a replaced Pod."""
    _tolerations(pod["spec"])


def _forbid(pod: Object, why: str) -> None:
    """Refuse a pod; one whose name is generated has none yet when admission sees it, only the prefix."""
    prefix = (pod["metadata"].get("generateName") or "")[:58]
    name = name_of(pod)
    is_generated = prefix and name.startswith(prefix) and len(name) == len(prefix) + 5
    raise errors.forbidden("pods", prefix if is_generated else name, why)


def _service_account(pod: Object, spec: Object, context: Context) -> None:
    name = spec.get("serviceAccountName") or "default"
    spec["serviceAccountName"] = spec["serviceAccount"] = name
    namespace = namespace_of(pod)
    account = context.registry.find("serviceaccounts", namespace, name)
    if account is None and name != "default":
        # A namespace's own account is made by a controller: a pod need not wait for it here.
        _forbid(pod, f'error looking up service account {namespace}/{name}: serviceaccount "{name}" not found')
    mounted = spec.get("automountServiceAccountToken")
    if mounted is None:
        mounted = (account or {}).get("automountServiceAccountToken")
    if mounted is False:
        return
    containers = _containers(spec)
    bare = [
        item
        for item in containers
        if all(mount.get("mountPath") != TOKEN_PATH for mount in item.get("volumeMounts") or ())
    ]
    if not bare and containers:
        return
    volume = next((v["name"] for v in spec.get("volumes") or () if (v.get("name") or "").startswith(_TOKEN_VOLUME)), "")
    if not volume:
        volume = _TOKEN_VOLUME + _tail(pod)
        spec["volumes"] = [*(spec.get("volumes") or ()), token_volume(volume)]
    for item in bare:
        item["volumeMounts"] = [
            *(item.get("volumeMounts") or ()),
            {"name": volume, "readOnly": True, "mountPath": TOKEN_PATH},
        ]


def _tail(pod: Object) -> str:
    """Return five letters that follow from the pod's uid, so that they cost no chance of others."""
    number, letters = int(pod["metadata"]["uid"][-12:], 16), ""
    for _ in range(5):
        number, digit = divmod(number, len(SAFE_ALPHABET))
        letters += SAFE_ALPHABET[digit]
    return letters


def token_volume(name: str) -> Object:
    """Return the volume with a pod's token, the cluster's CA and the namespace."""
    namespace = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
    sources: list[Object] = [
        {"serviceAccountToken": {"expirationSeconds": _TOKEN_SECONDS, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [namespace]}},
    ]
    return {"name": name, "projected": {"sources": sources, "defaultMode": FILE_MODE}}


def _priority(pod: Object, spec: Object, context: Context) -> None:
    name, given = spec.get("priorityClassName") or "", spec.get("priority")
    found = priority_of(context.registry, name)
    if found is None:
        _forbid(pod, f"no PriorityClass with name {name} was found")
        return
    if found.name:
        spec["priorityClassName"] = found.name
    if given is not None and given != found.value:
        why = (
            f"the integer value of priority ({given}) must not be provided in pod spec; priority admission controller "
            f"computed {found.value}"
        )
        _forbid(pod, f"{why} from the given PriorityClass name")
    spec["priority"] = found.value
    policy = spec.setdefault("preemptionPolicy", found.policy)
    if policy != found.policy:
        why = (
            f"the string value of PreemptionPolicy ({policy}) must not be provided in pod spec; priority admission "
            f"controller computed {found.policy}"
        )
        _forbid(pod, f"{why} from the given PriorityClass name")


def _runtime_class(pod: Object, spec: Object) -> None:
    name = spec.get("runtimeClassName")
    if name:
        _forbid(pod, f'pod rejected: RuntimeClass "{name}" not found')
    if spec.get("overhead"):
        _forbid(pod, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead")


def _tolerations(spec: Object) -> None:
    """Let the pod stay for five minutes on a node that is lost (DefaultTolerationSeconds)."""
    given = spec.get("tolerations") or []
    added = [
        {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
        for key in _LOST_NODE
        if not any(
            item.get("key") in (key, None, "") and item.get("effect") in ("NoExecute", None, "") for item in given
        )
    ]
    if added:
        spec["tolerations"] = [*given, *added]
