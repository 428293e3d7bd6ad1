"""Which cluster the lessons run on: ``connect()`` and the handle that it returns."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import yaml
from kubernetes import config
from kubernetes.client import AppsV1Api, CoreV1Api, DiscoveryV1Api, VersionApi

from . import workdir
from .execution import Completed, run_in_pod

if TYPE_CHECKING:
    from .cluster.embedded import EmbeddedCluster

#: Sets the default target: ``embedded``, ``kind`` or ``context=NAME``.
TARGET_VARIABLE = "KUBELEARN_TARGET"
#: Where kubectl finds the cluster, and where it may keep its cache.
_VARIABLES = ("KUBECONFIG", "KUBECACHEDIR")


class ConnectionFailedError(RuntimeError):
    """The cluster cannot be reached or used; the message says what to do."""


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

    def __init__(self, target: Target, kubeconfig: str, namespace: str, embedded: EmbeddedCluster | None = None):
        """Wrap a running cluster.

        Args:
            kubeconfig: the kubeconfig's text.
            embedded: the cluster that was started for this handle, and ends with it.
        """
        self._embedded = embedded
        stop = embedded.stop if embedded is not None else _nothing
        folder = workdir.create()
        self.target, self.namespace = target, namespace
        self.kubeconfig = folder / "config"
        workdir.write_private(self.kubeconfig, kubeconfig)
        before = {name: os.environ.get(name) for name in _VARIABLES}
        os.environ["KUBECONFIG"], os.environ["KUBECACHEDIR"] = str(self.kubeconfig), str(folder / "cache")
        self.api = config.new_client_from_config(config_file=str(self.kubeconfig))
        self.core, self.apps, self.discovery = CoreV1Api(self.api), AppsV1Api(self.api), DiscoveryV1Api(self.api)
        # Runs when the handle is collected, closed, or at the end of the interpreter, whichever is first.
        self._finalizer = weakref.finalize(self, _close, self.api, folder, before, stop)

    def close(self) -> None:
        """End the connection, and the cluster if it was started for it; safe to call twice."""
        self._finalizer()

    @property
    def closed(self) -> bool:
        return not self._finalizer.alive

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
        nodes = self.core.list_node().items
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


def _close(api: Any, folder: Path, before: dict[str, str | None], stop: Callable[[], None]) -> None:
    api.close()
    if os.environ.get("KUBECONFIG") == str(folder / "config"):
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
    stop()
    workdir.remove(folder)


def connect(
    target: str | None = None, *, context: str | None = None, namespace: str | None = None,
    seed: int | None = 1, pace: float = 1.0, port: int = 0,
) -> Cluster:
    """Connect to a cluster; by default start one in this process.

    Args:
        target: ``"embedded"``, ``"kind"`` or ``"context=NAME"``; by default the value of
            ``KUBELEARN_TARGET``, and ``embedded`` without it.
        context: name of a kubeconfig context, the same as ``target="context=NAME"``.
        namespace: namespace to work in; ``default`` unless the context names one.
        seed: embedded only: repeats names, addresses and balancing, so that a notebook can be
            compared with its stored outputs; ``None`` for chance.
        pace: embedded only: factor on the cluster's lags.
        port: embedded only: port of the API server on 127.0.0.1, 0 for a free one.

    Returns:
        A handle; close it, or use it as a context manager, to end the cluster.

    Raises:
        ValueError: an unknown target.
        OSError: the port is taken.
        ConnectionFailedError: the context does not exist.
    """
    wanted = parse_target(target, context)
    if wanted.kind == "embedded":
        return _embedded(wanted, namespace or "default", seed, pace, port)
    name = wanted.context or "kind-kubelearn"
    text, found = _context(name)
    return Cluster(wanted, text, namespace or found)


def _embedded(target: Target, namespace: str, seed: int | None, pace: float, port: int) -> Cluster:
    from .cluster.embedded import EmbeddedCluster

    cluster = EmbeddedCluster(seed=seed, pace=pace, port=port).start()
    return Cluster(target, cluster.kubeconfig(namespace), namespace, cluster)


def _context(name: str) -> tuple[str, str]:
    """Return a kubeconfig with one context only, and that context's namespace."""
    try:
        paths = os.environ.get("KUBECONFIG") or os.path.expanduser("~/.kube/config")
        contexts, _ = config.list_kube_config_contexts(config_file=paths)
        loader = config.kube_config.KubeConfigMerger(paths)
    except config.ConfigException as error:
        raise ConnectionFailedError(f"no kubeconfig to take the context {name!r} from: {error}") from error
    known = [entry["name"] for entry in contexts]
    if name not in known:
        raise ConnectionFailedError(f"there is no context {name!r} in the kubeconfig; it has: {', '.join(known) or 'none'}")
    chosen = next(entry for entry in contexts if entry["name"] == name)
    merged: dict[str, Any] = loader.config.value
    merged["current-context"] = name
    return yaml.safe_dump(merged), chosen["context"].get("namespace", "default")
