"""``python -m tests.benchmarks.rollouts [--runs N] [--only WORD]``: what rolling updates lose under a steady load.

They run with and without the cures. Every variant has a cluster of its own in every run, seeded with the run's number.
Prints a table beside what was measured on a real cluster (1.32.5, two nodes, kube-proxy in iptables mode), and asserts
nothing. Those named ``05`` are the copies of lesson 05, which start in 1.5 seconds, and were measured here only.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import kubelearn
from kubelearn.views import traffic
from kubelearn.views.traffic import load
from kubelearn.views.traffic.load import Attempt, Result

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
_PATIENCE = 120.0
#: Seconds that a long request takes, and how many requests go over one connection.
_LONG, _KEPT = 5, 300


@dataclass(frozen=True)
class Variant:
    """An application, how it is called, and what was lost on a real cluster.

    Attributes:
        measured: requests that failed on a real cluster.
        slow: seconds that it needs to start.
        probe: it has a readinessProbe.
        pause: seconds for which its pods sleep before they stop.
        drain: seconds for which its server goes on after SIGTERM.
        grace: its pods' grace period in seconds.
        strategy: maxUnavailable and maxSurge.
        update: there is an update at all.
        call: ``short`` requests over a new connection each, ``long`` ones that take five seconds, or ``kept``: short
            ones over one connection.
    """

    name: str
    measured: str = ""
    slow: float = 0
    probe: bool = False
    pause: int = 0
    drain: int = 0
    grace: int = 30
    strategy: tuple[str, str] = ("25%", "25%")
    update: bool = True
    call: str = "short"


VARIANTS = (
    Variant("no update", "0", update=False),
    Variant("starts at once", "6-10 of 400"),
    Variant("starts at once, readinessProbe", "9-20 of 400", probe=True),
    Variant("starts slowly", "79-88 of 900", slow=5),
    Variant("starts slowly, readinessProbe", "0-1 of 900", slow=5, probe=True),
    Variant("starts at once, preStop sleep", "0", pause=5),
    Variant("starts at once, readinessProbe, preStop sleep", "0", probe=True, pause=5),
    Variant("starts slowly, readinessProbe, preStop sleep", "0", slow=5, probe=True, pause=5),
)
_CURED = Variant("05 cured: probe, pause of 2 s", slow=1.5, probe=True, pause=2)
LESSON = (
    Variant("05 bare", slow=1.5),
    Variant("05 probed", slow=1.5, probe=True),
    Variant("05 probed, all pods taken away at once", slow=1.5, probe=True, strategy=("100%", "0")),
    _CURED,
    replace(_CURED, name="05 cured, requests of 5 s", call="long"),
    replace(_CURED, name="05 cured, pause of 8 s, requests of 5 s", call="long", pause=8),
    replace(_CURED, name="05 drained for 6 s, requests of 5 s", call="long", drain=6),
    replace(_CURED, name="05 drained for 6 s, grace 4 s, requests of 5 s", call="long", drain=6, grace=4),
    replace(_CURED, name="05 cured, one kept connection", call="kept"),
    replace(_CURED, name="05 drained for 6 s, one kept connection", call="kept", drain=6),
)


def measure(variant: Variant, seed: int, *, replicas: int = 3) -> Result:
    """Return what became of the requests in one update."""
    with kubelearn.connect("embedded", seed=seed) as cluster:
        _create(cluster, variant, replicas)
        url = "http://web/hostname"
        _wait_quiet(cluster, url, replicas)
        if not variant.update:
            return load.start(cluster, url, seconds=5).wait()
        if variant.call == "kept":
            return _measure_kept(cluster, url)
        # Pods that nobody checks are the new ones before they answer.
        after = variant.slow + 1 if variant.slow and not variant.probe else 1.5
        if variant.call == "long":
            return load.during_update(
                cluster, "web", f"http://web/shell?cmd=sleep%20{_LONG}", rate=4, after=after, timeout=4 * _LONG
            )
        return load.during_update(cluster, "web", url, after=after)


def _measure_kept(cluster: kubelearn.Cluster, url: str) -> Result:
    """Update while requests go over one connection, for longer than the update takes."""
    found: list[Attempt] = []
    began = time.monotonic()
    requests = traffic.stream(cluster, url, _KEPT, keep_alive=True, rate=20)
    for number, counted in enumerate(requests):
        if number == 0:
            load.restart(cluster, "web")
        lost = counted.failures.total() - sum(attempt.lost for attempt in found)
        found.append(Attempt(time.monotonic() - began, "curl: (0) lost" if lost else "answered"))
    return Result(tuple(found))


def _create(cluster: kubelearn.Cluster, variant: Variant, replicas: int) -> None:
    netexec = f"exec /agnhost netexec --http-port=8080 --delay-shutdown={variant.drain}"
    container: dict[str, Any] = {
        "name": "web",
        "image": AGNHOST,
        "command": ["sh", "-c", f"sleep {variant.slow}; {netexec}" if variant.slow else netexec],
    }
    if variant.probe:
        container["readinessProbe"] = {"httpGet": {"path": "/readyz", "port": 8080}, "periodSeconds": 1}
    if variant.pause:
        container["lifecycle"] = {"preStop": {"sleep": {"seconds": variant.pause}}}
    labels = {"app": "web"}
    pod = {"terminationGracePeriodSeconds": variant.grace, "containers": [container]}
    template = {"metadata": {"labels": labels}, "spec": pod}
    rolling = dict(zip(("maxUnavailable", "maxSurge"), map(_number, variant.strategy), strict=True))
    strategy = {"type": "RollingUpdate", "rollingUpdate": rolling}
    spec = {"replicas": replicas, "strategy": strategy, "selector": {"matchLabels": labels}, "template": template}
    cluster.apps.create_namespaced_deployment(cluster.namespace, {"metadata": {"name": "web"}, "spec": spec})
    cluster.core.create_namespaced_service(
        cluster.namespace,
        {"metadata": {"name": "web"}, "spec": {"selector": labels, "ports": [{"port": 80, "targetPort": 8080}]}},
    )
    client = {"containers": [{"name": "client", "image": AGNHOST, "args": ["pause"]}]}
    cluster.core.create_namespaced_pod(cluster.namespace, {"metadata": {"name": "client"}, "spec": client})


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() else text


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
    parser.add_argument("--only", default="", metavar="WORD", help="variants with this in their name")
    parser.add_argument("--at-once", type=int, default=8, help="variants that run at the same time (default: 8)")
    options = parser.parse_args()
    runs = options.runs
    chosen = [variant for variant in (*VARIANTS, *LESSON) if options.only in variant.name]
    results: dict[Variant, list[Result]] = {variant: [] for variant in chosen}
    with ThreadPoolExecutor(options.at_once) as pool:
        for seed in range(1, runs + 1):
            found = list(pool.map(lambda variant, seed=seed: measure(variant, seed), chosen))
            for variant, result in zip(chosen, found, strict=True):
                results[variant].append(result)
            print(f"run {seed}: lost {', '.join(str(result.lost) for result in found)}", file=sys.stderr, flush=True)
    print(
        f"{'requests lost in an update, ' + str(runs) + ' runs':<46} {'least':>5} {'most':>5} {'average':>7}"
        f" {'0 lost':>6} {'requests':>9}   on a real cluster"
    )
    for variant, found in results.items():
        print(_row(variant, found))


if __name__ == "__main__":
    main()
