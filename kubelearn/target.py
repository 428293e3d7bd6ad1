"""Which cluster the lessons run on: ``connect()`` and the handle that it returns."""

from __future__ import annotations

import os
import warnings
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import urllib3
from kubernetes import config
from kubernetes.client import ApiClient, ApiException, AppsV1Api, Configuration, CoreV1Api, DiscoveryV1Api, VersionApi

from . import cells, contexts, environment, kind, kubectl, preflight, reach, sessions, workdir, workspace
from .deadline import Deadline
from .errors import ConnectionFailedError
from .execution import Completed, run_in_pod

if TYPE_CHECKING:
    from .cluster.embedded import EmbeddedCluster

#: Sets the default target: ``embedded``, ``kind`` or ``context=NAME``.
TARGET_VARIABLE = "KUBELEARN_TARGET"
#: Names the namespace on a cluster that is not the notebook's own, for who may not make one.
NAMESPACE_VARIABLE = "KUBELEARN_NAMESPACE"
#: Share of the limit for making the namespace; the rest is for taking it back, if no answer comes.
_MAKING = 0.9


@dataclass(frozen=True)
class Target:
    """A kind of cluster and, for a kubeconfig context, its name."""

    kind: str
    context: str = ""

    def __str__(self) -> str:
        return f"context={self.context}" if self.context else self.kind


def parse_target(text: str | None, context: str | None = None) -> Target:
    """Read a target's name; ``None`` takes ``KUBELEARN_TARGET``, and ``embedded`` after that.

    Raises:
        ValueError: a name that is neither ``embedded``, ``kind`` nor ``context=NAME``.
    """
    if context:
        return Target("context", context)
    text = text or os.environ.get(TARGET_VARIABLE) or "embedded"
    if text in ("embedded", "kind"):
        return Target(text)
    if text.startswith("context=") and len(text) > len("context="):
        return Target("context", text.removeprefix("context="))
    raise ValueError(f"unknown target {text!r}: use 'embedded', 'kind' or 'context=NAME'")


