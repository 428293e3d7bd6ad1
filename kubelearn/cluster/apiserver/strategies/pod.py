"""Pods (K/pkg/registry/core/pod/strategy.go and the admission plugins that touch pods)."""

from __future__ import annotations

from ... import meta
from ...meta import Object
from .. import errors
from ..errors import Cause, forbidden_field
from ..validation import metadata, names
from ..validation import podspec as rules
from . import podspec
from .base import Context, Strategy

_TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - a path
_PRIORITIES = {"system-node-critical": 2000001000, "system-cluster-critical": 2000000000}
_TERMINAL = ("Succeeded", "Failed")


class PodStrategy(Strategy):
    """Rules of pods."""

    field_selectors = {
        "spec.nodeName": lambda obj: obj["spec"].get("nodeName", ""),
        "spec.restartPolicy": lambda obj: obj["spec"]["restartPolicy"],
        "spec.schedulerName": lambda obj: obj["spec"]["schedulerName"],
        "spec.serviceAccountName": lambda obj: obj["spec"].get("serviceAccountName", ""),
        "spec.hostNetwork": lambda obj: "true" if obj["spec"].get("hostNetwork") else "false",
        "status.phase": lambda obj: (obj.get("status") or {}).get("phase", ""),
        "status.podIP": lambda obj: (obj.get("status") or {}).get("podIP", ""),
        "status.nominatedNodeName": lambda obj: (obj.get("status") or {}).get("nominatedNodeName", ""),
    }

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        podspec.default(spec)
        spec.setdefault("enableServiceLinks", True)
        spec.setdefault("preemptionPolicy", "PreemptLowerPriority")
        spec.setdefault("priority", _PRIORITIES.get(spec.get("priorityClassName", ""), 0))
        spec.setdefault("serviceAccountName", "default")
        spec.setdefault("serviceAccount", spec["serviceAccountName"])

    def prepare_create(self, obj: Object, context: Context) -> None:
        spec = obj["spec"]
        tolerations = spec.setdefault("tolerations", [])
        for condition in ("not-ready", "unreachable"):
            key = f"node.kubernetes.io/{condition}"
            if not any(t.get("key", key) == key and t.get("effect", "NoExecute") == "NoExecute" for t in tolerations):
                tolerations.append({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300})
        self._mount_token(spec, context)
        for volume in spec.get("volumes") or ():
            unknown = set(volume) - rules.VOLUMES - {"name"}
            if unknown:
                name, why = obj["metadata"].get("name", ""), f'volume "{volume.get("name", "")}": {sorted(unknown)[0]} volumes are not available on this cluster'
                raise errors.forbidden("pods", name, why)
        obj["status"] = {"phase": "Pending", "qosClass": quality_of_service(spec)}

    @staticmethod
    def _mount_token(spec: Object, context: Context) -> None:
        """Mount the service account's token (admission plugin ServiceAccount)."""
        if spec.get("automountServiceAccountToken") is False:
            return
        containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
        without = [c for c in containers if not any(m.get("mountPath") == _TOKEN_PATH for m in c.get("volumeMounts") or ())]
        if not without:
            return
        name = f"kube-api-access-{meta.suffix(context.random)}"
        for container in without:
            container.setdefault("volumeMounts", []).append({"name": name, "readOnly": True, "mountPath": _TOKEN_PATH})
        root = {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}}
        namespace = {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]}}
        token = {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}
        spec.setdefault("volumes", []).append({"name": name, "projected": {"sources": [token, root, namespace], "defaultMode": 420}})

    def validate(self, obj: Object) -> list[Cause]:
        return [*metadata.validate(obj, names.subdomain), *rules.validate(obj["spec"], "spec")]

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        causes = [*metadata.validate_update(new, old), *metadata.validate(new, names.subdomain)]
        if not _same_but_for_mutable(new["spec"], old["spec"]):
            text = (
                "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
                "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)")
            causes.append(forbidden_field("spec", text))
        for index, container in enumerate(new["spec"].get("containers") or ()):
            if not container.get("image"):
                causes.append(errors.required(f"spec.containers[{index}].image"))
        return causes

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        if old is not None:
            return []
        return port_warnings(obj["spec"], "spec")


def port_warnings(spec: Object, path: str) -> list[str]:
    """Warn of ports that two containers of a pod declare (K/pkg/api/pod/warnings.go)."""
    found: list[str] = []
    numbers: dict[tuple[object, str], str] = {}
    known: dict[str, str] = {}
    for index, container in enumerate(spec.get("containers") or ()):
        for number, port in enumerate(container.get("ports") or ()):
            where = f"{path}.containers[{index}].ports[{number}]"
            key = (port.get("containerPort"), port["protocol"])
            if key in numbers:
                found.append(f"{where}: duplicate port definition with {numbers[key]}")
            numbers.setdefault(key, where)
            name = port.get("name")
            if name and name in known:
                found.append(f'{where}: duplicate port name "{name}" with {known[name]}, services and probes that select ports by name will use {known[name]}')
            if name:
                known.setdefault(name, where)
    return found


def quality_of_service(spec: Object) -> str:
    """Return the pod's QoS class from its requests and limits."""
    amounts = [(c["resources"].get("requests") or {}, c["resources"].get("limits") or {}) for c in spec.get("containers") or ()]
    if not any(requests or limits for requests, limits in amounts):
        return "BestEffort"
    guaranteed = all(limits.keys() >= {"cpu", "memory"} and requests == limits for requests, limits in amounts)
    return "Guaranteed" if guaranteed else "Burstable"


def check_graceful(pod: Object, grace_period: int | None) -> int:
    """Return how many seconds a pod may take to stop; 0 removes it at once.

    A pod without a node, or one that has ended, has nothing to stop (podStrategy.CheckGracefulDelete).
    """
    if grace_period is None:
        grace_period = pod["spec"].get("terminationGracePeriodSeconds", 30)
    if not pod["spec"].get("nodeName") or (pod.get("status") or {}).get("phase") in _TERMINAL:
        return 0
    return max(int(grace_period or 0), 0)


def _same_but_for_mutable(new: Object, old: Object) -> bool:
    def frozen(spec: Object) -> Object:
        kept = {key: value for key, value in spec.items() if key not in ("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds")}
        for part in ("containers", "initContainers"):
            kept[part] = [{k: v for k, v in c.items() if k != "image"} for c in spec.get(part) or ()]
        return kept

    if new is old:
        return True
    added = new.get("tolerations") or []
    return frozen(new) == frozen(old) and all(item in added for item in old.get("tolerations") or ())


