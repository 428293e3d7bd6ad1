"""A real cluster in containers on this machine: driving the ``kind`` command line.

Only the cluster named :data:`NAME` is ever created, changed or deleted. kind keeps no state of
its own beside the containers, so neither does this module; ``~/.kube/config`` is not touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from .deadline import Deadline
from .environment import inherited
from .errors import ConnectionFailedError
from .images import AGNHOST
from .versions import NODE_IMAGE

NAME = "kubelearn"
#: Ports of this machine that lead to the same NodePort, where the lessons use one.
NODE_PORTS = (30080, 30081, 30082)
#: What the lessons run; pulled when a cluster is made, so that no lesson waits for it.
IMAGES = (
    AGNHOST,
    "gcr.io/google-samples/hello-app:1.0",
    "gcr.io/google-samples/hello-app:2.0",
    "gcr.io/google-samples/hello-go-gke:1.0",
    "gcr.io/google-samples/hello-frontend:1.0",
    "ghcr.io/stefanprodan/podinfo:6.8.0",
    "docker.io/library/busybox:1.36",
    "docker.io/library/busybox:1.37",
    "docker.io/library/nginx:1.27",
)
#: The control plane as well: an exercise has a pod there.
_NODES = (f"{NAME}-control-plane", f"{NAME}-worker", f"{NAME}-worker2")
#: Seconds for the control plane, then for the workers, then for DNS.
_READY_LIMIT = 180
#: Seconds for kind and the container engine, together, to say whether they are there, and what there is.
_ASK_LIMIT = 4.5
_DELETE_LIMIT = 120.0
#: Seconds for one image.
_PULL_LIMIT = 300.0
_ENGINES = ("docker", "podman")
_REASON_LENGTH = 600
_ADVICE = "Set kubectl context to"
_READINESS = 'jsonpath={range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}'
_KIND_HELP = (
    "kind is not on the PATH. Get it from https://kind.sigs.k8s.io/docs/user/quick-start/#installation (a single "
    "binary)"
)
_ENGINE_HELP = (
    "kind needs a running Docker or Podman. Start Docker Desktop or `sudo systemctl start docker`, "
    "or get one from https://docs.docker.com/get-started/get-docker/ or https://podman.io/docs/installation"
)

Show = Callable[[str], None]


class KindError(ConnectionFailedError):
    """kind or what it needs is missing, or it failed; the message says what to do."""


class _LateError(KindError):
    """A program did not end in time."""


def config() -> str:
    """Return the cluster's configuration, as YAML.

    It has a control plane, two workers, and ports of this machine for the lessons' NodePorts.
    """
    mappings = [{"containerPort": port, "hostPort": port, "listenAddress": "127.0.0.1"} for port in NODE_PORTS]
    return yaml.safe_dump(
        {
            "kind": "Cluster",
            "apiVersion": "kind.x-k8s.io/v1alpha4",
            "name": NAME,
            "networking": {"kubeProxyMode": "iptables"},
            "nodes": [{"role": "control-plane", "extraPortMappings": mappings}, {"role": "worker"}, {"role": "worker"}],
        },
        sort_keys=False,
    )


def find_engine() -> str | None:
    """Return ``docker`` or ``podman``, whichever answers first; None if neither does."""
    return next((engine for engine, refusal in _engines(Deadline(_ASK_LIMIT)) if not refusal), None)


def ensure(show: Show = print) -> str:
    """Make the cluster if it is not there, and return its kubeconfig, as kind knows it.

    Args:
        show: gets every line of progress.

    Raises:
        KindError: something is missing, the cluster does not work, or kind failed.
    """
    found, _ = _whole(show)
    return found.kind("get", "kubeconfig", "--name", NAME)


def up(show: Show = print) -> None:
    """Make the cluster if it is not there, and pull the lessons' images into its nodes.

    Args:
        show: gets every line of progress.

    Raises:
        KindError: something is missing; the cluster is there, but does not work; or kind failed, and then nothing of
            the cluster is left.
    """
    _, made = _whole(show)
    if made:
        show(f"The kind cluster {NAME} is ready: kubelearn.connect('kind'), or KUBELEARN_TARGET=kind")
    else:
        show(f"The kind cluster {NAME} is there already.")


def down(show: Show = print) -> None:
    """Delete the cluster, if it is there.

    Raises:
        KindError: something is missing, or kind failed.
    """
    found = _ask()
    if not found.exists():
        show(f"There is no kind cluster {NAME}.")
        return
    _delete(found.engine)
    show(f"The kind cluster {NAME} is deleted.")


def status() -> tuple[bool, str]:
    """Return whether the cluster is there and works, and a sentence about it.

    Raises:
        KindError: something is missing, or kind failed.
    """
    found = _ask()
    if not found.exists():
        return False, f"There is no kind cluster {NAME}: python -m kubelearn kind up"
    nodes = found.nodes()
    trouble = found.trouble(nodes)
    if trouble:
        return False, trouble
    return True, f"The kind cluster {NAME} is there, in {found.engine}: {', '.join(nodes)}"


@dataclass(frozen=True)
class _Asking:
    """Questions to kind and to the engine, which end together: nobody waits longer for "it does not answer".

    Attributes:
        engine: the one that kind is to use.
        deadline: when the last answer has to be there.
    """

    engine: str
    deadline: Deadline

    def kind(self, *arguments: str) -> str:
        """Return what a command of kind prints."""
        done = _run(["kind", *arguments], self.deadline.left, self.engine)
        if done.returncode:
            raise KindError(f"`kind {' '.join(arguments)}` failed: {_reason(done.stderr.splitlines())}")
        return done.stdout

    def exists(self) -> bool:
        """Whether the cluster is there, in whatever state."""
        return NAME in self.kind("get", "clusters").split()

    def nodes(self) -> list[str]:
        """Return the names of the cluster's nodes, sorted."""
        return sorted(self.kind("get", "nodes", "--name", NAME).split())

    def require_whole(self) -> None:
        """Refuse a cluster that is there, but does not work."""
        trouble = self.trouble(self.nodes())
        if trouble:
            raise KindError(trouble)

    def trouble(self, nodes: Sequence[str]) -> str:
        """Say what is wrong with the cluster; empty if every node is Ready.

        A node can be stopped, and a cluster be half made: kind was killed before it could finish, or clean up.
        """
        try:
            done = _in_cluster(self.engine, self.deadline.left, "get", "nodes", "-o", _READINESS)
            ready, reason = set(done.stdout.split()), done.stderr.strip() if done.returncode else ""
        except _LateError as error:
            ready, reason = set(), str(error)
        missing = [node for node in nodes if f"{node}=True" not in ready]
        if not missing:
            return ""
        return (
            f"The kind cluster {NAME} is there, but does not work: {reason or 'not Ready: ' + ', '.join(missing)}. "
            f"If it was stopped, start it: `{self.engine} start {' '.join(nodes)}`. "
            "If it never was finished, make it anew: `python -m kubelearn kind down`, "
            "then `python -m kubelearn kind up`"
        )


