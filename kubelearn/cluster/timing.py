"""How long things take in the cluster: real lags, which one number scales."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass


@dataclass
class Timing:
    """The cluster's lags, in seconds.

    Attributes:
        pace: factor on every lag; 0 for none.
        request: before the API server answers a request.
        container_start: from "create the container" to "its program runs".
        image_pull: fetching an image.
        exec_start: from the request to run a program in a container to its start.
        pod_removal: from the end of a pod's last container to the end of the pod.
        proxy_min_sync: kube-proxy programs its rules at most this often
            (``iptables.minSyncPeriod`` of KubeProxyConfiguration, 1 s).
        policy_min_sync: NetworkPolicies are programmed at most this often.
        dns_timeout: how long a resolver waits for a name server that does not answer.
            glibc waits 5 s twice; nobody learns more from the longer wait.

    Raises:
        ValueError: one of them is negative.
    """

    pace: float = 1.0
    request: float = 0.0
    container_start: float = 0.08
    image_pull: float = 0.5
    exec_start: float = 0.0
    pod_removal: float = 0.0
    proxy_min_sync: float = 1.0
    policy_min_sync: float = 1.0
    dns_timeout: float = 1.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not 0 <= value < math.inf:
                raise ValueError(f"{name} must not be negative or infinite, not {value}")

    def scaled(self, seconds: float) -> float:
        """Return a lag at the cluster's pace."""
        return seconds * self.pace

    async def pause(self, seconds: float) -> None:
        """Wait for a lag at the cluster's pace; without one, go on at once."""
        if seconds:
            await asyncio.sleep(seconds * self.pace)
