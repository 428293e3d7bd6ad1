"""Which cluster the lessons run on: ``connect()`` and the handle that it returns."""

from __future__ import annotations

import copy
import os
import warnings
import weakref
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from kubelearn.notebook import cell

from . import contexts, environment, kernel, kind, kubectl, previous, sessions, versions
from .choice import NAMESPACE_VARIABLE, TARGET_VARIABLE, Target, parse_target
from .errors import ConnectionFailedError
from .later import Later
from .workdir import PrivateFolder

if TYPE_CHECKING:  # 0.4 s and 40 MB with the official client: imported by who asks a cluster
    from kubernetes.client import ApiClient, AppsV1Api, Configuration, CoreV1Api, DiscoveryV1Api, NetworkingV1Api

    from kubelearn.cluster.embedded import EmbeddedCluster, ImageRegistry

    from .execution import Completed
    from .existing import Namespaces

__all__ = ["TARGET_VARIABLE", "Cluster", "Target", "connect", "parse_target"]


class Cluster:
    """A handle on the cluster of this notebook.

    Everything goes through the Kubernetes API, so a handle is the same on every target.

    Attributes:
        target: where the cluster is.
        namespace: the namespace that the lesson works in.
    """

    def __init__(
        self,
        target: Target,
        kubeconfig: str,
        namespace: str,
        embedded: EmbeddedCluster | None = None,
        settings: Configuration | None = None,
        namespaces: Namespaces | None = None,
        folder: PrivateFolder | None = None,
    ):
        """Wrap a running cluster.

        Args:
            target: where the cluster is.
            kubeconfig: the kubeconfig's text.
            namespace: the namespace that the lesson works in.
            embedded: the cluster that was started for this handle, and ends with it.
            settings: the official client's, if they are known; by default from the kubeconfig.
            namespaces: those used on a cluster that is not the notebook's own.
            folder: has the certificates that the settings name, and goes with the handle.
        """
        self._embedded = embedded
        stop = embedded.stop if embedded is not None else _nothing
        self._folder = folder or PrivateFolder()
        self._folder.write(environment.CONFIG, kubeconfig)
        self.target = target
        self.namespace = namespace
        sessions.write(self._folder, str(target), namespace)
        environment.enter(self._folder)
        self._clients = Later(kubeconfig, settings, self._folder)
        self._namespaces = namespaces
        # Runs when the handle is collected, closed, or at the end of the interpreter, whichever is first.
        self._finalizer = weakref.finalize(self, _close, self._clients, self._folder, namespaces, stop)

    @property
    def api(self) -> ApiClient:
        """The official client's ``ApiClient``; it and the following are made when they are first asked for."""
        return self._clients.get().api

    @property
    def core(self) -> CoreV1Api:
        """Its API of pods, Services, nodes, …"""
        return self._clients.get().core

    @property
    def apps(self) -> AppsV1Api:
        """Its API of Deployments and ReplicaSets."""
        return self._clients.get().apps

    @property
    def discovery(self) -> DiscoveryV1Api:
        """Its API of EndpointSlices."""
        return self._clients.get().discovery

    @property
    def networking(self) -> NetworkingV1Api:
        """Its API of NetworkPolicies."""
        return self._clients.get().networking

    @property
    def kubeconfig(self) -> Path:
        """Path of the private kubeconfig; ``KUBECONFIG`` names it. It is written again if it was swept."""
        if not self.closed:
            self._folder.restore()
        return self._folder.path / environment.CONFIG

    @property
    def made(self) -> tuple[str, ...]:
        """Namespaces that were made for this handle, and go with it."""
        return tuple(self._namespaces.made) if self._namespaces is not None else ()

    def close(self) -> None:
        """End the connection, and the cluster if it was started for it; safe to call twice."""
        self._finalizer()

    @property
    def closed(self) -> bool:
        """Whether the handle has ended."""
        return not self._finalizer.alive

    def reset(self) -> None:
        """Delete everything that was made in the lesson's namespace, and wait until it is gone.

        On the embedded cluster, which is the notebook's own, other namespaces that were made go too.

        Raises:
            kubelearn.target.workspace.NotOursError: the namespace was there before kubelearn came.
            TimeoutError: something does not end.
        """
        if self._namespaces is not None:
            self._namespaces.renew(self.namespace, self.core)
            return
        from . import workspace

        workspace.empty(self.core, self.apps, self.namespace)
        workspace.remove_others(self.core, self.namespace)

    def adopt(self, namespace: str) -> None:
        """Count a second namespace, there or still to be made, as this notebook's: it goes, or stays, with the first.

        One of that name that is on its way out, such as that of the kernel before a restart, is waited for.

        Raises:
            kubelearn.target.workspace.NotOursError: it was there before this handle.
            TimeoutError: one that is on its way out does not end.
        """
        if self._namespaces is not None:
            self._namespaces.adopt(namespace, self.core)

    def within(self, namespace: str) -> Cluster:
        """Return this handle for work in another namespace; it ends with this one."""
        other = copy.copy(self)
        # This handle must not be collected meanwhile: the connection would end.
        vars(other).update(namespace=namespace, _origin=self)
        return other

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def version(self) -> str:
        """The server's version as ``v1.36``."""
        return self._clients.get().version()

    def __repr__(self) -> str:
        if self.closed:
            return f"<Cluster {self.target} closed>"
        nodes = self._clients.get().nodes()
        if nodes is None:
            return f"<Cluster {self.target} {self.version} namespace {self.namespace}>"
        ready, total = nodes
        state = "Ready" if ready == total else f"{ready} Ready"
        return f"<Cluster {self.target} {self.version} {total} node{'s' if total != 1 else ''} {state}>"

    def exec(
        self, pod: str, *command: str, container: str = "", namespace: str = "", stdin: str = "", timeout: float = 60
    ) -> Completed:
        """Run a command in a pod, as ``kubectl exec`` does.

        Args:
            pod: name of the pod.
            command: the command and its arguments; a shell is only there if you call one.
            timeout: seconds after which it is given up.

        Raises:
            kubernetes.client.ApiException: there is no such container, or the API refuses.
            NotRunningError: the container does not run at this moment, or there is no such pod.
            TimeoutError: the command did not end in time.
        """
        from .execution import run_in_pod

        return run_in_pod(
            self.core, namespace or self.namespace, pod, command, container=container, stdin=stdin, timeout=timeout
        )

    def register_image(self, reference: str, app: Callable[..., Any], *, port: int = 8080) -> None:
        """Offer an ASGI application of yours as an image that pods can run.

        The application finds its pod's name and environment in
        ``scope["extensions"]["kubelearn.container"]`` (``hostname``, ``env``).

        Args:
            reference: the image's name with its tag, such as ``me/app:1``.
            app: the ASGI application; every container of the image calls it.
            port: where it listens in its pod.

        Raises:
            RuntimeError: the cluster is not the embedded one.
            ValueError: no image name, or no port.
            TypeError: the application cannot be called.
        """
        self.image_registry.register(reference, app, port)

    @property
    def image_registry(self) -> ImageRegistry:
        """Where the embedded cluster's nodes pull images from.

        Raises:
            RuntimeError: the cluster is another one.
        """
        if self._embedded is None:
            raise RuntimeError(
                "only the embedded cluster has images of its own, and can run an application straight from a notebook; "
                f"for {self.target}, build an image and push it to a registry"
            )
        return self._embedded.image_registry


