"""A pod's name resolution: ``/etc/resolv.conf``, ``/etc/hosts``, and the order in which names are tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kubelearn.cluster import meta
from kubelearn.cluster.meta import CLUSTER_DOMAIN, Object
from kubelearn.cluster.well_known import DNS_ADDRESS, LOOPBACK

from .addresses import GATEWAY

_MAX_NAME_SERVERS, _MAX_SEARCHES, _MAX_SEARCH_LENGTH = 3, 32, 2048
_MAX_DOMAIN = 253


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


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def _fitting(domains: list[str]) -> list[str]:
    """Cut a search list to what fits in the file."""
    domains = [domain for domain in domains[:_MAX_SEARCHES] if len(domain) <= _MAX_DOMAIN]
    while len(" ".join(domains)) > _MAX_SEARCH_LENGTH:
        domains.pop()
    return domains


class Hosts:
    """``/etc/hosts`` as the kubelet writes it (K/pkg/kubelet/kubelet_pods.go, managedHostsFileContent)."""

    def __init__(
        self, ip: str, hostname: str, domain: str = "", aliases: Iterable[Object] = (), *, host_network: bool = False
    ):
        """Make the file.

        Args:
            domain: the pod's subdomain, full, if it has one.
            aliases: ``spec.hostAliases``.
            host_network: whether the pod uses its node's network.
        """
        names = [f"{hostname}.{domain}", hostname] if domain else [hostname]
        self._entries: list[tuple[str, list[str]]] = [(ip, names)]
        self._aliases = [(alias["ip"], list(alias.get("hostnames") or ())) for alias in aliases]
        self._host_network = host_network
        self._names: dict[str, Host] = {"localhost": Host("localhost", [LOOPBACK])}
        for address, known in (*self._entries, *self._aliases):
            for name in known:
                self._names.setdefault(name.lower(), Host(known[0], [])).addresses.append(address)

    def find(self, name: str) -> Host | None:
        """Return what the file says about a name."""
        return self._names.get(name.removesuffix(".").lower())

    def text(self) -> str:
        """Return the file's content."""
        lines = [f"# Kubernetes-managed hosts file{' (host network)' if self._host_network else ''}."]
        lines += ["127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback", "fe00::0\tip6-localnet"]
        lines += ["fe00::0\tip6-mcastprefix", "fe00::1\tip6-allnodes", "fe00::2\tip6-allrouters"]
        lines += ["\t".join((address, *names)) for address, names in self._entries]
        if self._aliases:
            lines += [
                "",
                "# Entries added by HostAliases.",
                *("\t".join((address, *names)) for address, names in self._aliases),
            ]
        return "".join(f"{line}\n" for line in lines)
