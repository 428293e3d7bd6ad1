"""The suites: where they are, what they need, and which of their tests cannot pass here."""

from __future__ import annotations

from dataclasses import dataclass, field


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

SUITES = {
    "client-python": Suite(
        _PYTHON,
        _PYTHON_NEEDS,
        ("kubernetes/e2e_test",),
    ),
    "client-python-dynamic": Suite(
        _PYTHON,
        _PYTHON_NEEDS,
        ("kubernetes/base/dynamic", "kubernetes/aio/e2e_test"),
    ),
    "lightkube": Suite(
        "https://github.com/gtsystem/lightkube",
        (".", "pytest-asyncio"),
        ("e2e-tests",),
        # Its own CI runs on k3s, and a test looks for what k3s brings along.
        setup=(
            ("run", "metrics-server", "--namespace=kube-system", "--image=registry.k8s.io/pause:3.10", "--restart=Never"),
        ),
    ),
    "kr8s": Suite(
        "https://github.com/kr8s-org/kr8s",
        (".", "pytest-asyncio", "trio", "lightkube", "kubernetes", "pykube-ng", "kubernetes-asyncio", "kubernetes-validate"),
        ("kr8s", "-p", "pytest_kind"),
    ),
    "kubernetes_asyncio": Suite(
        "https://github.com/tomplus/kubernetes_asyncio",
        (".",),
        ("kubernetes_asyncio/e2e_test",),
    ),
}
