"""IP addresses: which texts are one, and which may not be an endpoint."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from kubelearn.cluster.apiserver.errors import Cause, invalid_value

NOT_AN_ADDRESS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@lru_cache(8192)
def parse(text: str) -> Address | None:
    """Parse an address as ``netutils.ParseIPSloppy`` does: IPv4 octets may have leading zeros."""
    octets = text.split(".")
    if len(octets) == 4 and all(o.isascii() and o.isdigit() and len(o) <= 16 and int(o) < 256 for o in octets):
        return ipaddress.IPv4Address(bytes(map(int, octets)))
    if ":" not in text or "%" in text:
        return None
    try:
        return ipaddress.IPv6Address(text)
    except ValueError:
        return None


def valid_ip(text: str, path: str) -> list[Cause]:
    """Check an IP address of either family."""
    return [] if parse(text) is not None else [invalid_value(path, text, NOT_AN_ADDRESS)]


def valid_family(text: str, family: str, path: str) -> list[Cause]:
    """Check that a text is an address of the family ``IPv4`` or ``IPv6``."""
    address = parse(text)
    if address is not None and address.version == (4 if family == "IPv4" else 6):
        return []
    return [invalid_value(path, text, f"must be a valid {family} address")]


def not_special(text: str, path: str) -> list[Cause]:
    """Refuse the addresses that nobody else can reach (``ValidateNonSpecialIP``)."""
    address = parse(text)
    if address is None:
        return [invalid_value(path, text, "must be a valid IP address")]
    causes: list[Cause] = []
    if address.is_unspecified:
        causes.append(invalid_value(path, text, "may not be unspecified (0.0.0.0)"))
    if address.is_loopback:
        causes.append(invalid_value(path, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)"))
    if address.is_link_local:
        causes.append(invalid_value(path, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"))
    if _is_link_local_multicast(address):
        causes.append(
            invalid_value(path, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
        )
    return causes


def _is_link_local_multicast(address: Address) -> bool:
    packed = address.packed
    return packed[:3] == b"\xe0\x00\x00" if address.version == 4 else packed[0] == 0xFF and packed[1] & 0x0F == 0x02


def leading_zero_warning(text: str, path: str) -> list[str]:
    """Warn of an IPv4 address that only the sloppy parser accepts."""
    if (
        all(octet == "0" or not octet.startswith("0") for octet in text.split("."))
        or parse(text) is None
        or ":" in text
    ):
        return []
    why = f'ParseAddr("{text}"): IPv4 field has octet with leading zero'
    return [f"{path}: IP address was accepted, but will be invalid in a future Kubernetes release: {why}"]
