"""The official client of a handle: its settings, and the APIs that share one connection.

Importing it takes 0.4 s and 50 MB, most of it for the API's models; :mod:`kubelearn.target.later` puts that off.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

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

from . import loopback
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


def settings(kubeconfig: str, known: Configuration | None, folder: PrivateFolder) -> Configuration:
    """Return the official client's settings, whose certificates lie in a handle's folder.

    Args:
        kubeconfig: its text, for a cluster on this machine.
        known: the settings, if they are known; used instead.
        folder: the handle's.
    """
    folder.restore()
    if known is None:
        known = Configuration()
        document = yaml.safe_load(kubeconfig)
        config.load_kube_config_from_dict(document, client_configuration=known, persist_config=False)
        loopback.choose_way(known)
    return _own_certificates(known, folder)


def _own_certificates(settings: Configuration, folder: PrivateFolder) -> Configuration:
    """Keep certificates in a handle's folder.

    The official client writes those of a kubeconfig into temporary files. It removes them when Python ends,
    which may be before the handle has said goodbye, and does not write them again if they are swept.
    """
    own: dict[str, str] = {}
    for name in ("ssl_ca_cert", "cert_file", "key_file"):
        path = getattr(settings, name)
        if path and Path(path).is_relative_to(tempfile.gettempdir()):
            own[name] = str(folder.write(name, Path(path).read_text(encoding="utf-8")))
    refresh = settings.refresh_api_key_hook

    def keep(settings: Configuration) -> None:
        if refresh is not None:
            refresh(settings)  # which puts the temporary files back, too
        for name, path in own.items():
            setattr(settings, name, path)

    keep(settings)
    settings.refresh_api_key_hook = keep  # type: ignore[assignment]
    return settings
