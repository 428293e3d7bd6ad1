"""How long things take in the cluster: real lags, which one number scales."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass
class Timing:
    """The cluster's lags, in seconds.

    Attributes:
        pace: factor on every lag; 0 for none.
        container_start: from "create the container" to "its program runs".
        image_pull: fetching an image.
        proxy_min_sync: kube-proxy programs its rules at most this often
            (``iptables.minSyncPeriod`` of KubeProxyConfiguration, 1 s).
        dns_timeout: how long a resolver waits for a name server that does not answer.
            glibc waits 5 s twice; nobody learns more from the longer wait.
    """

    pace: float = 1.0
    container_start: float = 0.08
    image_pull: float = 0.5
    proxy_min_sync: float = 1.0
    dns_timeout: float = 1.0

    def scaled(self, seconds: float) -> float:
        """Return a lag at the cluster's pace."""
        return seconds * self.pace

    async def pause(self, seconds: float) -> None:
        """Wait for a lag at the cluster's pace."""
        await asyncio.sleep(seconds * self.pace)
