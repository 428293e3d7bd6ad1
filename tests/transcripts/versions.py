"""Several versions of kubectl: where they are, and where their wording differs from the recorded 1.32."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: What the project supports, see docs/limits.md.
SUPPORTED = ("1.31", "1.32", "1.33")
#: Where Google's SDK, which GitHub's and many other machines have, keeps a kubectl of each version.
_SDK = Path("/usr/lib/google-cloud-sdk/bin")


@dataclass(frozen=True)
class Wording:
    """An output that differs from the recorded one, and why."""

    output: tuple[str, ...]
    reason: str


#: (version, recording, command) → what this version prints.
WORDING = {
    ("1.31", "03-mistakes", "kubectl scale deployment nowhere --replicas=2"): Wording(
        ("error: no objects passed to scale", "[exit 1]"),
        "1.32 was the first to add the server's error to this line (kubectl/pkg/cmd/scale/scale.go)",
    ),
}


def find(version: str) -> Path | None:
    """Return a kubectl of a version (``1.31``): ``kubectl.1.31`` on the PATH or in Google's SDK."""
    found = shutil.which(f"kubectl.{version}") or shutil.which(str(_SDK / f"kubectl.{version}"))
    return Path(found) if found else None


@functools.cache
def version_of(kubectl: str) -> str:
    """Return the version of a kubectl, for example ``1.32``."""
    shown = subprocess.run([kubectl, "version", "--client"], capture_output=True, text=True, check=True).stdout
    return ".".join(re.findall(r"v(\d+)\.(\d+)", shown)[0])


@contextmanager
def folder_with(binary: Path) -> Iterator[str]:
    """Make a folder in which a binary is called ``kubectl``, for the PATH."""
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(binary, Path(folder) / "kubectl")
        yield folder


def wording(version: str, recording: str) -> dict[str, list[str]]:
    """Return what is printed otherwise than recorded when a version of kubectl plays a recording, by command."""
    return {
        command: list(words.output)
        for (its, name, command), words in WORDING.items()
        if (its, name) == (version, recording)
    }
