"""Names and probabilities of kube-proxy's chains (K/pkg/proxy/iptables/proxier.go)."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache


@lru_cache(maxsize=4096)
def chain_name(prefix: str, service_port: str, protocol: str, endpoint: str = "") -> str:
    """Return the name of a chain: a prefix and 16 characters of a hash, as names may have 28 characters.

    Args:
        prefix: ``KUBE-SVC-``, ``KUBE-SVL-``, ``KUBE-EXT-`` or ``KUBE-SEP-``.
        service_port: ``namespace/name:port``.
        protocol: ``TCP``, ``UDP`` or ``SCTP``.
        endpoint: ``ip:port``, for the chain of an endpoint.
    """
    digest = hashlib.sha256((service_port + protocol.lower() + endpoint).encode()).digest()
    return prefix + base64.b32encode(digest).decode()[:16]


def probability(left: int) -> str:
    """Return 1/left as iptables-save shows it: kube-proxy writes 10 decimals, the kernel keeps 31 bits."""
    return f"{round(float(f'{1 / left:.10f}') * 2**31) / 2**31:.11f}"
