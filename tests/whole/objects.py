"""What the tests of whole clusters make, and where."""

from __future__ import annotations

DEFAULT = "/api/v1/namespaces/default"
SERVICE = {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
POD = {
    "metadata": {"name": "p"},
    "spec": {"schedulerName": "nobody", "containers": [{"name": "c", "image": "registry.k8s.io/pause:3.10"}]},
}
TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "registry.k8s.io/pause:3.10"}]},
}
DEPLOYMENT = {
    "metadata": {"name": "web"},
    "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE},
}
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
