"""What the API server asks of kubelets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...kubelet.kubelet import Kubelet

    Kubelets = dict[str, Kubelet]


class ExecError(Exception):
    """A program that cannot be run in a container; the text is the container runtime's."""
