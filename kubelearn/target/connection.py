"""Which cluster the lessons run on: ``connect()`` and the handle that it returns."""

from __future__ import annotations

import functools
import os
import tempfile
import warnings
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import yaml

from kubelearn.notebook import cell

from . import contexts, environment, kernel, kind, kubectl, loopback, previous, sessions
from .clients import Clients
from .deadline import Deadline
from .errors import ConnectionFailedError
from .workdir import PrivateFolder

if TYPE_CHECKING:  # 0.4 s and 40 MB with the official client: imported by who asks a cluster
    from kubernetes.client import ApiClient, AppsV1Api, Configuration, CoreV1Api, DiscoveryV1Api

    from kubelearn.cluster.embedded import EmbeddedCluster

    from .execution import Completed

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
        namespace: the namespace that the lesson works in.
    """

    def __init__(
        self,
        target: Target,
        kubeconfig: str,
        namespace: str,
        embedded: EmbeddedCluster | None = None,
        settings: Configuration | None = None,
    ):
        """Wrap a running cluster.

        Args:
            kubeconfig: the kubeconfig's text.
            embedded: the cluster that was started for this handle, and ends with it.
            settings: the official client's, if they are known; by default from the kubeconfig.
        """
        self._embedded = embedded
        stop = embedded.stop if embedded is not None else _nothing
        self._folder = PrivateFolder()
        self._folder.write(environment.CONFIG, kubeconfig)
        self.target = target
        self.namespace = namespace
        sessions.write(self._folder, str(target), namespace)
        environment.enter(self._folder)
        self._clients = Clients(functools.partial(_settings, kubeconfig, settings, self._folder))
        self._made: list[str] = []
        self._there: frozenset[str] = frozenset()
        self._keep = False
        # Runs when the handle is collected, closed, or at the end of the interpreter, whichever is first.
        self._finalizer = weakref.finalize(self, _close, self._clients, self._folder, self._made, stop)

    @property
    def api(self) -> ApiClient:
        """The official client's ``ApiClient``; it and the following are made when they are first asked for."""
        return self._clients.api

    @property
    def core(self) -> CoreV1Api:
        """Its API of pods, Services, nodes, …"""
        return self._clients.core

    @property
    def apps(self) -> AppsV1Api:
        """Its API of Deployments and ReplicaSets."""
        return self._clients.apps

    @property
    def discovery(self) -> DiscoveryV1Api:
        """Its API of EndpointSlices."""
        return self._clients.discovery

    @property
    def kubeconfig(self) -> Path:
        """Path of the private kubeconfig; ``KUBECONFIG`` names it. It is written again if it was swept."""
        if not self.closed:
            self._folder.restore()
        return self._folder.path / environment.CONFIG

    @property
    def made(self) -> tuple[str, ...]:
        """Namespaces that were made for this handle, and go with it."""
        return tuple(self._made)

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
            kubelearn.target.workspace.NotOursError: the namespace was there before kubelearn came.
            TimeoutError: something does not end.
        """
        from . import workspace

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
            kubelearn.target.workspace.NotOursError: it was there before this handle.
            TimeoutError: one that is on its way out does not end.
        """
        from . import workspace

        if self._embedded is not None:
            return
        if namespace in self._there:
            raise workspace.NotOursError(
                f"the namespace {namespace!r} was there before this notebook: "
                f"if nobody needs it, delete it (kubectl delete namespace {namespace}) and connect again"
            )
        workspace.wait_if_going(self.core, namespace)
        if namespace not in self._made and not self._keep:
            self._made.append(namespace)
        workspace.mark(self.core, namespace, keep=self._keep)

    def _make_namespace(self, core: CoreV1Api, keep: bool) -> None:
        """Make the namespace of the lesson; if it was not there, it goes when the handle is closed."""
        from . import workspace

        if not workspace.make(core, self.namespace, keep=keep):
            return
        self._made.append(self.namespace)
        try:
            workspace.settle(self.core, self.namespace)
        except TimeoutError as error:
            raise ConnectionFailedError(
                f"{error}: the cluster's controllers do not work, or have too much to do. "
                "The namespace is removed again"
            ) from error
        if keep:
            self._made.remove(self.namespace)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def version(self) -> str:
        """The server's version as ``v1.32``."""
        from kubernetes.client import VersionApi

        found = VersionApi(self.api).get_code()
        return f"v{found.major}.{found.minor.rstrip('+')}"

    def __repr__(self) -> str:
        from kubernetes.client import ApiException

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

    def exec(
        self, pod: str, *command: str, container: str = "", namespace: str = "", stdin: str = "", timeout: float = 60
    ) -> Completed:
        """Run a command in a pod, as ``kubectl exec`` does.

        Args:
            pod: name of the pod.
            command: the command and its arguments; a shell is only there if you call one.
            timeout: seconds after which it is given up.

        Raises:
            kubernetes.client.ApiException: there is no such pod or container.
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
        if self._embedded is None:
            raise RuntimeError(
                "only the embedded cluster can run an application straight from a notebook; "
                f"for {self.target}, build an image and push it to a registry"
            )
        self._embedded.image_registry.register(reference, app, port)


def _settings(kubeconfig: str, settings: Configuration | None, folder: PrivateFolder) -> Configuration:
    """Return the official client's settings; by default for a cluster on this machine, from the kubeconfig's text."""
    from kubernetes import config
    from kubernetes.client import Configuration

    folder.restore()
    if settings is None:
        settings = Configuration()
        document = yaml.safe_load(kubeconfig)
        config.load_kube_config_from_dict(document, client_configuration=settings, persist_config=False)
        loopback.choose_way(settings)
    return _own_certificates(settings, folder)


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


def _nothing() -> None:
    """A cluster that runs without us goes on without us."""


def _close(clients: Clients, folder: PrivateFolder, made: list[str], stop: Callable[[], None]) -> None:
    try:
        for namespace in made:
            _remove(clients.core, namespace)
    finally:
        clients.close()
        environment.leave(folder)
        stop()
        folder.remove()


def _remove(core: CoreV1Api, namespace: str) -> None:
    import urllib3
    from kubernetes.client import ApiException

    from . import reach, workspace

    try:
        workspace.remove(core, namespace)
    except ApiException as error:
        if error.status == 403 and not workspace.is_ours(core, namespace):
            return  # it was to be made, and that was refused as well
        _warn_of_rest(namespace, reach.words(error))
    except urllib3.exceptions.HTTPError as error:
        _warn_of_rest(namespace, str(error))


def _warn_of_rest(namespace: str, why: str) -> None:
    warnings.warn(
        f"the namespace {namespace!r} was not removed ({why}): kubectl delete namespace {namespace}", stacklevel=2
    )


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
    from kubernetes.client import CoreV1Api

    from . import preflight, reach, workspace

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
