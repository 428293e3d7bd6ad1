"""``python -m tests``: linters, types, layout, dependencies, then every test; pytest's summary comes last.

Arguments go to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from tests.transcripts.versions import named_differences

_ROOT = Path(__file__).parent.parent
_SANITIZE = "tests/notebooks/sanitize.cfg"


def main() -> int:
    python = sys.executable
    checks = [
        [python, "-m", "ruff", "check", "."],
        [python, "-m", "ruff", "format", "--check", "."],
        [python, "-m", "mypy"],
        [str(Path(sysconfig.get_path("scripts")) / "lint-imports")],
        [python, "-m", "deptry", "."],
        # Again with the tests: they use what is theirs, too, and do not import pytest's plug-ins.
        [python, "-m", "deptry", ".", "--exclude", r"\.venv|notebooks|site/", "--ignore", "DEP002,DEP004"],
    ]
    for check in checks:
        print("+", *(check[2:] or check), flush=True)
        if code := subprocess.run(check, cwd=_ROOT, check=False).returncode:
            return code
    # A file's tests share clusters, and a notebook's cells share a kernel: they stay together on one worker.
    arguments = sys.argv[1:] or ["tests", "notebooks", "-n", "auto", "--dist", "loadfile"]
    pytest = [
        python,
        "-m",
        "pytest",
        "--nbval",
        "--nbval-current-env",
        "--nbval-cell-timeout=120",
        f"--nbval-sanitize-with={_SANITIZE}",
        *arguments,
    ]
    print(*named_differences(), sep="\n")
    print("+", *pytest[2:], flush=True)
    with tempfile.TemporaryDirectory(prefix="kubelearn-compiled-") as folder:
        return subprocess.run(pytest, cwd=_ROOT, env=_environment(folder), check=False).returncode


def _environment(folder: str) -> dict[str, str]:
    """Return the environment of the tests, which start hundreds of Pythons and thousands of kubectls.

    Args:
        folder: for what Python compiles where it may not write it beside the source, so that it does so once.
    """
    environment = {"GOGC": "400", **os.environ}  # a kubectl ends before collecting its garbage pays
    if environment.pop("PYTHONDONTWRITEBYTECODE", ""):
        environment["PYTHONPYCACHEPREFIX"] = folder
    return environment


if __name__ == "__main__":
    sys.exit(main())
