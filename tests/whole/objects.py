"""What the tests of whole clusters make, and where."""

from __future__ import annotations

from tests.objects import deployment, pod, service

DEFAULT = "/api/v1/namespaces/default"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
SERVICE = service(selector=None)
POD = pod("p")
DEPLOYMENT = deployment()
