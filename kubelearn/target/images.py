"""The image that is used most, by name: in the lessons, the exercises and the pictures."""

from __future__ import annotations

#: A server that tells who it is (``netexec``), a pod that only waits (``pause``), and tools (``curl``, ``dig``).
AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
