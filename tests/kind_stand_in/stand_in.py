"""The program behind both names; ``KIND_STAND_IN`` names the folder with its state.

    calls           every call, one a line
    providers       the container engine that each call of kind is to use
    clusters        names of the clusters that there are
    kubeconfig      what ``kind get kubeconfig`` prints
    fails           if it is there: ``kind create`` fails with this text
    engine-down     if it is there: the container engine does not run
"""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from pathlib import Path

STATE = Path(os.environ.get("KIND_STAND_IN", "."))
CREATED = """\
Creating cluster "{name}" ...
 ✓ Ensuring node image ({image}) 🖼
 ✓ Preparing nodes 📦 📦 📦
 ✓ Writing configuration 📜
 ✓ Starting control-plane 🕹️
 ✓ Installing CNI 🔌
 ✓ Installing StorageClass 💾
 ✓ Joining worker nodes 🚜
 ✓ Waiting ≤ 3m0s for control-plane = Ready ⏳
 • Ready after 18s 💚
Set kubectl context to "kind-{name}"
"""


def main(program: str, arguments: list[str]) -> int:
    with (STATE / "calls").open("a", encoding="utf-8") as calls:
        calls.write(" ".join([program, *arguments]) + "\n")
    if program == "kind":
        with (STATE / "providers").open("a", encoding="utf-8") as providers:
            providers.write(os.environ.get("KIND_EXPERIMENTAL_PROVIDER", "none") + "\n")
    if (STATE / "engine-down").exists():
        return say("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?", 1)
    return kind(arguments) if program == "kind" else docker(arguments)


def docker(arguments: list[str]) -> int:
    if arguments[-1] == "gcr.io/google-samples/hello-go-gke:1.0":
        return say('E1124 12:00:00.000000     123 remote_image.go:180] "PullImage from image service failed" err="rpc error: code = Unavailable"', 1)
    return 0


def kind(arguments: list[str]) -> int:
    names = clusters()
    option = dict(pairwise(arguments))
    name = option.get("--name", "kind")
    match arguments[:2]:
        case ["get", "clusters"]:
            return say("No kind clusters found.", 0) if not names else tell("\n".join(names))
        case ["get", "kubeconfig"]:
            return tell((STATE / "kubeconfig").read_text(encoding="utf-8"))
        case ["get", "nodes"]:
            return tell(f"{name}-worker\n{name}-worker2\n{name}-control-plane")
        case ["create", "cluster"]:
            (STATE / "config").write_text(Path(option["--config"]).read_text(encoding="utf-8"), encoding="utf-8")
            store([*names, name])
            if (STATE / "fails").exists():
                return say((STATE / "fails").read_text(encoding="utf-8"), 1)
            Path(option["--kubeconfig"]).write_text((STATE / "kubeconfig").read_text(encoding="utf-8"), encoding="utf-8")
            return say(CREATED.format(name=name, image=option["--image"]), 0)
        case ["delete", "cluster"]:
            store([other for other in names if other != name])
            return say(f'Deleting cluster "{name}" ...\nDeleted nodes: ["{name}-worker" "{name}-worker2" "{name}-control-plane"]', 0)
    return say(f'ERROR: unknown command "{arguments[0]}" for "kind"', 1)


def clusters() -> list[str]:
    path = STATE / "clusters"
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def store(names: list[str]) -> None:
    (STATE / "clusters").write_text("\n".join(names), encoding="utf-8")


def tell(text: str) -> int:
    print(text)
    return 0


def say(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
