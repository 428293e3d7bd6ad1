"""kubectl on a handle's own cluster, whatever the environment of the process says."""

from __future__ import annotations

from subprocess import CompletedProcess

from kubelearn.target import kubectl
from kubelearn.target.connection import Cluster
from kubelearn.target.environment import inherited, kubectls

#: Seconds after which a command is ended; those that wait have a shorter limit of their own.
_LIMIT = 240.0


def run(
    cluster: Cluster, *arguments: str, stdin: str | None = None, namespace: str | None = ""
) -> CompletedProcess[str]:
    """Run kubectl and return what it printed; a failure is an exit code.

    Args:
        namespace: where, by default in the notebook's; None for what is in no namespace, of which kubectl warns
            otherwise.

    Raises:
        kubelearn.kubectl.KubectlNotFoundError: there is no kubectl.
        subprocess.TimeoutExpired: it did not end in time.
    """
    environment = {**inherited(), **kubectls(cluster.kubeconfig.parent)}
    where = () if namespace is None else ("--namespace", namespace or cluster.namespace)
    return kubectl.run(
        *arguments, "--kubeconfig", str(cluster.kubeconfig), *where, stdin=stdin, env=environment, timeout=_LIMIT
    )


def succeed(cluster: Cluster, *arguments: str, stdin: str | None = None, namespace: str | None = "") -> None:
    """Run kubectl, as :func:`run` does.

    Raises:
        RuntimeError: it failed; with its words.
    """
    done = run(cluster, *arguments, stdin=stdin, namespace=namespace)
    if done.returncode:
        raise RuntimeError(f"kubectl {arguments[0]}: {done.stderr.strip()}")
