"""A real cluster in containers on this machine: driving the ``kind`` command line.

Only the cluster named :data:`NAME` is ever created, changed or deleted. kind keeps no state of
its own beside the containers, so neither does this module; ``~/.kube/config`` is not touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from .errors import ConnectionFailedError

NAME = "kubelearn"
CONTEXT = f"kind-{NAME}"
#: The version of the embedded cluster, so that the lessons' texts hold.
NODE_IMAGE = "kindest/node:v1.32.5"
#: Ports of this machine that lead to the same NodePort, where the lessons use one.
NODE_PORTS = (30080, 30081, 30082)
#: What the lessons run; pulled when the cluster is made, so that no lesson waits for it.
IMAGES = (
    "registry.k8s.io/e2e-test-images/agnhost:2.53", "gcr.io/google-samples/hello-app:1.0", "gcr.io/google-samples/hello-app:2.0",
    "gcr.io/google-samples/hello-go-gke:1.0", "docker.io/library/busybox:1.36", "docker.io/library/busybox:1.37", "docker.io/library/nginx:1.27")
_WORKERS = (f"{NAME}-worker", f"{NAME}-worker2")
_READY_LIMIT = "180s"
#: Seconds for kind and the container engine to say whether they are there, and what there is.
_ASK_LIMIT = 4.0
#: Seconds for one image.
_PULL_LIMIT = 300.0
_ENGINES = ("docker", "podman")
_KIND_HELP = "kind is not on the PATH. Get it from https://kind.sigs.k8s.io/docs/user/quick-start/#installation (a single binary)"
_ENGINE_HELP = (
    "kind needs a running Docker or Podman, and neither answers. Start Docker Desktop or `sudo systemctl start docker`, "
    "or get one from https://docs.docker.com/get-started/get-docker/ or https://podman.io/docs/installation")

Show = Callable[[str], None]


class KindError(ConnectionFailedError):
    """kind or what it needs is missing, or it failed; the message says what to do."""


def config() -> str:
    """Return the cluster's configuration: a control plane, two workers, and ports of this machine for the lessons' NodePorts."""
    mappings = [{"containerPort": port, "hostPort": port, "listenAddress": "127.0.0.1"} for port in NODE_PORTS]
    return yaml.safe_dump({
        "kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4", "name": NAME, "networking": {"kubeProxyMode": "iptables"},
        "nodes": [{"role": "control-plane", "extraPortMappings": mappings}, {"role": "worker"}, {"role": "worker"}],
    }, sort_keys=False)


def find_engine() -> str | None:
    """Return ``docker`` or ``podman``, whichever answers first; None if neither does."""
    chosen = os.environ.get("KIND_EXPERIMENTAL_PROVIDER")
    installed = [engine for engine in ((chosen,) if chosen else _ENGINES) if shutil.which(engine)]
    return next((engine for engine in installed if _answers(engine, _ASK_LIMIT / len(installed))), None)


def _answers(engine: str, limit: float) -> bool:
    try:
        return _run([engine, "info"], limit).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def require() -> str:
    """Return the container engine that kind is to use.

    Raises:
        KindError: kind, or every engine, is missing.
    """
    if shutil.which("kind") is None:
        raise KindError(_KIND_HELP)
    engine = find_engine()
    if engine is None:
        raise KindError(_ENGINE_HELP)
    return engine


def exists(engine: str) -> bool:
    """Whether the cluster is there, in whatever state.

    Args:
        engine: what :func:`require` returned; kind by itself takes Docker if it is installed, even if it does not run.

    Raises:
        KindError: kind cannot tell.
    """
    return NAME in _kind(engine, "get", "clusters").split()


def kubeconfig(engine: str) -> str:
    """Return the cluster's kubeconfig, as kind knows it.

    Args:
        engine: what :func:`require` returned.

    Raises:
        KindError: there is no such cluster.
    """
    return _kind(engine, "get", "kubeconfig", "--name", NAME)


def up(show: Show = print) -> None:
    """Make the cluster if it is not there, and pull the lessons' images into its nodes.

    Args:
        show: gets every line of progress.

    Raises:
        KindError: something is missing, or kind failed; then nothing of the cluster is left.
    """
    engine = require()
    if exists(engine):
        show(f"The kind cluster {NAME} is there already.")
        return
    try:
        _create(engine, show)
        _pull(engine, show)
    except BaseException:  # Ctrl-C too: half a cluster is of no use, and would be taken for a whole one
        _delete(engine)
        raise
    show(f"The kind cluster {NAME} is ready: kubelearn.connect('kind'), or KUBELEARN_TARGET=kind")


def down(show: Show = print) -> None:
    """Delete the cluster, if it is there.

    Raises:
        KindError: something is missing, or kind failed.
    """
    engine = require()
    if not exists(engine):
        show(f"There is no kind cluster {NAME}.")
        return
    _delete(engine)
    show(f"The kind cluster {NAME} is deleted.")


def status() -> tuple[bool, str]:
    """Return whether the cluster is there, and a sentence about it.

    Raises:
        KindError: something is missing, or kind failed.
    """
    engine = require()
    if not exists(engine):
        return False, f"There is no kind cluster {NAME}: python -m kubelearn kind up"
    return True, f"The kind cluster {NAME} is there, in {engine}: {', '.join(sorted(_kind(engine, 'get', 'nodes', '--name', NAME).split()))}"


def _create(engine: str, show: Show) -> None:
    with tempfile.TemporaryDirectory(prefix="kubelearn-kind-") as folder:
        path = Path(folder) / "kind.yaml"
        path.write_text(config(), encoding="utf-8")
        _stream(
            show, engine, "create", "cluster", "--name", NAME, "--config", str(path), "--image", NODE_IMAGE, "--wait", _READY_LIMIT,
            "--kubeconfig", str(Path(folder) / "kubeconfig"))


def _pull(engine: str, show: Show) -> None:
    """Pull inside the nodes, which works with every image store of Docker's; ``kind load`` does not.

    An image that cannot be pulled now is pulled when a lesson first uses it.
    """
    for image in IMAGES:
        show(f"Pulling {image} ...")
        for node in _WORKERS:
            try:
                done = _run([engine, "exec", node, "crictl", "pull", image], _PULL_LIMIT)
                trouble = done.stderr.strip() if done.returncode else ""
            except subprocess.TimeoutExpired:
                trouble = f"not done after {_PULL_LIMIT:.0f} s"
            if trouble:
                show(f"  on {node}: {trouble}; the lesson that needs it will pull it")


def _delete(engine: str) -> None:
    _run(["kind", "delete", "cluster", "--name", NAME], 120, engine)


def _stream(show: Show, engine: str, *arguments: str) -> None:
    """Run kind and hand on each line as it comes."""
    lines: list[str] = []
    with subprocess.Popen(  # noqa: S603 - the arguments are a list, no shell reads them
        [shutil.which("kind") or "kind", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        text=True, encoding="utf-8", env=_environment(engine),
    ) as process:
        assert process.stdout is not None  # noqa: S101
        try:
            for line in process.stdout:
                lines.append(line.rstrip())
                show(lines[-1])
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        first = next((index for index, line in enumerate(lines) if line.startswith("ERROR")), -1)
        raise KindError(f"kind could not make the cluster, and nothing of it is left: {' '.join(lines[first:])[:600] or 'it said nothing'}")


def _kind(engine: str, *arguments: str) -> str:
    try:
        done = _run(["kind", *arguments], _ASK_LIMIT, engine)
    except subprocess.TimeoutExpired as error:
        raise KindError(f"`kind {' '.join(arguments)}` did not answer within {_ASK_LIMIT:.0f} s: is {engine} well?") from error
    if done.returncode:
        raise KindError(f"`kind {' '.join(arguments)}` failed: {done.stderr.strip()}")
    return done.stdout


def _run(command: Sequence[str], limit: float, engine: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the arguments are a list, no shell reads them
        [shutil.which(command[0]) or command[0], *command[1:]], capture_output=True, text=True, encoding="utf-8", timeout=limit, check=False,
        stdin=subprocess.DEVNULL, env=_environment(engine))


def _environment(engine: str) -> dict[str, str]:
    return {**os.environ, **({"KIND_EXPERIMENTAL_PROVIDER": engine} if engine else {})}
