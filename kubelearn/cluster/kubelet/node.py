"""What a kubelet says of its node, as on kind."""

from __future__ import annotations

from kubelearn.cluster import meta
from kubelearn.cluster.events.recorder import EventRecorder
from kubelearn.cluster.meta import Object
from kubelearn.cluster.well_known import POD_PREFIX

#: Most pods on one node (kubelet's maxPods).
MAX_PODS = 110
#: Where a kubelet listens.
KUBELET_PORT = 10250
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def node_object(name: str, number: int) -> Object:
    """Return the Node of the cluster's ``number``-th machine; number 0 is the control plane."""
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
    }
    cidr = f"{POD_PREFIX}{number}.0/24"
    spec: Object = {"podCIDR": cidr, "podCIDRs": [cidr], "providerID": f"kind://docker/kubelearn/{name}"}
    if number == 0:
        labels |= {_CONTROL_PLANE: "", "node.kubernetes.io/exclude-from-external-load-balancers": ""}
        spec["taints"] = [{"key": _CONTROL_PLANE, "effect": "NoSchedule"}]
    return {
        "metadata": {"name": name, "labels": labels, "annotations": {"node.alpha.kubernetes.io/ttl": "0"}},
        "spec": spec,
        "status": _status(name, number),
    }


def _status(name: str, number: int) -> Object:
    resources = {
        "cpu": "8",
        "ephemeral-storage": "256Gi",
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "memory": "16Gi",
        "pods": str(MAX_PODS),
    }
    return {
        "capacity": resources,
        "allocatable": dict(resources),
        "conditions": _conditions(),
        "addresses": [
            {"type": "InternalIP", "address": f"172.18.0.{number + 2}"},
            {"type": "Hostname", "address": name},
        ],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": KUBELET_PORT}},
        "nodeInfo": {
            "architecture": "amd64",
            "bootID": "",
            "containerRuntimeVersion": "containerd://2.0.3",
            "kernelVersion": "6.1.0-kubelearn",
            "kubeProxyVersion": meta.VERSION,
            "kubeletVersion": meta.VERSION,
            "machineID": "",
            "operatingSystem": "linux",
            "osImage": "kubelearn embedded cluster",
            "systemUUID": "",
        },
    }


def _conditions() -> list[Object]:
    now = meta.timestamp()
    pressures = [
        ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ]
    found = [
        {
            "type": kind,
            "status": "False",
            "lastHeartbeatTime": now,
            "lastTransitionTime": now,
            "reason": reason,
            "message": message,
        }
        for kind, reason, message in pressures
    ]
    return [
        *found,
        {
            "type": "Ready",
            "status": "True",
            "lastHeartbeatTime": now,
            "lastTransitionTime": now,
            "reason": "KubeletReady",
            "message": "kubelet is posting ready status",
        },
    ]


def tell_whether_schedulable(recorder: EventRecorder, node: Object, before: Object) -> None:
    """Record that a node was cordoned or uncordoned (recordNodeSchedulableEvent)."""
    was_cordoned, is_cordoned = (bool((item.get("spec") or {}).get("unschedulable")) for item in (before, node))
    if is_cordoned == was_cordoned:
        return
    name, state = meta.name_of(node), "NodeNotSchedulable" if is_cordoned else "NodeSchedulable"
    # A kubelet knows its node by name only, and takes that for the uid; kubectl looks for such events, too.
    about = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": name, "uid": name}}
    recorder.event(about, "Normal", state, f"Node {name} status is now: {state}")
