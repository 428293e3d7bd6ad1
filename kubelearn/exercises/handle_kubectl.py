"""kubectl on a handle's own cluster, whatever the environment of the process says."""

from __future__ import annotations

import os
from subprocess import CompletedProcess

from .. import kubectl
from ..target import Cluster

#: Seconds after which a command is ended; those that wait have a shorter limit of their own.
_LIMIT = 240.0


def run(cluster: Cluster, *arguments: str, stdin: str | None = None, namespace: str = "") -> CompletedProcess[str]:
    """Run kubectl in the notebook's namespace, or another, and return what it printed; a failure is an exit code.

    Raises:
        kubelearn.kubectl.KubectlNotFoundError: there is no kubectl.
        subprocess.TimeoutExpired: it did not end in time.
    """
    environment = {**os.environ, "KUBECONFIG": str(cluster.kubeconfig), "KUBECACHEDIR": str(cluster.kubeconfig.parent / "cache")}
    where = ("--kubeconfig", str(cluster.kubeconfig), "--namespace", namespace or cluster.namespace)
    return kubectl.run(*arguments, *where, stdin=stdin, env=environment, timeout=_LIMIT)


def succeed(cluster: Cluster, *arguments: str, stdin: str | None = None, namespace: str = "") -> None:
    """Run kubectl, as :func:`run` does.

    Raises:
        RuntimeError: it failed; with its words.
    """
    done = run(cluster, *arguments, stdin=stdin, namespace=namespace)
    if done.returncode:
        raise RuntimeError(f"kubectl {arguments[0]}: {done.stderr.strip()}")
