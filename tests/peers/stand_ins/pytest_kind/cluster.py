"""What suites ask of the real one's cluster."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path


class KindCluster:
    """The cluster of ``KUBECONFIG``; it is there already, and stays.

    Attributes:
        kubeconfig_path: its kubeconfig.
        kubectl_path: kubectl of the PATH.
    """

    def __init__(self, name: str, image: str | None = None) -> None:
        self.name = name
        self.kubeconfig_path = Path(os.environ["KUBECONFIG"])
        self.kubectl_path = Path(shutil.which("kubectl") or "kubectl")

    def create(self) -> None:
        """Do nothing."""

    def delete(self) -> None:
        """Do nothing."""

    def kubectl(self, *arguments: str) -> str:
        """Run kubectl, and return what it printed."""
        environment = {**os.environ, "KUBECONFIG": str(self.kubeconfig_path)}
        return subprocess.check_output([str(self.kubectl_path), *arguments], env=environment, encoding="utf-8")
