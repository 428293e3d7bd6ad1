"""A stand-in for ``kind``.

It prints what the real one printed in the same situation, and makes or removes the same containers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

from . import situations

STATE = Path(os.environ.get("KIND_STAND_IN", "."))


def main(arguments: list[str]) -> int:
    # The real one asks the engine first, and waits for one that hangs.
    subprocess.run(
        ["docker", "ps", "-a", "--filter", "label=io.x-k8s.kind.cluster", "--format", "{{.Names}}"],
        capture_output=True,
        check=False,
    )
    key = situations.key(arguments, STATE)
    recorded = json.loads(situations.RECORDED.read_text(encoding="utf-8"))["calls"].get(key)
    if recorded is None:
        print(f"ERROR: not recorded: {key}", file=sys.stderr)
        return 99
    for name in recorded["removed"]:
        (STATE / "containers" / name).unlink()
    for name, content in recorded["made"].items():
        (STATE / "containers" / name).write_text(json.dumps(content), encoding="utf-8")
    print(filled(recorded["stdout"]), end="", flush=True)
    print(recorded["stderr"], end="", file=sys.stderr, flush=True)
    return int(recorded["code"])


def filled(text: str) -> str:
    """Put the cluster that the state names in place of the recorded one."""
    if "AUTHORITY" not in text:
        return text
    config = yaml.safe_load((STATE / "kubeconfig").read_text(encoding="utf-8"))
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    return (
        text.replace("AUTHORITY", cluster["certificate-authority-data"])
        .replace("https://127.0.0.1:40001", cluster["server"])
        .replace("token: TOKEN", "\n    ".join(f"{name}: {value}" for name, value in user.items()))
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