def images_like(name: str, cluster: Cluster | None = None) -> tuple[list[tuple[str, str, str]], list[str], bool]:
    """Return the images of the embedded cluster (name, tags, what it does), those nearest to a name, and if it is one.

    Args:
        name: what somebody asked for; empty for nothing.
        cluster: whose images of a learner's own count, too.

    Raises:
        RuntimeError: the cluster is not the embedded one.
    """
    from kubelearn.cluster.embedded import EmbeddedCluster

    known = EmbeddedCluster.catalogue() if cluster is None else cluster.image_registry
    is_there = bool(name) and known.find(name) is not None
    return known.table(), [] if is_there or not name else known.like(name), is_there


def _nothing() -> None:
    """A cluster that runs without us goes on without us."""


def _close(clients: Later, folder: PrivateFolder, namespaces: Namespaces | None, stop: Callable[[], None]) -> None:
    try:
        if namespaces is not None and namespaces.made:
            folder.restore()  # a new connection reads the certificates
            namespaces.remove(clients.get().core)
    finally:
        clients.close()
        environment.leave(folder)
        stop()
        folder.remove()


def connect(
    target: str | None = None,
    *,
    context: str | None = None,
    namespace: str | None = None,
    confirm: bool = False,
    keep: bool = False,
    seed: int | None = 1,
    pace: float = 1.0,
    port: int = 0,
) -> Cluster:
    """Connect to a cluster; by default start one in this process.

    On a cluster that is not the notebook's own, the lessons work in a namespace that is made for
    this handle, and removed with everything in it when the handle is closed.

    Args:
        target: ``"embedded"``, ``"kind"`` or ``"context=NAME"``; by default the value of
            ``KUBELEARN_TARGET``, and ``embedded`` without it.
        context: name of a kubeconfig context, the same as ``target="context=NAME"``.
        namespace: namespace to work in; by default ``default`` on the embedded cluster, and elsewhere
            the one that ``KUBELEARN_NAMESPACE`` names, or a new one. One that is there already is used,
            and left when the handle is closed.
        confirm: the context is meant, although its name looks like production.
        keep: leave the namespace, and what is in it, when the handle is closed; second namespaces, too.
        seed: embedded only: repeats names, addresses and balancing, so that a notebook can be
            compared with its stored outputs; ``None`` for chance.
        pace: embedded only: factor on the cluster's lags.
        port: embedded only: port of the API server on 127.0.0.1, 0 for a free one.

    Returns:
        A handle; close it, or use it as a context manager, to end the cluster.

    Raises:
        ValueError: an unknown target.
        OSError: the port is taken.
        ConnectionFailedError: the cluster cannot be used; the message says what to do. Nothing was made there.
    """
    kernel.prepare()
    wanted = parse_target(target, context)
    place = cell.current()
    if wanted.kind == "embedded":
        ended = previous.end(place)
        cluster = _embedded(wanted, namespace or "default", seed, pace, port)
    else:
        namespace = namespace or os.environ.get(NAMESPACE_VARIABLE) or None
        found = _context(wanted, confirm)
        ended = previous.end(place, namespace)
        cluster = _existing(wanted, found, namespace, keep)
    previous.note(cluster, place)
    if ended:
        print(ended)
    return cluster