class Cluster:
    """A handle on the cluster of this notebook.

    Everything goes through the Kubernetes API, so a handle is the same on every target.

    Attributes:
        target: where the cluster is.
        kubeconfig: path of the private kubeconfig; ``KUBECONFIG`` names it.
        namespace: the namespace that the lesson works in.
        api: the official client's ``ApiClient``.
        core: ``CoreV1Api``.
        apps: ``AppsV1Api``.
        discovery: ``DiscoveryV1Api`` (EndpointSlices).
    """

    def __init__(self, target: Target, kubeconfig: str, namespace: str, embedded: EmbeddedCluster | None = None, settings: Configuration | None = None):
        """Wrap a running cluster.

        Args:
            kubeconfig: the kubeconfig's text.
            embedded: the cluster that was started for this handle, and ends with it.
            settings: the official client's, if they are known; by default from the kubeconfig.
        """
        self._embedded = embedded
        stop = embedded.stop if embedded is not None else _nothing
        folder = workdir.create()
        self.target, self.namespace = target, namespace
        self.kubeconfig = folder / "config"
        workdir.write_private(self.kubeconfig, kubeconfig)
        sessions.write(folder, str(target), namespace)
        environment.enter(folder)
        self.api = ApiClient(settings) if settings is not None else config.new_client_from_config(config_file=str(self.kubeconfig))
        self.core, self.apps, self.discovery = CoreV1Api(self.api), AppsV1Api(self.api), DiscoveryV1Api(self.api)
        # Runs when the handle is collected, closed, or at the end of the interpreter, whichever is first.
        self._made: list[str] = []
        self._there: frozenset[str] = frozenset()
        self._keep = False
        self._finalizer = weakref.finalize(self, _close, self.api, folder, self._made, stop)

    def close(self) -> None:
        """End the connection, and the cluster if it was started for it; safe to call twice."""
        self._finalizer()

    @property
    def closed(self) -> bool:
        return not self._finalizer.alive

    def reset(self) -> None:
        """Delete everything that was made in the lesson's namespace, and wait until it is gone.

        On the embedded cluster, which is the notebook's own, other namespaces that were made go too.

        Raises:
            kubelearn.workspace.NotOursError: the namespace was there before kubelearn came.
            TimeoutError: something does not end.
        """
        if self._embedded is not None:
            workspace.empty(self.core, self.apps, self.namespace)
            workspace.remove_others(self.core, self.namespace)
        else:
            workspace.renew(self.core, self.namespace)
            for second in self._made:
                if second != self.namespace:
                    workspace.remove_and_wait(self.core, second)

    def adopt(self, namespace: str) -> None:
        """Count a second namespace, there or still to be made, as this notebook's: it goes, or stays, with the first.

        One of that name that is on its way out, such as that of the kernel before a restart, is waited for.

        Raises:
            kubelearn.workspace.NotOursError: it was there before this handle.
            TimeoutError: one that is on its way out does not end.
        """
        if self._embedded is not None:
            return
        if namespace in self._there:
            raise workspace.NotOursError(f"the namespace {namespace!r} was there before this notebook: if nobody needs it, delete it (kubectl delete namespace {namespace}) and connect again")
        workspace.wait_if_going(self.core, namespace)
        if namespace not in self._made and not self._keep:
            self._made.append(namespace)
        workspace.mark(self.core, namespace, keep=self._keep)

    def _make_namespace(self, core: CoreV1Api, keep: bool) -> None:
        """Make the namespace of the lesson; if it was not there, it goes when the handle is closed."""
        if not workspace.make(core, self.namespace, keep=keep):
            return
        self._made.append(self.namespace)
        try:
            workspace.settle(self.core, self.namespace)
        except TimeoutError as error:
            raise ConnectionFailedError(f"{error}: the cluster's controllers do not work, or have too much to do. The namespace is removed again") from error
        if keep:
            self._made.remove(self.namespace)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def version(self) -> str:
        """The server's version as ``v1.32``."""
        found = VersionApi(self.api).get_code()
        return f"v{found.major}.{found.minor.rstrip('+')}"

    def __repr__(self) -> str:
        if self.closed:
            return f"<Cluster {self.target} closed>"
        try:
            nodes = self.core.list_node().items
        except ApiException as error:
            if error.status != 403:  # who has a namespace only may not see the nodes
                raise
            return f"<Cluster {self.target} {self.version} namespace {self.namespace}>"
        conditions = [(node.status.conditions if node.status else None) or [] for node in nodes]
        ready = sum(any(c.type == "Ready" and c.status == "True" for c in listed) for listed in conditions)
        state = "Ready" if ready == len(nodes) else f"{ready} Ready"
        return f"<Cluster {self.target} {self.version} {len(nodes)} node{'s' if len(nodes) != 1 else ''} {state}>"

    def exec(self, pod: str, *command: str, container: str = "", namespace: str = "", stdin: str = "", timeout: float = 60) -> Completed:
        """Run a command in a pod, as ``kubectl exec`` does.

        Args:
            pod: name of the pod.
            command: the command and its arguments; a shell is only there if you call one.
            timeout: seconds after which it is given up.

        Raises:
            kubernetes.client.ApiException: there is no such pod or container.
            TimeoutError: the command did not end in time.
        """
        return run_in_pod(self.core, namespace or self.namespace, pod, command, container=container, stdin=stdin, timeout=timeout)

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
        if self._embedded is None:
            raise RuntimeError(
                f"only the embedded cluster can run an application straight from a notebook; for {self.target}, build an image and push it to a registry")
        self._embedded.image_registry.register(reference, app, port)


def _nothing() -> None:
    """A cluster that runs without us goes on without us."""


