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
    """Check an IP address of either family (IsValidIPForLegacyField, with strict parsing)."""
    address = parse(text)
    if address is None:
        return [invalid_value(path, text, NOT_AN_ADDRESS)]
    if _has_leading_zero(text):
        return [invalid_value(path, text, "must not have leading 0s")]
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return [invalid_value(path, text, "must not be an IPv4-mapped IPv6 address")]
    return []


def valid_cidr(text: str, path: str) -> list[Cause]:
    """Check a range of addresses, ``10.9.8.0/24`` (IsValidCIDRForLegacyField, with strict parsing)."""
    address, slash, bits = text.partition("/")
    parsed = parse(address)
    if parsed is None or not slash or not (bits.isascii() and bits.isdigit()) or int(bits) > parsed.max_prefixlen:
        return [invalid_value(path, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    if _has_leading_zero(address) or (len(bits) > 1 and bits.startswith("0")):
        return [invalid_value(path, text, "must not have leading 0s in IP or prefix length")]
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        return [invalid_value(path, text, "must not have an IPv4-mapped IPv6 address")]
    if int(parsed) & ((1 << (parsed.max_prefixlen - int(bits))) - 1):
        return [invalid_value(path, text, "must not have bits set beyond the prefix length")]
    return []


def _has_leading_zero(address: str) -> bool:
    return ":" not in address and any(len(octet) > 1 and octet.startswith("0") for octet in address.split("."))


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


def canonical_warning(text: str, path: str) -> list[str]:
    """Warn of an IPv6 address that is not written in the usual way (GetWarningsForIP)."""
    address = parse(text)
    if address is None or address.version == 4 or str(address) == text:
        return []
    return [f'{path}: IPv6 address "{text}" should be in RFC 5952 canonical format ("{address}")']
