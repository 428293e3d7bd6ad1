"""Hashes in names: of a pod template, and of a revision.

K/pkg/controller/controller_utils.go, ComputeHash, and K/pkg/controller/history, HashControllerRevision.
"""

from __future__ import annotations

from kubelearn.cluster.apiserver.go import printing
from kubelearn.cluster.meta import Object

from .fnv import fnv1, fnv1a

#: Digits of a hash → characters that make no words (apimachinery/pkg/util/rand, SafeEncodeString).
_SAFE = str.maketrans("0123456789", "456789bcdf")


def template_hash(template: Object, collisions: int | None) -> str:
    """Return the hash that names a ReplicaSet, or a DaemonSet's revision.

    Args:
        template: the pod template.
        collisions: its owner's ``status.collisionCount``.
    """
    data = printing.show("core.v1.PodTemplateSpec", template).encode()
    if collisions is not None:
        data += collisions.to_bytes(8, "little")
    return str(fnv1a(data)).translate(_SAFE)


def revision_hash(data: str, collisions: int) -> str:
    """Return the hash that names a StatefulSet's revision.

    Args:
        data: the revision's data as encoding/json writes them.
        collisions: the StatefulSet's ``status.collisionCount``.
    """
    return str(fnv1(f"{data}{collisions}".encode())).translate(_SAFE)