def _close(api: Any, folder: Path, made: list[str], stop: Callable[[], None]) -> None:
    try:
        for namespace in made:
            _remove(CoreV1Api(api), namespace)
    finally:
        api.close()
        environment.leave(folder)
        stop()
        workdir.remove(folder)


def _remove(core: CoreV1Api, namespace: str) -> None:
    try:
        workspace.remove(core, namespace)
    except ApiException as error:
        if error.status == 403 and not workspace.is_ours(core, namespace):
            return  # it was to be made, and that was refused as well
        _warn_of_rest(namespace, reach.words(error))
    except urllib3.exceptions.HTTPError as error:
        _warn_of_rest(namespace, str(error))


def _warn_of_rest(namespace: str, why: str) -> None:
    warnings.warn(f"the namespace {namespace!r} was not removed ({why}): kubectl delete namespace {namespace}", stacklevel=2)


def connect(
    target: str | None = None, *, context: str | None = None, namespace: str | None = None, confirm: bool = False, keep: bool = False,
    seed: int | None = 1, pace: float = 1.0, port: int = 0,
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
    cells.prepare()
    wanted = parse_target(target, context)
    if wanted.kind == "embedded":
        return _embedded(wanted, namespace or "default", seed, pace, port)
    namespace = namespace or os.environ.get(NAMESPACE_VARIABLE) or None
    if wanted.kind == "kind":
        return _existing(wanted, contexts.parse(kind.ensure()), namespace, keep)
    found = contexts.find(wanted.context)
    if found.looks_like_production and not confirm:
        raise ConnectionFailedError(
            f"the context {found.name!r} (cluster {found.cluster!r} at {found.server}) looks like production. "
            f"If you mean it: connect(context={found.name!r}, confirm=True)")
    return _existing(wanted, found, namespace, keep)


def _embedded(target: Target, namespace: str, seed: int | None, pace: float, port: int) -> Cluster:
    from .cluster.embedded import EmbeddedCluster
    from .cluster.timing import Timing

    _look_for_kubectl(None)
    embedded = EmbeddedCluster(seed=seed, timing=Timing(pace=pace), port=port).start()
    cluster = Cluster(target, embedded.kubeconfig(namespace), namespace, embedded)
    if namespace != "default":
        try:
            cluster._make_namespace(cluster.core, keep=True)
        except BaseException:
            cluster.close()
            raise
    return cluster


def _existing(target: Target, context: contexts.Context, namespace: str | None, keep: bool) -> Cluster:
    """Look before anything is made, then make the namespace."""
    name = namespace or workspace.new_name()
    deadline = Deadline(reach.LIMIT)
    settings = reach.load(context, deadline)
    with reach.reaching(context, settings, deadline) as api:
        found = preflight.check(context, api, deadline, name, makes_namespace=namespace is None)
        core = CoreV1Api(api)
        workspace.sweep(core)
        there = workspace.present(core)
    if found.lacks:
        warnings.warn(found.lacks, stacklevel=3)
    _look_for_kubectl(found.version)
    cluster = Cluster(target, context.kubeconfig(name), name, settings=settings)
    cluster._there, cluster._keep = there, keep
    try:
        with reach.reaching(context, settings, Deadline(_MAKING * reach.LIMIT)) as api:
            cluster._make_namespace(CoreV1Api(api), keep)
    except BaseException:
        cluster.close()
        raise
    return cluster


def _look_for_kubectl(server: tuple[int, int] | None) -> None:
    """Tell a learner without a fitting kubectl before the first ``!kubectl`` fails.

    Args:
        server: the cluster's version, to compare kubectl's with; None saves the tenth of a second that asking kubectl takes.
    """
    try:
        kubectl.expose()
        complaint = kubectl.complaint(kubectl.version(), server) if server else ""
    except kubectl.KubectlNotFoundError as error:
        complaint = str(error)
    if complaint:
        warnings.warn(complaint, stacklevel=4)
