"""Which container a request is about, and which kubelet, and the real server's words when it cannot be had."""

from __future__ import annotations

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.meta import Object, annotations_of

from .kubelets import Kubelet, Kubelets


def container_of(pod: Object, wanted: str) -> str:
    """Return the name of the container that a request means.

    Raises:
        ApiError: 400, there is no such container, or the pod has several and none was named.
    """
    spec, name = pod["spec"], pod["metadata"]["name"]
    names = [
        c["name"] for part in ("containers", "initContainers", "ephemeralContainers") for c in spec.get(part) or ()
    ]
    if wanted:
        if wanted not in names:
            raise errors.bad_request(f"container {wanted} is not valid for pod {name}")
        return wanted
    default = annotations_of(pod).get("kubectl.kubernetes.io/default-container")
    regular = [c["name"] for c in spec["containers"]]
    if len(regular) == 1 or default in regular:
        return str(default if default in regular else regular[0])
    choices = " ".join(regular)
    init = [c["name"] for c in spec.get("initContainers") or ()]
    more = f" or one of the init containers: [{' '.join(init)}]" if init else ""
    raise errors.bad_request(f"a container name must be specified for pod {name}, choose one of: [{choices}]{more}")


def kubelet_of(kubelets: Kubelets, pod: Object) -> Kubelet:
    """Return the kubelet of a pod's node.

    Raises:
        ApiError: 400, it has no node yet; 404, the node does not exist.
    """
    node: str = pod["spec"].get("nodeName", "")
    if not node:
        raise errors.bad_request(f"pod {pod['metadata']['name']} does not have a host assigned")
    if node not in kubelets:
        raise errors.not_found("nodes", node)
    return kubelets[node]
