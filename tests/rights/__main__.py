"""Run the whole course on a cluster that decides about rights.

What was used is compared with what the preflight asks for.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kubelearn.target.preflight import Right
from tests.notebooks.elsewhere import SOLUTIONS, all_surprises

from .cluster import rights
from .roles import ASKED, CONFINED, ROLES, TRIED

_ROOT = Path(__file__).parent.parent.parent


@contextmanager
def elsewhere(role: str, folder: Path, pace: float) -> Iterator[dict[str, str]]:
    """Run the cluster in another process; yield the environment that leads there."""
    command = [
        sys.executable,
        "-m",
        "tests.rights.cluster",
        "--role",
        role,
        "--folder",
        str(folder),
        "--pace",
        str(pace),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            where = {"KUBELEARN_NAMESPACE": CONFINED} if role == "confined" else {}
            yield {
                "KUBECONFIG": str(folder / "config"),
                "KUBELEARN_TARGET": "context=learner",
                "KUBELEARN_PROGRESS": str(folder / "progress.json"),
                **where,
            }
        finally:
            process.terminate()


def run(notebooks: list[Path], *commands: list[str]) -> list[str]:
    """Run everything, and return what failed."""
    problems = all_surprises(notebooks)
    for command in commands:
        print("+", *command, flush=True)
        if subprocess.run([sys.executable, "-m", *command], cwd=_ROOT, check=False).returncode:
            problems.append(f"{command[-1]}: see above")
    return problems


def compare(used: dict[Right, int]) -> tuple[list[str], list[str]]:
    """Return what was used though the preflight does not ask for it, and what it asks for though nothing used it."""
    return [show(right) for right in sorted(used.keys() - ASKED - TRIED, key=show)], [
        show(right) for right in sorted(ASKED - used.keys(), key=show)
    ]


def show(right: Right) -> str:
    return f"{right.verb} {right.resource}{'' if right.namespaced else ' (whole cluster)'}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--role", choices=ROLES, default="course")
    parser.add_argument("--pace", type=float, default=0.5)
    parser.add_argument("--only", nargs="*", type=Path, metavar="NOTEBOOK", help="these notebooks and nothing else")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rights-") as name:
        folder = Path(name)
        with elsewhere(options.role, folder, options.pace) as environment:
            os.environ.update(environment)
            if options.only is None:
                problems = run(
                    sorted((_ROOT / "notebooks").glob("*.ipynb")),
                    ["pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore:with the context", *SOLUTIONS],
                    ["tests.rights.buttons"],
                )
            else:
                problems = run(options.only)
        record = json.loads((folder / "record.json").read_text())
    used, denied = (
        rights(record["used"]),
        {right: times for right, times in rights(record["denied"]).items() if right not in TRIED},
    )
    extra, unused = compare(used)
    for title, found in (
        ("failed", problems),
        ("denied", [f"{show(right)} ({times} times)" for right, times in denied.items()]),
        ("used, though not asked for", extra),
        ("asked for, though not used", unused),
    ):
        print(f"\n{title}: {'nothing' if not found else ''}", *found, sep="\n  ")
    return bool(problems or denied or extra or (unused and options.only is None))


if __name__ == "__main__":
    sys.exit(main())
