"""The course as a web site, as ``docs/conf.py`` builds it."""

from __future__ import annotations

import sys
from pathlib import Path

# What the site adds to Sphinx lies beside its pages, and is no part of the package.
sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "_ext"))
