"""Learn how applications reach each other inside Kubernetes.

>>> import kubelearn
>>> cluster = kubelearn.connect()
>>> cluster
<Cluster embedded v1.32 3 nodes Ready>
"""

from __future__ import annotations

from .target import Cluster, ConnectionFailedError, connect

__all__ = ["Cluster", "ConnectionFailedError", "connect"]