def _context(target: Target, confirm: bool) -> contexts.Context:
    """Return the context of kind's cluster, or the one that the learner names.

    Raises:
        ConnectionFailedError: there is none, or it looks like production and was not confirmed.
    """
    if target.kind == "kind":
        return contexts.parse(kind.ensure())
    found = contexts.find(target.context)
    if found.looks_like_production and not confirm:
        raise ConnectionFailedError(
            f"the context {found.name!r} (cluster {found.cluster!r} at {found.server}) looks like production. "
            f"If you mean it: connect(context={found.name!r}, confirm=True)"
        )
    return found


def _embedded(target: Target, namespace: str, seed: int | None, pace: float, port: int) -> Cluster:
    from kubelearn.cluster.embedded import EmbeddedCluster
    from kubelearn.cluster.timing import Timing

    _choose_kubectl(kubectl.EMBEDDED)
    embedded = EmbeddedCluster(seed=seed, timing=Timing(pace=pace), port=port).start()
    cluster = Cluster(target, embedded.kubeconfig(namespace), namespace, embedded)
    if namespace != "default":
        from .existing import Namespaces

        try:
            Namespaces(keep=True).make(namespace, cluster.core)
        except BaseException:
            cluster.close()
            raise
    return cluster


def _existing(target: Target, context: contexts.Context, namespace: str | None, keep: bool) -> Cluster:
    """Look before anything is made, then make the namespace."""
    from . import existing

    folder = PrivateFolder()
    try:
        found = existing.look(context, namespace, folder, keep=keep)
        if found.lacks:
            warnings.warn(found.lacks, stacklevel=3)
        _choose_kubectl(found.version)
    except BaseException:
        folder.remove()
        raise
    kubeconfig = context.kubeconfig(found.namespace)
    cluster = Cluster(
        target, kubeconfig, found.namespace, settings=found.settings, namespaces=found.namespaces, folder=folder
    )
    try:
        found.make_namespace(cluster.core)
    except BaseException:
        cluster.close()
        raise
    return cluster


def _choose_kubectl(server: versions.Minor) -> None:
    """Let ``!kubectl`` find the one that fits, and say what a learner should know of it before the first is run."""
    try:
        chosen = kubectl.use(server)
        complaint = chosen.complaint(server)
    except kubectl.KubectlNotFoundError as error:
        complaint = str(error)
    else:
        if not complaint and (reason := chosen.reason(server)):
            print(reason)
    if complaint:
        warnings.warn(complaint, stacklevel=4)
