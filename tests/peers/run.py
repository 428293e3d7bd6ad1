"""One run of a suite: an environment for it, a cluster, pytest, and what came of it."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kubelearn.cluster.embedded import EmbeddedCluster
from kubelearn.target import kubectl
from kubelearn.target.workdir import write_private

from .suites import Suite

_STAND_INS = Path(__file__).parent / "stand_ins"
#: A test that hangs ends after this many seconds.
_LIMIT = 300
#: From good to bad.
_OUTCOMES = ("passed", "skipped", "failed")


@dataclass(frozen=True)
class Result:
    """What came of one test.

    Attributes:
        name: module, class and test.
        outcome: ``passed``, ``failed`` or ``skipped``.
        message: why, in a line.
    """

    name: str
    outcome: str
    message: str = ""


def install(suite: Suite, checkout: Path, folder: Path) -> Path:
    """Make a virtual environment with what the suite needs, and return its Python.

    Raises:
        subprocess.CalledProcessError: something could not be installed.
    """
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "pytest", "pytest-timeout", *suite.install]
    # Versions that are taken from git's tags are not known in a checkout without them.
    subprocess.run(command, cwd=checkout, check=True, env={**os.environ, "SETUPTOOLS_SCM_PRETEND_VERSION": "0"})
    return python


@contextmanager
def cluster(home: Path) -> Iterator[dict[str, str]]:
    """Run an embedded cluster; yield an environment that leads there and to no other one."""
    kubeconfig = home / ".kube" / "config"
    kubeconfig.parent.mkdir(parents=True)
    with EmbeddedCluster() as embedded:
        write_private(kubeconfig, embedded.kubeconfig())
        kubectl.expose()
        yield {
            **os.environ,
            "HOME": str(home),
            "KUBECONFIG": str(kubeconfig),
            "PYTHONPATH": str(_STAND_INS),
        }


def run(suite: Suite, checkout: Path, python: Path, folder: Path, arguments: Sequence[str] = ()) -> list[Result]:
    """Run the suite's tests on a cluster of their own, and return what came of each.

    Args:
        folder: an empty one, for the kubeconfig and pytest's report.
        arguments: more of pytest's.

    Raises:
        FileNotFoundError: pytest did not come to its end.
    """
    report = folder / "report.xml"
    with cluster(folder) as environment:
        for command in suite.setup:
            subprocess.run([kubectl.find(), *command], env=environment, check=True)
        pytest = [str(python), "-m", "pytest", "-o", "addopts=", f"--timeout={_LIMIT}", f"--junitxml={report}"]
        subprocess.run([*pytest, *suite.arguments, *arguments], cwd=checkout, env=environment, check=False)
    return results(report.read_text(encoding="utf-8"))


def results(report: str) -> list[Result]:
    """Read pytest's report.

    A test may stand there more than once, with its subtests and what takes it down: the worst counts.
    """
    found: dict[str, Result] = {}
    for case in ElementTree.fromstring(report).iter("testcase"):
        result = _result(case)
        known = found.setdefault(result.name, result)
        if _OUTCOMES.index(result.outcome) > _OUTCOMES.index(known.outcome):
            found[result.name] = result
    return list(found.values())


def _result(case: ElementTree.Element) -> Result:
    name = f"{case.get('classname')}.{case.get('name')}"
    for tag, outcome in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
        problem = case.find(tag)
        if problem is not None:
            return Result(name, outcome, problem.get("message", "").partition("\n")[0])
    return Result(name, "passed")
