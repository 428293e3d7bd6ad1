"""What Windows and macOS lack is not needed: POSIX-only modules and calls, addresses beside 127.0.0.1."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent.parent.parent / "kubelearn"
#: Takes away what Windows does not have, then does what a learner's first cells do.
#: psutil comes first: it has a module of its own for each system, of which this one's needs ``resource``.
WITHOUT = """
import os, sys
import psutil
for module in ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"):
    sys.modules[module] = None
for name in ("fchmod", "fork", "forkpty", "geteuid", "getuid", "killpg", "mkfifo", "setsid"):
    if hasattr(os, name):
        delattr(os, name)
import kubelearn, kubelearn.cli.commands, kubelearn.cli.doctor, kubelearn.cli.jupyter, kubelearn.widgets
with kubelearn.connect() as cluster:
    spec = {"containers": [{"name": "one", "image": "nginx"}]}
    cluster.core.create_namespaced_pod("default", {"metadata": {"name": "one"}, "spec": spec})
    print(cluster)
"""


def test_the_package_works_without_what_windows_lacks() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], text=True, capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "<Cluster embedded v1.36 3 nodes Ready>\n"), done.stderr


def test_only_127_0_0_1_is_used_for_listening() -> None:
    """macOS has no other loopback address unless somebody adds it."""
    found = [
        f"{path.name}: {address}"
        for path in PACKAGE.rglob("*.py")
        for address in re.findall(r"127\.0\.0\.(?![01]\b)\d+", path.read_text(encoding="utf-8"))
    ]
    assert found == []
