"""A pod as a client sends it."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.meta import Object
from tests.objects import bare


def pod_with(*containers: Object, **spec: Any) -> Object:
    listed = [{"name": "c", "image": "nginx", **container} for container in containers or ({},)]
    return bare("Pod", "p", {"containers": listed, **spec})