def _whole(show: Show) -> tuple[_Asking, bool]:
    """Return where to ask a cluster that works, and whether it had to be made first."""
    found = _ask()
    if found.exists():
        found.require_whole()
        return found, False
    _make(found.engine, show)
    return _ask(), True


def _ask() -> _Asking:
    """Find kind and an engine."""
    deadline = Deadline(_ASK_LIMIT)
    if shutil.which("kind") is None:
        raise KindError(_KIND_HELP)
    refusals = []
    for engine, refusal in _engines(deadline):
        if not refusal:
            return _Asking(engine, deadline)
        refusals.append(f" ({engine} says: {refusal})")
    raise KindError(_ENGINE_HELP + "".join(refusals))


def _engines(deadline: Deadline) -> Iterator[tuple[str, str]]:
    """Yield every engine that is installed, and why it does not answer; empty if it does."""
    chosen = os.environ.get("KIND_EXPERIMENTAL_PROVIDER")
    installed = [engine for engine in ((chosen,) if chosen else _ENGINES) if shutil.which(engine)]
    share = deadline.left / (len(installed) or 1)
    for engine in installed:
        try:
            done = _run([engine, "info"], share)
        except _LateError as error:
            yield engine, str(error)
        else:
            yield engine, (done.stderr.strip().splitlines() or ["nothing"])[-1] if done.returncode else ""


def _make(engine: str, show: Show) -> None:
    try:
        _create(engine, show)
        _pull(engine, show)
        _wait(engine, show)
    except BaseException:  # Ctrl-C too: half a cluster is of no use, and would be taken for a whole one
        _delete(engine)
        raise


