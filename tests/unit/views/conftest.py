"""What the tests of pictures share."""

from __future__ import annotations

import pytest

from kubelearn.views.objects import Objects

from .made import HELLO, endpoints, pod, service


@pytest.fixture
def objects() -> Objects:
    """Two pods behind ``hello``, one of them not ready; a client, and a Service whose selector matches nothing."""
    node = {
        "metadata": {"name": "worker"},
        "spec": {"podCIDR": "10.244.1.0/24"},
        "status": {"addresses": [{"type": "InternalIP", "address": "172.18.0.3"}]},
    }
    return {
        "nodes": [node],
        "services": [service("hello", HELLO), service("typo", {"app": "helo"})],
        "endpointslices": [endpoints("hello", "hello-a")],
        "pods": [
            pod("client", "10.244.1.4", {"run": "client"}),
            pod("hello-a", "10.244.1.2", HELLO),
            pod("hello-b", "10.244.1.3", HELLO, ready=False),
        ],
    }
