"""What NetworkPolicies say about calls, from the objects of the API alone.

A cluster's network may not enforce them: this is what should be.
"""

from __future__ import annotations

from collections.abc import Mapping

from kubelearn.semantics.policies import (
    EGRESS,
    INGRESS,
    Connection,
    End,
    Verdict,
    by_namespace,
    dropped,
    isolating,
    judge,
)

from .objects import Object, Objects

#: What it is made from, beside pods.
KINDS = ("networkpolicies", "namespaces")
#: The label with a namespace's name, which every namespace has.
_NAME = "kubernetes.io/metadata.name"


class Policies:
    """The NetworkPolicies among some objects; there may be none, or none that may be seen."""

    def __init__(self, objects: Objects):
        """Read the policies, and the labels of namespaces."""
        self._policies = by_namespace(objects.get("networkpolicies", ()))
        self._labels = {
            item["metadata"]["name"]: item["metadata"].get("labels") or {} for item in objects.get("namespaces", ())
        }

    def isolation(self, pod: Object) -> list[str]:
        """Return the names of the policies that isolate a pod, for ingress or for egress."""
        found = [*isolating(self._policies, pod, INGRESS), *isolating(self._policies, pod, EGRESS)]
        return list(dict.fromkeys(policy.name for policy in found))

    def verdicts(self, caller: Object, called: Object, port: int, protocol: str = "TCP") -> list[Verdict]:
        """Return what the policies say about a call from one pod to another: nothing for ends that none isolates.

        Args:
            port: of the called pod, not of a Service.
        """
        return judge(self._policies, Connection(self._end(caller), self._end(called), port, protocol))

    def drop(self, caller: Object, called: Object, port: int, protocol: str = "TCP") -> Verdict | None:
        """Return the verdict by which a call is dropped, None if it passes."""
        return dropped(self.verdicts(caller, called, port, protocol))

    def _end(self, pod: Object) -> End:
        spec, address = pod["spec"], (pod.get("status") or {}).get("podIP", "")
        node = spec.get("nodeName", "")
        return End(address, node) if spec.get("hostNetwork") else End(address, node, pod, self._labels_of(pod))

    def _labels_of(self, pod: Object) -> Mapping[str, str]:
        """Return the labels of a pod's namespace; who may not see it knows its name."""
        name = pod["metadata"]["namespace"]
        return self._labels.get(name) or {_NAME: name}
