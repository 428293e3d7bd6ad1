"""The official client of a handle: its settings, and the APIs that share one connection.

Importing it takes 0.4 s and 50 MB, most of it for the API's models; :mod:`kubelearn.target.later` puts that off.
"""

from __future__ import annotations

import yaml
from kubernetes import config
from kubernetes.client import (
    ApiClient,
    ApiException,
    AppsV1Api,
    Configuration,
    CoreV1Api,
    DiscoveryV1Api,
    NetworkingV1Api,
    VersionApi,
)

from . import certificates, credentials, loopback
from .workdir import PrivateFolder


class Clients:
    """One connection to a cluster, and the APIs that share it.

    Attributes:
        api: the client itself.
        core: the API of pods, Services, nodes, …
        apps: the API of Deployments and ReplicaSets.
        discovery: the API of EndpointSlices.
        networking: the API of NetworkPolicies.
    """

    def __init__(self, settings: Configuration):
        """Make them; the first request opens the connection."""
        self.api = ApiClient(settings)
        self.core = CoreV1Api(self.api)
        self.apps = AppsV1Api(self.api)
        self.discovery = DiscoveryV1Api(self.api)
        self.networking = NetworkingV1Api(self.api)

    def version(self) -> str:
        """Return the server's version as ``v1.36``."""
        found = VersionApi(self.api).get_code()
        return f"v{found.major}.{found.minor.rstrip('+')}"

    def nodes(self) -> tuple[int, int] | None:
        """Return how many nodes are ready, and how many there are; None for who may not see them."""
        try:
            nodes = self.core.list_node().items
        except ApiException as error:
            if error.status != 403:  # who has a namespace only may not see the nodes
                raise
            return None
        conditions = [(node.status.conditions if node.status else None) or [] for node in nodes]
        ready = sum(any(c.type == "Ready" and c.status == "True" for c in listed) for listed in conditions)
        return ready, len(nodes)

    def close(self) -> None:
        """End the connection."""
        self.api.close()


def settings(kubeconfig: str, folder: PrivateFolder) -> Configuration:
    """Return the official client's settings for a cluster on this machine.

    Args:
        kubeconfig: its text.
        folder: the handle's.
    """
    # Without a proxy: to look for one among the variables fails when another thread takes one of them away meanwhile.
    found = Configuration(proxy="", no_proxy="")
    document = certificates.as_files(yaml.safe_load(kubeconfig), folder)
    config.load_kube_config_from_dict(document, client_configuration=found, persist_config=False)
    credentials.keep(found)
    loopback.choose_way(found)
    return found
