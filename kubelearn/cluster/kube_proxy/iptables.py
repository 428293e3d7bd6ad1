"""The rules of kube-proxy in the words of iptables: names of chains, probabilities, ``iptables-save``.

Nothing here decides anything: it prints what :mod:`kubelearn.cluster.kube_proxy.kube_proxy` does, as the
iptables mode of the real one would have written it (K/pkg/proxy/iptables/proxier.go).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kubelearn.cluster.well_known import POD_CIDR

from .chains import probability

if TYPE_CHECKING:
    from .service_ports import Chain, Endpoint, ServicePort

_MASQUERADE = "-j KUBE-MARK-MASQ"


def save(ports: Iterable[ServicePort], table: str = "") -> str:
    """Return rules in the format of ``iptables-save``.

    Args:
        ports: what the rules are about.
        table: ``nat``, ``filter``, or empty for both.
    """
    ports = list(ports)
    tables = {"filter": _filter_rules, "nat": _nat_rules}
    return "".join(_table(name, make(ports)) for name, make in tables.items() if table in ("", name))


def _table(name: str, rules: list[str]) -> str:
    built_in = {"filter": ("INPUT", "FORWARD", "OUTPUT"), "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING")}[name]
    own = sorted({rule.split()[1] for rule in rules} - set(built_in))
    lines = [
        f"*{name}",
        *(f":{chain} ACCEPT [0:0]" for chain in built_in),
        *(f":{chain} - [0:0]" for chain in own),
        *rules,
        "COMMIT",
    ]
    return "\n".join(lines) + "\n"


def _filter_rules(ports: list[ServicePort]) -> list[str]:
    rules = [
        (
            "-A INPUT -m conntrack --ctstate NEW "
            '-m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES'
        ),
        '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
        '-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    ]
    for port in ports:
        match = _matches(port.protocol)
        for local, chain in ((port.internal_local, "KUBE-SERVICES"), (port.external_local, "KUBE-EXTERNAL-SERVICES")):
            if port.has_endpoints and not (local and not port.local.endpoints):
                continue
            comment = f'-m comment --comment "{port.name} has no {"local " if port.has_endpoints else ""}endpoints"'
            target = "-j DROP" if port.has_endpoints else "-j REJECT --reject-with icmp-port-unreachable"
            if chain == "KUBE-SERVICES":
                rules.append(
                    f"-A {chain} -d {port.cluster_ip}/32 {match[0]} {comment} {match[1]} --dport {port.port} {target}"
                )
                continue
            rules += [
                f"-A {chain} -d {ip}/32 {match[0]} {comment} {match[1]} --dport {port.port} {target}"
                for ip in port.external_ips
            ]
            if port.node_port:
                rules.append(
                    f"-A {chain} {match[0]} {comment} "
                    f"-m addrtype --dst-type LOCAL {match[1]} --dport {port.node_port} {target}"
                )
    return rules


def _nat_rules(ports: list[ServicePort]) -> list[str]:
    live = [port for port in ports if port.has_endpoints]
    rules = [
        '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
        '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
        '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
        "-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000",
    ]
    for port in live:
        if port.is_external:
            rules += _external_rules(port)
    rules += [
        "-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN",
        "-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0",
        (
            '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" '
            "-j MASQUERADE --random-fully"
        ),
    ]
    for port in live:
        reachable = {endpoint.chain: endpoint for endpoint in (*port.cluster.endpoints, *port.local.endpoints)}
        for endpoint in reachable.values():
            rules += _endpoint_rules(port, endpoint)
    for port in live:
        rules += _portal_rules(port)
    last = "kubernetes service nodeports; NOTE: this must be the last rule in this chain"
    rules.append(f'-A KUBE-SERVICES -m comment --comment "{last}" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS')
    for port in live:
        rules += _chain_rules(port, port.cluster, is_internal=not port.internal_local)
        rules += _chain_rules(port, port.local, is_internal=port.internal_local)
    return rules


def _matches(protocol: str) -> tuple[str, str]:
    protocol = protocol.lower()
    return f"-p {protocol}", f"-m {protocol}"


def _portal(port: ServicePort) -> str:
    select, match = _matches(port.protocol)
    return f'-d {port.cluster_ip}/32 {select} -m comment --comment "{port.name} cluster IP" {match} --dport {port.port}'


def _portal_rules(port: ServicePort) -> list[str]:
    """KUBE-SERVICES: which Service is it?"""
    chain = port.local if port.internal_local else port.cluster
    rules = [f"-A KUBE-SERVICES {_portal(port)} -j {chain.name}"] if chain.endpoints else []
    select, match = _matches(port.protocol)
    what = (
        f'{select} -m comment --comment "{port.name} external IP" {match} --dport {port.port} -j {port.external_chain}'
    )
    return rules + [f"-A KUBE-SERVICES -d {ip}/32 {what}" for ip in port.external_ips]


def _external_rules(port: ServicePort) -> list[str]:
    """KUBE-EXT-…: what comes from outside; and KUBE-NODEPORTS."""
    rules, start, about = [], f"-A {port.external_chain}", f"{port.name} external destinations"
    if not port.external_local:
        rules.append(f'{start} -m comment --comment "masquerade traffic for {about}" {_MASQUERADE}')
        rules.append(f"{start} -j {port.cluster.name}")
    else:
        is_local = "-m addrtype --src-type LOCAL"
        rules.append(f'{start} -s {POD_CIDR} -m comment --comment "pod traffic for {about}" -j {port.cluster.name}')
        rules.append(f'{start} -m comment --comment "masquerade LOCAL traffic for {about}" {is_local} {_MASQUERADE}')
        rules.append(
            f'{start} -m comment --comment "route LOCAL traffic for {about}" {is_local} -j {port.cluster.name}'
        )
        if port.local.endpoints:
            rules.append(f"{start} -j {port.local.name}")
    if port.node_port:
        select, match = _matches(port.protocol)
        rules.append(
            f'-A KUBE-NODEPORTS {select} -m comment --comment "{port.name}" {match} --dport {port.node_port} '
            f"-j {port.external_chain}"
        )
    return rules


def _recent(endpoint: Endpoint, action: str) -> str:
    return f"-m recent {action} --name {endpoint.chain} --mask 255.255.255.255 --rsource"


def _endpoint_rules(port: ServicePort, endpoint: Endpoint) -> list[str]:
    """KUBE-SEP-…: rewrite the destination."""
    select, match = _matches(port.protocol)
    comment = f'-m comment --comment "{port.name}"'
    remember = f" {_recent(endpoint, '--set')}" if port.affinity_seconds else ""
    return [
        f"-A {endpoint.chain} -s {endpoint.ip}/32 {comment} {_MASQUERADE}",
        f"-A {endpoint.chain} {select} {comment}{remember} {match} -j DNAT --to-destination {endpoint}",
    ]


def _chain_rules(port: ServicePort, chain: Chain, *, is_internal: bool) -> list[str]:
    """KUBE-SVC-… and KUBE-SVL-…: which endpoint?"""
    if not chain.endpoints:
        return []
    start = f"-A {chain.name}"
    rules = [f"{start} ! -s {POD_CIDR} {_portal(port)} {_MASQUERADE}"] if is_internal else []
    if port.affinity_seconds:
        check = f"--rcheck --seconds {port.affinity_seconds} --reap"
        rules += [
            f'{start} -m comment --comment "{port.name} -> {e}" {_recent(e, check)} -j {e.chain}'
            for e in chain.endpoints
        ]
    for number, endpoint in enumerate(chain.endpoints):
        left = len(chain.endpoints) - number
        chance = f" -m statistic --mode random --probability {probability(left)}" if left > 1 else ""
        rules.append(f'{start} -m comment --comment "{port.name} -> {endpoint}"{chance} -j {endpoint.chain}')
    return rules
