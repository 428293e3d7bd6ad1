"""What the cluster itself runs."""

from __future__ import annotations

from kubelearn.cluster import meta

from .entry import Entry

SYSTEM = (
    Entry(
        "registry.k8s.io/coredns/coredns",
        "the cluster's DNS",
        "1.14.2 1.13.2 1.12.4 1.11.4 1.10.1 1.9.4 1.8.7",
        words="",
        prefix="v",
        exact=True,
        programs="system.coredns:PROGRAMS",
        entrypoint=("/coredns",),
        size=18_562_039,
    ),
    Entry(
        "registry.k8s.io/kube-proxy",
        "the cluster's kube-proxy, with iptables-save and explain",
        meta.VERSION.removeprefix("v"),
        words="",
        prefix="v",
        exact=True,
        programs="system.kube_proxy:PROGRAMS",
        entrypoint=("kube-proxy",),
        size=94_637_000,
    ),
)