def _create(engine: str, show: Show) -> None:
    with tempfile.TemporaryDirectory(prefix="kubelearn-kind-") as folder:
        path = Path(folder) / "kind.yaml"
        path.write_text(config(), encoding="utf-8")
        _stream(
            show,
            engine,
            "create",
            "cluster",
            "--name",
            NAME,
            "--config",
            str(path),
            "--image",
            NODE_IMAGE,
            "--wait",
            f"{_READY_LIMIT}s",
            "--kubeconfig",
            str(Path(folder) / "kubeconfig"),
        )


def _pull(engine: str, show: Show) -> None:
    """Pull inside the nodes, which works with every image store of Docker's; ``kind load`` does not.

    An image that cannot be pulled now is pulled when a lesson first uses it.
    """
    for image in IMAGES:
        show(f"Pulling {image} ...")
        for node in _NODES:
            try:
                done = _run([engine, "exec", node, "crictl", "pull", image], _PULL_LIMIT)
                trouble = done.stderr.strip() if done.returncode else ""
            except _LateError as error:
                trouble = str(error)
            if trouble:
                show(f"  on {node}: {trouble}; the lesson that needs it will pull it")


def _wait(engine: str, show: Show) -> None:
    """Wait for what ``kind create --wait`` does not: the workers, and the cluster's DNS."""
    show("Waiting for the workers and for DNS ...")
    for command in (
        ("wait", "--for=condition=Ready", "nodes", "--all"),
        ("rollout", "status", "deployment/coredns", "--namespace=kube-system"),
    ):
        done = _in_cluster(engine, _READY_LIMIT + _ASK_LIMIT, *command, f"--timeout={_READY_LIMIT}s")
        if done.returncode:
            raise KindError(
                f"the cluster did not become ready, and nothing of it is left: {(done.stderr or done.stdout).strip()}"
            )


def _delete(engine: str) -> None:
    done = _run(["kind", "delete", "cluster", "--name", NAME], _DELETE_LIMIT, engine)
    if done.returncode:
        raise KindError(f"the kind cluster {NAME} could not be deleted: {_reason(done.stderr.splitlines())}")


def _stream(show: Show, engine: str, *arguments: str) -> None:
    """Run kind and hand on each line as it comes, but for its advice at the end: that names a kubeconfig which goes."""
    lines: list[str] = []
    with subprocess.Popen(  # noqa: S603 - the arguments are a list, no shell reads them
        [shutil.which("kind") or "kind", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=_environment(engine),
    ) as process:
        assert process.stdout is not None  # noqa: S101
        try:
            for line in process.stdout:
                lines.append(line.rstrip())
                if not any(before.startswith(_ADVICE) for before in lines):
                    show(lines[-1])
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise KindError(
            f"kind could not make the cluster, and nothing of it is left: {_reason(lines) or 'it said nothing'}"
        )


def _reason(lines: Sequence[str]) -> str:
    """Return why kind failed: what the command that it ran printed, rather than that command, which is long."""
    error = next((index for index, line in enumerate(lines) if line.startswith("ERROR")), -1)
    output = next((index for index, line in enumerate(lines) if line.startswith("Command Output: ")), error)
    return " ".join(lines[output:]).removeprefix("Command Output: ").strip()[:_REASON_LENGTH]


def _in_cluster(engine: str, limit: float, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the kubectl of the control plane's node."""
    return _run(
        [engine, "exec", f"{NAME}-control-plane", "kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", *arguments],
        limit,
    )


def _run(command: Sequence[str], limit: float, engine: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program to its end.

    Raises:
        _LateError: it did not end within ``limit`` seconds, and was ended.
    """
    try:
        return subprocess.run(  # noqa: S603 - the arguments are a list, no shell reads them
            [shutil.which(command[0]) or command[0], *command[1:]],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=limit,
            check=False,
            stdin=subprocess.DEVNULL,
            env=_environment(engine),
        )
    except subprocess.TimeoutExpired as error:
        raise _LateError(f"`{' '.join(command)}` did not end in time") from error


def _environment(engine: str) -> dict[str, str]:
    """Name the engine for kind; not Docker, which it takes by itself, and remarks upon if it is told."""
    return {**inherited(), **({"KIND_EXPERIMENTAL_PROVIDER": engine} if engine not in ("", _ENGINES[0]) else {})}
