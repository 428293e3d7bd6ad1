"""The course on a cluster that is not the notebook's own: every notebook, every exercise's solution and its check.

    python -m tests.notebooks.elsewhere [--target TARGET | --stress] [--mistakes] [NOTEBOOK...]

Without a target, the cluster is an embedded one in another process, reached by its kubeconfig
only, with other node names and another seed than the lessons' own, as slow as a real one.
With ``--stress`` it is slower than any cluster should be: it takes 12 s to start a container,
and 3 s to tell the nodes of a new pod. With ``--mistakes`` every foreseen mistake is made as
well, one after the other: half an hour more.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat

import kubelearn
from kubelearn.target.workspace import LABEL, LABELLED

from .running import progress_apart, run

_ROOT = Path(__file__).parent.parent.parent
UNLIKE = ("--nodes", "head,left,right", "--seed", "20241211")
#: About what kind takes on a laptop; it has the images of the lessons, but other clusters have not.
REALISTIC = (
    "--request",
    "0.01",
    "--container-start",
    "2",
    "--image-pull",
    "4",
    "--exec-start",
    "0.2",
    "--pod-removal",
    "1",
    "--fresh-nodes",
)
STRESS = (*REALISTIC, "--container-start", "4", "--pace", "3")
_WAYS = [path.relative_to(_ROOT) for path in sorted((_ROOT / "tests" / "exercises" / "ways").glob("test_*.py"))]
SOLUTIONS = [f"{path}::TestSolutions" for path in _WAYS]
MISTAKES = [f"{path}::TestWrongWays" for path in _WAYS]
#: How kubectl, its plugins and the shell begin to say that something failed.
_FAILURE = re.compile(
    r"^(error|error from server.*|the .* is invalid|unable to connect|.*command not found|command terminated)\b",
    re.IGNORECASE,
)


@contextmanager
def another_cluster(*options: str) -> Iterator[dict[str, str]]:
    """Run a cluster in another process; yield the environment that leads there, with a certificate as kind has it."""
    with tempfile.TemporaryDirectory(prefix="elsewhere-") as folder:
        config = Path(folder) / "config"
        command = [
            sys.executable,
            "-m",
            "kubelearn",
            "up",
            "--kubeconfig",
            str(config),
            "--client-certificate",
            *options,
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline().endswith(f"export KUBECONFIG={config}\n")
                yield {"KUBECONFIG": str(config), "KUBELEARN_TARGET": "context=kubelearn"}
            finally:
                process.terminate()


def surprises(path: Path) -> list[str]:
    """Run a notebook and return what failed without an exception: lines of error that its stored outputs do not have.

    ``--nbval-lax`` sees exceptions only, and a failing ``!kubectl`` is none.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised.
    """
    notebook = nbformat.read(path, as_version=4)
    stored = [failures(cell) for cell in notebook.cells]
    run(notebook, path.parent, timeout=600)
    return [
        f"{path.name}, cell {cell.id}: {line}"
        for cell, expected in zip(notebook.cells, stored, strict=True)
        for line in failures(cell)[len(expected) :]
    ]


def all_surprises(paths: Iterable[Path]) -> list[str]:
    """Run notebooks one after the other and return what failed in them, with or without an exception."""
    problems: list[str] = []
    for path in paths:
        print("+", path.name, flush=True)
        try:
            problems += surprises(path)
        except Exception as error:  # noqa: BLE001 - reported; the other notebooks are still to run
            problems.append(f"{path.name}: {type(error).__name__} {error}")
    return problems


def failures(cell: Any) -> list[str]:
    """Return the lines in a cell's outputs that say that a command failed."""
    texts = [output.get("text", "") for output in cell.get("outputs", ())]
    return [line for line in "".join(texts).splitlines() if _FAILURE.match(line)]


def left_behind() -> list[str]:
    """Return the names of kubelearn's namespaces that nobody is removing."""
    with kubelearn.connect() as cluster:
        found: list[Any] = cluster.core.list_namespace(label_selector=f"{LABEL}={LABELLED}").items
        return [
            entry.metadata.name
            for entry in found
            if entry.status.phase == "Active" and entry.metadata.name != cluster.namespace
        ]


@progress_apart()
def _run(notebooks: list[str], exercises: list[str]) -> int:
    lax = ["--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=600", "--timeout=900"]
    code = subprocess.run(
        [sys.executable, "-m", "pytest", *lax, *notebooks, *exercises], cwd=_ROOT, check=False
    ).returncode
    problems = all_surprises(
        sorted((_ROOT / "notebooks").glob("*.ipynb")) if notebooks == ["notebooks"] else map(Path, notebooks)
    )
    problems += [f"the namespace {name} was left behind" for name in left_behind()]
    print(*problems or ["No error that the stored outputs do not have; no namespace left behind."], sep="\n")
    return code or bool(problems)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", help="kind or context=NAME (default: an embedded cluster in another process)")
    parser.add_argument("--stress", action="store_true", help="a cluster that is slower than any should be")
    parser.add_argument("--mistakes", action="store_true", help="make every foreseen mistake as well")
    parser.add_argument("notebooks", nargs="*", default=["notebooks"])
    options = parser.parse_args()
    exercises = [*SOLUTIONS, *(MISTAKES if options.mistakes else ())]
    if options.target:
        os.environ["KUBELEARN_TARGET"] = options.target
        return _run(options.notebooks, exercises)
    with another_cluster(*UNLIKE, *(STRESS if options.stress else REALISTIC)) as environment:
        os.environ.update(environment)
        return _run(options.notebooks, exercises)


if __name__ == "__main__":
    sys.exit(main())
