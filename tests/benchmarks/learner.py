"""What a learner waits for."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import cast

from kubelearn.target.connection import Cluster
from kubelearn.views import traffic

from .figures import Figure, Report
from .target import AGNHOST, NAMESPACE, Elsewhere, Target, environment, target

SECTION = "A learner waits for"
_CURLS = "for i in $(seq 300); do curl -s http://hello:8081/hostname; echo; done"
_START = """
import time; begin = time.perf_counter()
import kubelearn; from kubelearn.cluster import embedded; imported = time.perf_counter()
cluster = kubelearn.connect(seed=None); print(imported - begin, time.perf_counter() - imported); cluster.close()
"""
_STARTS = 5


def measure(report: Report, place: Elsewhere | None) -> None:
    """Time the start, Deployments, Services and requests."""
    starts = [_start(place) for _ in range(_STARTS)]
    report.add(Figure.of(SECTION, "import kubelearn", "s", [imported for imported, _ in starts]))
    report.add(Figure.of(SECTION, "connect() to Ready, after imports", "s", [connected for _, connected in starts]))
    with target(place, workers=4) as cluster:
        _deployments(report, cluster)
        _requests(report, cluster)
    with target(place) as cluster:
        _namespace(report, cluster)


def _start(place: Elsewhere | None) -> tuple[float, float]:
    command = [sys.executable, "-c", _START]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment(place))
    imported, connected = done.stdout.splitlines()[-1].split()
    return float(imported), float(connected)


def _deployments(report: Report, cluster: Target) -> None:
    cluster.kubectl("version")  # fills kubectl's cache, as a learner's first command does

    def create() -> None:
        cluster.kubectl(
            "create",
            "deployment",
            "hello",
            f"--image={AGNHOST}",
            "--replicas=3",
            "--",
            "/agnhost",
            "netexec",
            "--http-port=8080",
        )
        cluster.ready("hello", 3)

    report.timed(SECTION, "three replicas created to ready, by kubectl", create)
    for replicas in (100, 300):
        if cluster.room() < replicas:
            print(f"no room for {replicas} pods on this cluster's nodes", file=sys.stderr)
            continue

        def scale(replicas: int = replicas) -> None:
            cluster.kubectl("scale", "deployment", "hello", f"--replicas={replicas}")
            cluster.ready("hello", replicas)

        report.timed(SECTION, f"3 to {replicas} ready", scale)
        cluster.kubectl("scale", "deployment", "hello", "--replicas=3")
        cluster.kubectl("wait", "--for=jsonpath={.status.replicas}=3", "deployment/hello", "--timeout=300s")


def _requests(report: Report, cluster: Target) -> None:
    cluster.kubectl("expose", "deployment", "hello", "--port=8081", "--target-port=8080")
    cluster.kubectl("run", "client", f"--image={AGNHOST}", "--restart=Never", "--", "pause")
    cluster.kubectl("wait", "--for=condition=Ready", "pod/client", "--timeout=60s")
    cluster.exec("client", "sh", "-c", "until curl -s -m 1 http://hello:8081/hostname; do sleep 0.1; done")
    report.timed(SECTION, "300 curls in one exec", lambda: cluster.exec("client", "sh", "-c", _CURLS))
    for keep_alive, name in ((False, "a new connection each"), (True, "one connection")):
        begin = time.perf_counter()
        # What it needs of a handle, the core API and the namespace, a target has as well.
        answers = traffic.send(
            cast(Cluster, cluster), "http://hello:8081/hostname", 20_000, keep_alive=keep_alive
        ).answers.total()
        report.add(
            Figure.one(
                SECTION, f"requests by the lessons' tool, {name}", "per s", answers / (time.perf_counter() - begin)
            )
        )
    loop = "for i in $(seq 20000); do curl -s -o /dev/null http://hello:8081/hostname; done"
    begin = time.perf_counter()
    cluster.exec("client", "sh", "-c", loop)
    report.add(
        Figure.one(
            SECTION, "requests by curl in a loop, nobody counting", "per s", 20_000 / (time.perf_counter() - begin)
        )
    )


def _namespace(report: Report, cluster: Target) -> None:
    name = f"{NAMESPACE}-many"
    cluster.kubectl("create", "namespace", name)
    try:
        cluster.kubectl("create", "deployment", "many", "-n", name, f"--image={AGNHOST}", "--replicas=100")
        cluster.kubectl("rollout", "status", "deployment/many", "-n", name, "--timeout=300s")
        report.timed(SECTION, "namespace with 100 pods deleted", lambda: cluster.kubectl("delete", "namespace", name))
    finally:
        cluster.kubectl("delete", "namespace", name, "--ignore-not-found")
