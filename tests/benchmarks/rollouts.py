"""``python -m tests.benchmarks.rollouts [--runs N]``: what rolling updates lose under 20 requests a second.

They run with and without the cures. Every variant has a cluster of its own in every run, seeded with the run's number.
Prints a table beside what was measured on a real cluster (1.32.5, two nodes, kube-proxy in iptables mode), and asserts
nothing.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import kubelearn
from kubelearn.views.traffic import load
from kubelearn.views.traffic.load import Result

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
_PATIENCE = 120.0


@dataclass(frozen=True)
class Variant:
    """An application, and what was lost on a real cluster.

    Attributes:
        slow: it needs some seconds to start.
        probe: it has a readinessProbe.
        pause: its pods sleep before they stop.
        update: there is an update at all.
        measured: requests that failed on a real cluster.
    """

    name: str
    measured: str
    slow: bool = False
    probe: bool = False
    pause: bool = False
    update: bool = True


VARIANTS = (
    Variant("no update", "0", update=False),
    Variant("starts at once", "6-10 of 400"),
    Variant("starts at once, readinessProbe", "9-20 of 400", probe=True),
    Variant("starts slowly", "79-88 of 900", slow=True),
    Variant("starts slowly, readinessProbe", "0-1 of 900", slow=True, probe=True),
    Variant("starts at once, preStop sleep", "0", pause=True),
    Variant("starts at once, readinessProbe, preStop sleep", "0", probe=True, pause=True),
    Variant("starts slowly, readinessProbe, preStop sleep", "0", slow=True, probe=True, pause=True),
)


def measure(variant: Variant, seed: int, *, slow: float = 5, pause: int = 5, replicas: int = 3) -> Result:
    """Return what became of the requests in one update.

    Args:
        slow: seconds that a slow application needs to start.
        pause: seconds of the preStop sleep.
    """
    with kubelearn.connect("embedded", seed=seed) as cluster:
        _create(cluster, variant, slow, pause, replicas)
        url = "http://web/hostname"
        _wait_quiet(cluster, url, replicas)
        if not variant.update:
            return load.start(cluster, url, seconds=5).wait()
        # Pods that nobody checks are the new ones before they answer.
        after = slow + 1 if variant.slow and not variant.probe else 1.5
        return load.during_update(cluster, "web", url, after=after)


def _create(cluster: kubelearn.Cluster, variant: Variant, slow: float, pause: int, replicas: int) -> None:
    netexec = "exec /agnhost netexec --http-port=8080"
    container: dict[str, Any] = {
        "name": "web",
        "image": AGNHOST,
        "command": ["sh", "-c", f"sleep {slow}; {netexec}" if variant.slow else netexec],
    }
    if variant.probe:
        container["readinessProbe"] = {"httpGet": {"path": "/readyz", "port": 8080}, "periodSeconds": 1}
    if variant.pause:
        container["lifecycle"] = {"preStop": {"sleep": {"seconds": pause}}}
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    cluster.apps.create_namespaced_deployment(cluster.namespace, {"metadata": {"name": "web"}, "spec": spec})
    cluster.core.create_namespaced_service(
        cluster.namespace,
        {"metadata": {"name": "web"}, "spec": {"selector": labels, "ports": [{"port": 80, "targetPort": 8080}]}},
    )
    client = {"containers": [{"name": "client", "image": AGNHOST, "args": ["pause"]}]}
    cluster.core.create_namespaced_pod(cluster.namespace, {"metadata": {"name": "client"}, "spec": client})


def _wait_quiet(cluster: kubelearn.Cluster, url: str, replicas: int) -> None:
    """Wait until all pods answer, on every connection for two seconds.

    Raises:
        TimeoutError: that did not happen.
    """
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        pod: Any = cluster.core.read_namespaced_pod("client", cluster.namespace)
        if pod.status.phase == "Running":
            found = load.start(cluster, url, seconds=2).wait()
            if not found.lost and len(found.answers) == replicas:
                return
    raise TimeoutError(f"not all pods answered in {_PATIENCE:g} s")


def _row(variant: Variant, results: Sequence[Result]) -> str:
    lost = [result.lost for result in results]
    clean, total = sum(not count for count in lost), sum(result.total for result in results)
    return (
        f"{variant.name:<46} {min(lost):>5} {max(lost):>5} {sum(lost) / len(lost):>7.1f} {clean:>6}"
        f" {total / len(results):>9.0f}   {variant.measured}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.rollouts", description="Requests that are lost in rolling updates."
    )
    parser.add_argument("--runs", type=int, default=20, help="runs of each variant (default: 20)")
    runs = parser.parse_args().runs
    results: dict[Variant, list[Result]] = {variant: [] for variant in VARIANTS}
    with ThreadPoolExecutor(len(VARIANTS)) as pool:
        for seed in range(1, runs + 1):
            for variant, result in zip(
                VARIANTS, pool.map(lambda variant, seed=seed: measure(variant, seed), VARIANTS), strict=True
            ):
                results[variant].append(result)
    print(
        f"{'requests lost in an update, ' + str(runs) + ' runs':<46} {'least':>5} {'most':>5} {'average':>7}"
        f" {'0 lost':>6} {'requests':>9}   on a real cluster"
    )
    for variant, found in results.items():
        print(_row(variant, found))


if __name__ == "__main__":
    main()
