"""The pod-template-hash (K/pkg/controller/controller_utils.go, ComputeHash)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.go import printing
from kubelearn.cluster.controllers.framework.fnv import fnv1a
from kubelearn.cluster.meta import Object

#: Digits of a hash → characters that make no words (apimachinery/pkg/util/rand, SafeEncodeString).
_SAFE = str.maketrans("0123456789", "456789bcdf")


def template_hash(template: Object, collisions: int | None) -> str:
    """Return the hash that names a ReplicaSet.

    Args:
        template: the pod template.
        collisions: the Deployment's ``status.collisionCount``.
    """
    data = printing.show("core.v1.PodTemplateSpec", template).encode()
    if collisions is not None:
        data += collisions.to_bytes(8, "little")
    return str(fnv1a(data)).translate(_SAFE)
