"""The suites: where they are, what they need, and which of their tests cannot pass here."""

from __future__ import annotations

from dataclasses import dataclass, field

from kubelearn.cluster.embedded import NODES


@dataclass(frozen=True)
class Suite:
    """The tests of one peer.

    Attributes:
        repository: what the caller clones.
        install: what pip is told, in the checkout.
        arguments: what pytest is told, in the checkout.
        setup: kubectl's command lines that make what the suite takes for granted.
        left: a part of a test's name → why that test does not pass.
    """

    repository: str
    install: tuple[str, ...]
    arguments: tuple[str, ...]
    setup: tuple[tuple[str, ...], ...] = ()
    left: dict[str, str] = field(default_factory=dict)

    def reason(self, test: str) -> str | None:
        """Return why a test cannot pass; None if it should."""
        return next((reason for part, reason in self.left.items() if part in test), None)


_PYTHON = "https://github.com/kubernetes-client/python"
_PYTHON_NEEDS = ("-r", "requirements.txt", "-r", "requirements-asyncio.txt")
_CUSTOM = "custom resources are not emulated"
_ITS_OWN = "not run by its authors, either"

SUITES = {
    "client-python": Suite(
        _PYTHON,
        _PYTHON_NEEDS,
        ("kubernetes/e2e_test",),
        left={
            "test_portforward_raw": "its pod runs a Python program, and no image here runs Python",
            "test_metrics_utilities_integration": "a cluster without metrics-server, as a fresh one is everywhere",
        },
    ),
    "client-python-dynamic": Suite(
        _PYTHON,
        _PYTHON_NEEDS,
        ("kubernetes/base/dynamic", "kubernetes/aio/e2e_test"),
        left={
            "custom_resources": "it wants apiextensions.k8s.io/v1beta1, which no Kubernetes has since 1.22",
            "test_cache_decoder": "it compares objects that are never equal, on any cluster",
        },
    ),
    "lightkube": Suite(
        "https://github.com/gtsystem/lightkube",
        (".", "pytest-asyncio"),
        ("e2e-tests",),
        # Its own cluster is k3s; one test looks for what k3s brings along.
        setup=(("run", "metrics-server", "--namespace=kube-system", "--image=registry.k8s.io/pause:3.10"),),
        left={"test_crd": _CUSTOM, "test_load_in_cluster": _CUSTOM},
    ),
    "kr8s": Suite(
        "https://github.com/kr8s-org/kr8s",
        # It reads the models of the official client where 36 has them.
        (
            *(".", "pytest-asyncio", "pytest-rerunfailures", "trio"),
            *("lightkube", "kubernetes<37", "pykube-ng", "kubernetes-asyncio", "kubernetes-validate"),
        ),
        ("kr8s", "-p", "pytest_kind", "--reruns=3"),  # as its own CI
        # Its own cluster has a single node, from which kind takes the taint away.
        setup=(("taint", "node", NODES[0], "node-role.kubernetes.io/control-plane:NoSchedule-"),),
        left={
            "test_get_custom_resouces": _CUSTOM,
            "test_crd_caching": _CUSTOM,
            "test_trio_port_forward": _ITS_OWN,
            "test_pod_port_forward_context_manager_manual": _ITS_OWN,
            "test_pod_exec_stdin": "it is expected to fail, since the suite speaks an older protocol",
        },
    ),
    "kubernetes_asyncio": Suite(
        "https://github.com/tomplus/kubernetes_asyncio",
        (".",),
        ("kubernetes_asyncio/e2e_test",),
    ),
}
