"""What kind is asked, and in which situation: recorded once, replayed by the stand-in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

RECORDED = Path(__file__).parent / "recorded.json"
#: A kubeconfig as a control plane has it; the stand-in puts the real ones in place of the capitals.
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: kubernetes-admin@kubelearn
preferences: {}
clusters:
- name: kubelearn
  cluster: {server: "https://127.0.0.1:40001", certificate-authority-data: AUTHORITY}
users:
- name: kubernetes-admin
  user: {token: TOKEN}
contexts:
- name: kubernetes-admin@kubelearn
  context: {cluster: kubelearn, user: kubernetes-admin}
"""
#: Files of the state that change what happens, and the calls that they change; empty for all.
_FLAGS = {"engine-down": "", "taken-port": "create"}
_FILES = ("--config", "--kubeconfig")


def key(arguments: Sequence[str], state: Path) -> str:
    """Return the name of a call in a situation: the clusters that there are, and what is wrong."""
    clusters = sorted({path.name.split("-")[0] for path in (state / "containers").iterdir()})
    flags = [flag for flag, call in _FLAGS.items() if (state / flag).exists() and arguments[0].startswith(call)]
    return " ".join([_normal(arguments), "|", *(clusters or ["none"]), *flags])


def _normal(arguments: Sequence[str]) -> str:
    """Return a command line without the names of temporary files."""
    return " ".join(
        "FILE" if before in _FILES else word for before, word in zip(["", *arguments], arguments, strict=False)
    )
