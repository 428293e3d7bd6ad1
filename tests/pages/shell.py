"""A reader's terminal."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

_LIMIT = 60


@dataclass(frozen=True)
class Shell:
    """Runs what a reader types with bash, in a folder of its own.

    Attributes:
        folder: where the page's files are saved.
        environment: names the cluster.
    """

    folder: Path
    environment: dict[str, str]

    def save(self, name: str, text: str) -> None:
        """Save a file that the page shows."""
        (self.folder / name).write_text(dedent(text))

    def __call__(self, lines: str, stdin: str | None = None, code: int = 0) -> str:
        """Run lines, each of which has to succeed.

        Args:
            lines: as they stand on the page.
            stdin: what is typed afterwards.
            code: the exit code that bash ends with.

        Returns:
            What they print, errors too.
        """
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", dedent(lines)],
            cwd=self.folder,
            env=self.environment,
            input=stdin or "",
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_LIMIT,
            check=False,
        )
        assert done.returncode == code, f"{lines}\n{done.stdout}[exit {done.returncode}]"
        return done.stdout
