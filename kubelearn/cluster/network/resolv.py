"""A pod's name resolution: ``/etc/resolv.conf``, ``/etc/hosts``, and the order in which names are tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kubelearn.cluster import meta
from kubelearn.cluster.meta import CLUSTER_DOMAIN, Object
from kubelearn.cluster.well_known import DNS_ADDRESS, is_ipv4

from .addresses import GATEWAY

_MAX_NAME_SERVERS, _MAX_SEARCHES, _MAX_SEARCH_LENGTH = 3, 32, 2048
_MAX_DOMAIN = 253
#: Of a longer file nothing more is read, in bytes: whoever asks for a name has to wait for it.
_MOST = 2**18


@dataclass(frozen=True)
class Host:
    """What a name stands for.

    Attributes:
        name: canonical name: what ``getent hosts`` prints beside the address.
    """

    name: str
    addresses: list[str]


@dataclass
class ResolvConf:
    """The content of ``/etc/resolv.conf``."""

    search: list[str] = field(default_factory=list)
    nameservers: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)

    @property
    def ndots(self) -> int:
        """A name with fewer dots is searched before it is tried as it is; 1 by default."""
        values = [option.partition(":")[2] for option in self.options if option.startswith("ndots:")]
        return int(values[-1]) if values and values[-1].isdigit() else 1

    @classmethod
    def read(cls, data: bytes) -> ResolvConf:
        """Return what a file says (resolv.conf(5)).

        Of several search lists the last counts. What is no IPv4 address is no name server here.
        """
        found = cls()
        for line in _lines(data):
            if line.startswith(("#", ";")):
                continue
            keyword, *words = line.split() or [""]
            if keyword == "nameserver" and words and is_ipv4(words[0]):
                found.nameservers.append(words[0])
            elif keyword in ("search", "domain"):
                found.search = words if keyword == "search" else words[:1]
            elif keyword == "options":
                found.options += words
        del found.nameservers[_MAX_NAME_SERVERS:]
        return found

    def text(self) -> str:
        """Return the file as containerd writes it."""
        lines = [f"search {' '.join(self.search)}"] if self.search else []
        lines += [f"nameserver {server}" for server in self.nameservers]
        lines += [f"options {' '.join(self.options)}"] if self.options else []
        return "".join(f"{line}\n" for line in lines)

    def candidates(self, name: str) -> list[str]:
        """Return the full names to ask for, in order (go src/net/dnsclient_unix.go, nameList)."""
        if name.endswith("."):
            return [name]
        searched = [f"{name}.{domain}" for domain in self.search]
        return [name, *searched] if name.count(".") >= self.ndots else [*searched, name]


def of_node() -> ResolvConf:
    """Return a node's own resolver: Docker's, which does not know the cluster's names."""
    return ResolvConf([], [GATEWAY], ["ndots:0"])


def of_pod(pod: Object) -> ResolvConf:
    """Return a pod's resolver by its dnsPolicy and dnsConfig (K/pkg/kubelet/network/dns/dns.go, GetPodDNS)."""
    spec = pod["spec"]
    policy = spec.get("dnsPolicy", "ClusterFirst")
    if policy == "ClusterFirst" and spec.get("hostNetwork"):
        policy = "Default"
    if policy == "None":
        base = ResolvConf()
    elif policy == "Default":
        base = of_node()
    else:
        search = [f"{meta.namespace_of(pod)}.svc.{CLUSTER_DOMAIN}", f"svc.{CLUSTER_DOMAIN}", CLUSTER_DOMAIN]
        base = ResolvConf(search, [DNS_ADDRESS], ["ndots:5"])
    config = spec.get("dnsConfig") or {}
    options = dict(option.partition(":")[::2] for option in base.options)
    options.update({option["name"]: option.get("value") or "" for option in config.get("options") or ()})
    return ResolvConf(
        _fitting(_unique([*base.search, *(config.get("searches") or ())])),
        _unique([*base.nameservers, *(config.get("nameservers") or ())])[:_MAX_NAME_SERVERS],
        [f"{name}:{value}" if value else name for name, value in options.items()],
    )


def _lines(data: bytes) -> list[str]:
    return data[:_MOST].decode(errors="replace").splitlines()


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def _fitting(domains: list[str]) -> list[str]:
    """Cut a search list to what fits in the file."""
    domains = [domain for domain in domains[:_MAX_SEARCHES] if len(domain) <= _MAX_DOMAIN]
    while len(" ".join(domains)) > _MAX_SEARCH_LENGTH:
        domains.pop()
    return domains


class Hosts:
    """What ``/etc/hosts`` says of names (hosts(5)); only IPv4 addresses count."""

    def __init__(self, data: bytes):
        self._names: dict[str, Host] = {}
        for line in _lines(data):
            address, *names = line.partition("#")[0].split() or [""]
            for name in names if is_ipv4(address) else ():
                self._names.setdefault(name.lower(), Host(names[0], [])).addresses.append(address)

    def find(self, name: str) -> Host | None:
        """Return what the file says about a name."""
        return self._names.get(name.removesuffix(".").lower())


def hosts_file(
    ip: str, hostname: str, domain: str = "", aliases: Iterable[Object] = (), *, host_network: bool = False
) -> str:
    """Return ``/etc/hosts`` as the kubelet writes it (K/pkg/kubelet/kubelet_pods.go, managedHostsFileContent).

    Args:
        domain: the pod's subdomain, full, if it has one.
        aliases: ``spec.hostAliases``.
        host_network: whether the pod uses its node's network.
    """
    names = [f"{hostname}.{domain}", hostname] if domain else [hostname]
    lines = [f"# Kubernetes-managed hosts file{' (host network)' if host_network else ''}."]
    lines += ["127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback", "fe00::0\tip6-localnet"]
    lines += ["fe00::0\tip6-mcastprefix", "fe00::1\tip6-allnodes", "fe00::2\tip6-allrouters"]
    lines.append("\t".join((ip, *names)))
    added = ["\t".join((alias["ip"], *(alias.get("hostnames") or ()))) for alias in aliases]
    if added:
        lines += ["", "# Entries added by HostAliases.", *added]
    return "".join(f"{line}\n" for line in lines)
