"""What a learner without a clone gets: the wheel in an empty environment and an empty folder.

    python -m tests.delivery

Prints how long each step takes. It installs from the package index, so it is not one of pytest's tests.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import urllib3

_ROOT = Path(__file__).parent.parent
#: Where JupyterLab of the environment finds what the course sets.
_SETTINGS = Path("share/jupyter/lab/settings/overrides.d/kubelearn.json")
_PROGRAMS = "Scripts" if sys.platform == "win32" else "bin"


@contextmanager
def step(name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{time.perf_counter() - start:7.1f} s  {name}", flush=True)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="delivery-") as base:
        folder, programs = Path(base) / "empty", Path(base) / "venv" / _PROGRAMS
        folder.mkdir()
        env = {
            name: value
            for name, value in os.environ.items()
            if name not in ("PYTHONPATH", "VIRTUAL_ENV", "KUBECONFIG", "KUBELEARN_TARGET")
        }
        env |= {f"JUPYTER_{name}_DIR": str(Path(base) / name) for name in ("CONFIG", "RUNTIME", "DATA")}
        with step("build the wheel"):
            run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", base, str(_ROOT)], folder, env)
        wheel = next(Path(base).glob("*.whl"))
        with step(f"install {wheel.name} ({wheel.stat().st_size / 1e6:.1f} MB) into an empty environment"):
            venv.create(Path(base) / "venv", with_pip=True)
            run([str(programs / "python"), "-m", "pip", "install", str(wheel)], folder, env)
        size = sum(path.stat().st_size for path in (Path(base) / "venv").rglob("*") if path.is_file())
        print(f"{size / 1e6:7.0f} MB in the environment", flush=True)
        assert (Path(base) / "venv" / _SETTINGS).is_file()
        with step("kubelearn doctor"):
            run([str(programs / "kubelearn"), "doctor"], folder, env)
        with step("kubelearn lab --no-browser serves the first page"):
            serve(programs, folder, env)
        notebooks = sorted((folder / "kubelearn-course").glob("*.ipynb"))
        assert [path.name for path in notebooks] == [
            path.name for path in sorted((_ROOT / "notebooks").glob("*.ipynb"))
        ]
        assert not any('"output_type"' in path.read_text(encoding="utf-8") for path in notebooks)
        for notebook in notebooks:
            with step(f"run {notebook.name}"):
                run([str(programs / "jupyter"), "execute", notebook.name], notebook.parent, env)
    return 0


def run(command: Sequence[str], folder: Path, env: dict[str, str]) -> None:
    """Run a command; show what it said if it fails.

    Raises:
        SystemExit: it failed.
    """
    done = subprocess.run(
        command,
        cwd=folder,
        env=env,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}")


def serve(programs: Path, folder: Path, env: dict[str, str]) -> None:
    """Start the course in JupyterLab, fetch the page that its address leads to, and stop it."""
    command = [str(programs / "kubelearn"), "lab", "--no-browser", "--allow-root"]
    with subprocess.Popen(
        command, cwd=folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        try:
            address = next(filter(None, (re.search(r"http://127\.0\.0\.1:\S+", line) for line in process.stdout)))[0]
            with urllib3.PoolManager(
                retries=urllib3.Retry(connect=50, backoff_factor=0.02, backoff_max=0.5)
            ) as pool:  # it is printed before the server listens
                page = pool.request("GET", address)
            assert page.status == 200, page.status
            assert "/lab/tree/" in address, address
        finally:
            process.terminate()
            process.communicate()


if __name__ == "__main__":
    sys.exit(main())
