"""What the API server asks of kubelets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from kubelearn.cluster.apiserver.authentication import Tokens
from kubelearn.cluster.network import Network, PodNetwork
from kubelearn.cluster.streams import Reader, Writer


class ExecError(Exception):
    """A program that cannot be run in a container; the text is the container runtime's."""


class Kubelet(Protocol):
    """One node's kubelet, as far as streams need it."""

    @property
    def node(self) -> str:
        """Name of the node."""

    @property
    def tokens(self) -> Tokens:
        """By whose tokens it lets callers in."""

    @property
    def network(self) -> Network:
        """The cluster's network."""

    async def exec(
        self,
        namespace: str,
        name: str,
        container: str,
        argv: list[str],
        stdin: Reader | None,
        stdout: Writer,
        stderr: Writer,
        tty: bool = False,
    ) -> int:
        """Run a program in a container and return its exit code.

        Raises:
            ExecError: the container does not run, or has no such program.
        """

    async def attach(
        self,
        namespace: str,
        name: str,
        container: str,
        stdin: Reader | None,
        stdout: Writer,
        stderr: Writer,
        tty: bool = False,
    ) -> None:
        """Connect to a container's first process until it ends.

        Raises:
            ExecError: the container does not run.
        """

    def logs(
        self,
        namespace: str,
        name: str,
        container: str,
        *,
        follow: bool = False,
        tail: int | None = None,
        previous: bool = False,
        since: float | None = None,
        timestamps: bool = False,
        limit: int | None = None,
    ) -> AsyncIterator[bytes] | None:
        """Return a container's log as lines, None when there is no such run.

        Args:
            since: seconds since the epoch.
            limit: bytes.
        """

    def network_of(self, namespace: str, name: str) -> PodNetwork | None:
        """Return a pod's network, None before it has one."""


#: Node → its kubelet.  Read only: that lets a dict of real kubelets pass for it.
Kubelets = Mapping[str, Kubelet]
