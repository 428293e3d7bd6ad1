"""Compare; see the package."""

from __future__ import annotations

import argparse
import re
import secrets
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from kubelearn.cluster import meta
from kubelearn.cluster.embedded import NODES
from tests.real_control_plane import processes

from . import report
from .scenarios import SCENARIOS, Scenario
from .session import Answer, Session


@contextmanager
def _cluster(kubeconfig: Path, *command: str) -> Iterator[Path]:
    """Run a command that prints ``export KUBECONFIG=…`` once its cluster is ready.

    Raises:
        RuntimeError: it ended before that.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--kubeconfig", str(kubeconfig)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        if not any("export KUBECONFIG" in line for line in iter(process.stdout.readline, "")):
            raise RuntimeError(f"{command[0]} did not start")
        yield kubeconfig
    finally:
        process.terminate()
        process.wait(30)


def _play(kubeconfig: Path, name: str, scenario: Scenario, suffix: str) -> tuple[list[Answer], str]:
    """Return a cluster's answers, and how the scenario failed, if it did."""
    session = Session(kubeconfig, f"{re.sub('[._]', '-', name)}-{suffix}")
    problem = ""
    session.begin()
    try:
        scenario(session)
    except Exception:  # noqa: BLE001 - a scenario that fails is a difference
        problem = traceback.format_exc(limit=-2)
    finally:
        session.end()
    return session.answers, problem


def _compare(real: Path, embedded: Path, chosen: dict[str, Scenario]) -> int:
    """Print the differences; return how many there are."""
    requests = found = 0
    for name, scenario in chosen.items():
        suffix = secrets.token_hex(2)
        with ThreadPoolExecutor() as pool:
            plays = [pool.submit(_play, kubeconfig, name, scenario, suffix) for kubeconfig in (real, embedded)]
        (theirs, failure), (ours, other) = (play.result() for play in plays)
        requests += len(theirs)
        for request, lines in report.differences(theirs, ours):
            found += 1
            print(f"\n=== {name}: {re.sub(suffix, 'ID', request)}", *lines, sep="\n")
        for where, problem in (("real", failure), ("embedded", other)):
            if problem:
                found += 1
                print(f"\n=== {name} failed on the {where} cluster", problem, sep="\n")
    print(f"\n{requests} requests in {len(chosen)} scenarios: {found} differences")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="only scenarios whose name contains one of these")
    parser.add_argument("--real", type=Path, help="kubeconfig of a running real control plane")
    parser.add_argument("--embedded", type=Path, help="kubeconfig of a running embedded cluster")
    options = parser.parse_args()
    chosen = {
        name: scenario
        for name, scenario in SCENARIOS.items()
        if not options.words or any(word in name for word in options.words)
    }
    if options.real and options.embedded:
        return int(_compare(options.real, options.embedded, chosen) > 0)
    if missing := processes.missing():
        print(
            f"skipped: there is nothing to compare with, since {', '.join(missing)} of Kubernetes"
            f" {meta.MINOR_VERSION} are not on the PATH (see tests/real_control_plane)"
        )
        return 0
    with (
        tempfile.TemporaryDirectory() as folder,
        _cluster(Path(folder) / "real", "tests.real_control_plane", "--nodes", ",".join(NODES)) as real,
        _cluster(Path(folder) / "embedded", "kubelearn", "up") as embedded,
    ):
        return int(_compare(real, embedded, chosen) > 0)


if __name__ == "__main__":
    sys.exit(main())
