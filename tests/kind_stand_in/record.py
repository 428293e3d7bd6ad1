"""Record what the real kind prints, on the stand-in for the container engine.

    python -m tests.kind_stand_in.record

needs ``kind`` on the PATH, and writes ``recorded.json``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from kubelearn.target import kind
from kubelearn.target.versions import NODE_IMAGE

from . import machine, situations

_CREATE = (
    "create",
    "cluster",
    "--name",
    kind.NAME,
    "--config",
    "{config}",
    "--image",
    NODE_IMAGE,
    "--wait",
    "180s",
    "--kubeconfig",
    "{kubeconfig}",
)
_ASKED = (("get", "clusters"), ("get", "nodes", "--name", kind.NAME), ("get", "kubeconfig", "--name", kind.NAME))
_DELETE = ("delete", "cluster", "--name", kind.NAME)
#: (clusters that are there, what is wrong, the call)
_CALLS = (
    *(((), (), call) for call in (*_ASKED, _CREATE, _DELETE)),
    *(((kind.NAME,), (), call) for call in (*_ASKED, _CREATE, _DELETE)),
    *((("work",), (), call) for call in (*_ASKED, _CREATE)),
    *((("work", kind.NAME), (), call) for call in (*_ASKED, _DELETE)),
    ((), ("engine-down",), ("get", "clusters")),
    ((), ("engine-down",), _CREATE),
    ((), ("taken-port",), _CREATE),
)


def record(
    real: str, clusters: tuple[str, ...], flags: tuple[str, ...], call: tuple[str, ...]
) -> tuple[str, dict[str, Any]]:
    """Return a situation's key, and what kind did in it."""
    with tempfile.TemporaryDirectory(prefix="record-") as folder:
        state, path = machine.of(Path(folder), real)
        environment = {**os.environ, "PATH": path, "KIND_STAND_IN": str(state)}
        (state / "kubeconfig").write_text(situations.KUBECONFIG, encoding="utf-8")
        config, kubeconfig = Path(folder) / "kind.yaml", Path(folder) / "config"
        for name in clusters:
            machine.add_cluster(state, name)
        for flag in flags:
            (state / flag).write_text("30080", encoding="utf-8")
        config.write_text(kind.config(), encoding="utf-8")
        arguments = [word.format(config=config, kubeconfig=kubeconfig) for word in call]
        key, before = situations.key(arguments, state), machine.containers(state)
        done = subprocess.run(["kind", *arguments], env=environment, capture_output=True, text=True, check=False)
        after = machine.containers(state)
        return key, {
            "code": done.returncode,
            "stdout": done.stdout,
            "stderr": done.stderr.replace(str(kubeconfig), "FILE"),
            "made": {name: json.loads(content) for name, content in after.items() if before.get(name) != content},
            "removed": [name for name in before if name not in after],
        }


def main() -> int:
    real = shutil.which("kind")
    if real is None:
        sys.exit("kind is not on the PATH")
    version = subprocess.run([real, "version"], capture_output=True, text=True, check=True).stdout.strip()
    calls = dict(record(real, *call) for call in _CALLS)
    situations.RECORDED.write_text(
        json.dumps({"version": version, "calls": calls}, indent=1, sort_keys=True, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )
    print(f"{len(calls)} calls of {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
