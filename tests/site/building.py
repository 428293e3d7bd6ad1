"""The site, built for tests, and its diagrams."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def require_sphinx() -> None:
    """Skip a test without Sphinx, but let it fail in CI."""
    if importlib.util.find_spec("sphinx") is None:
        if os.environ.get("CI"):
            pytest.fail("Sphinx is not installed")
        pytest.skip("Sphinx is not installed: pip install -e '.[docs]'")


def build(folder: Path) -> Path:
    """Build the site with CONTRIBUTING's command, but elsewhere, and return the folder of its pages."""
    require_sphinx()
    command = [sys.executable, "-m", "sphinx", "-M", "html", ".", str(folder), "-c", "docs", "-W", "--keep-going", "-q"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return folder / "html"


def diagrams() -> list[str]:
    """Return the diagrams of all pages, as Mermaid's text."""
    texts = [page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs").glob("*.md"))]
    return [
        source for text in texts for source in re.findall(r"^```mermaid\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    ]
