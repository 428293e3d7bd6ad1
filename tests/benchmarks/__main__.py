"""``python -m tests.benchmarks [--json FILE]``: how long what a learner waits for takes; prints figures, asserts nothing."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
#: What was measured, in seconds.
FIGURES: dict[str, float] = {}
LOOP = "for i in $(seq 300); do curl -s http://hello:8081/hostname; echo; done"


def memory() -> float:
    """Return this process's unique memory in MB."""
    return float(psutil.Process().memory_full_info().uss) / 1e6


def timed(name: str, work: Callable[[], object]) -> None:
    begin = time.perf_counter()
    work()
    show(name, time.perf_counter() - begin)


def show(name: str, seconds: float) -> None:
    print(f"{name:<58} {seconds:8.3f} s", flush=True)
    FIGURES[name] = seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    options = parser.parse_args()
    learner()
    from . import api  # it imports the cluster, whose import learner() times

    figures = {"learner": FIGURES, "api": api.run()}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


def learner() -> None:
    """Time what a learner does."""
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} processors")
    begin = time.perf_counter()
    import kubelearn
    from kubelearn.cluster import embedded

    show("import kubelearn", time.perf_counter() - begin)
    assert embedded
    begin = time.perf_counter()
    with kubelearn.connect(seed=None) as cluster, tempfile.TemporaryDirectory() as folder:
        show("connect() to Ready, after imports", time.perf_counter() - begin)
        idle = memory()

        def kubectl(*arguments: str) -> str:
            return subprocess.run(["kubectl", *arguments], check=True, capture_output=True, text=True).stdout

        def ready(replicas: int) -> None:
            kubectl("rollout", "status", "deployment/hello", "--timeout=120s")
            assert cluster.apps.read_namespaced_deployment("hello", "default").status.ready_replicas == replicas

        def create() -> None:
            kubectl("create", "deployment", "hello", f"--image={AGNHOST}", "--replicas=3", "--", "/agnhost", "netexec", "--http-port=8080")
            ready(3)

        kubectl("version")  # fills kubectl's cache, as a learner's first command does
        timed("three replicas created to ready, by kubectl", create)
        kubectl("expose", "deployment", "hello", "--port=8081", "--target-port=8080")
        kubectl("run", "client", f"--image={AGNHOST}", "--restart=Never", "--", "pause")
        kubectl("wait", "--for=condition=Ready", "pod/client", "--timeout=60s")
        cluster.exec("client", "sh", "-c", "until curl -s -m 1 http://hello:8081/hostname; do sleep 0.1; done")
        timed("300 curls in one exec", lambda: cluster.exec("client", "sh", "-c", LOOP))
        timed("kubectl get service", lambda: kubectl("get", "service"))
        timed("kubectl describe service hello", lambda: kubectl("describe", "service", "hello"))
        manifest = Path(folder) / "service.yaml"
        manifest.write_text("apiVersion: v1\nkind: Service\nmetadata: {name: applied}\nspec: {ports: [{port: 80}]}\n")
        timed("kubectl apply of a new Service", lambda: kubectl("apply", "-f", str(manifest)))
        for before, after in ((3, 100), (100, 200)):

            def scale(replicas: int = after) -> None:
                kubectl("scale", "deployment", "hello", f"--replicas={replicas}")
                ready(replicas)

            timed(f"scale {before} -> {after} ready", scale)
        print(f"{'memory of 200 pods (two workers of 110) over none':<58} {memory() - idle:8.1f} MB")
        kubectl("scale", "deployment", "hello", "--replicas=0")
        kubectl("create", "namespace", "many")
        kubectl("create", "deployment", "many", "-n", "many", f"--image={AGNHOST}", "--replicas=100")
        kubectl("rollout", "status", "deployment/many", "-n", "many", "--timeout=120s")
        timed("namespace with 100 pods deleted", lambda: kubectl("delete", "namespace", "many"))


if __name__ == "__main__":
    main()
