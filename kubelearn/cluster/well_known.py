"""Names and addresses that several components have to know.

Which EndpointSlices belong to a Service: K/staging/src/k8s.io/api/discovery/v1/well_known_labels.go.  The addresses
are those that kind gives a cluster.
"""

from __future__ import annotations

from functools import lru_cache

from . import meta
from .meta import Object

#: A Service's namespace and name.
ServiceKey = tuple[str, str]

SLICES = "endpointslices.discovery.k8s.io"
#: The label of a slice that says whose it is.
SERVICE_NAME = "kubernetes.io/service-name"

#: Who makes the volumes of kind's StorageClass ``standard``.
LOCAL_PATH = "rancher.io/local-path"
#: The annotation of such a volume that says on which node it is.
LOCAL_PATH_NODE = "local.path.provisioner/selected-node"

LOOPBACK = "127.0.0.1"
#: Range of the addresses of pods, kube-proxy's ``--cluster-cidr``.
POD_CIDR = "10.244.0.0/16"
#: First characters of the addresses of pods and of Services (10.96.0.0/16).
POD_PREFIX = "10.244."
SERVICE_PREFIX = "10.96."
#: Address of the Service ``kube-system/kube-dns``.
DNS_ADDRESS = "10.96.0.10"


@lru_cache(maxsize=8192)
def is_ipv4(text: str) -> bool:
    """Return whether a text is an IPv4 address in dotted form, and no name."""
    parts = text.split(".")
    return len(parts) == 4 and all(
        part.isascii() and part.isdigit() and len(part) < 4 and int(part) < 256 for part in parts
    )


def service_key(service: Object) -> ServiceKey:
    """Return the key of a Service."""
    return meta.namespace_of(service), meta.name_of(service)


def service_of(endpoint_slice: Object) -> ServiceKey:
    """Return the Service that a slice belongs to; its name is empty when the slice does not say."""
    return meta.namespace_of(endpoint_slice), meta.labels_of(endpoint_slice).get(SERVICE_NAME, "")
