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
#: Exit codes of pytest after a whole run: all passed, some failed.
_WHOLE = (0, 1)
#: From good to bad.
_OUTCOMES = ("passed", "skipped", "failed")


class UnfinishedError(RuntimeError):
    """pytest did not run all tests."""


@dataclass(frozen=True)
class Result:
    """What came of one test.

    Attributes:
        name: module, class and test.
        outcome: ``passed``, ``skipped`` or ``failed``.
        message: why, in a line.
    """

    name: str
    outcome: str
    message: str = ""


def environment(suite: Suite, checkout: Path, folder: Path) -> Path:
    """Return the Python of a virtual environment with what the suite needs; one that is there is taken as it is.

    Raises:
        subprocess.CalledProcessError: something could not be installed.
    """
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if python.exists():
        return python
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "pytest", "pytest-timeout", *suite.install]
    # Versions that come from git's tags are not known in a checkout without them.
    subprocess.run(command, cwd=checkout, check=True, env={**os.environ, "SETUPTOOLS_SCM_PRETEND_VERSION": "0"})
    return python


@contextmanager
def cluster(home: Path) -> Iterator[dict[str, str]]:
    """Run an embedded cluster; yield an environment that leads there and to no other one."""
    kubeconfig = home / ".kube" / "config"
    kubeconfig.parent.mkdir(parents=True)
    with EmbeddedCluster() as embedded:
        write_private(kubeconfig, embedded.kubeconfig(certificate=True))  # as kind's
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
        UnfinishedError: pytest did not come to its end.
    """
    report = folder / "report.xml"
    with cluster(folder) as variables:
        for command in suite.setup:
            subprocess.run([kubectl.find(), *command], env=variables, check=True)
        pytest = [str(python), "-m", "pytest", "-o", "addopts=", f"--timeout={_LIMIT}", f"--junitxml={report}"]
        command = [*pytest, "-p", "no:cacheprovider", "--tb=short", *suite.arguments, *arguments]
        done = subprocess.run(command, cwd=checkout, env=variables, check=False)
    if done.returncode not in _WHOLE:
        raise UnfinishedError(f"pytest ended with {done.returncode}: what it says above is not the whole suite")
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
    name = ".".join(part for key in ("classname", "name") if (part := case.get(key)))
    for tag, outcome in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
        problem = case.find(tag)
        if problem is not None:
            return Result(name, outcome, problem.get("message", "").partition("\n")[0])
    return Result(name, "passed")
