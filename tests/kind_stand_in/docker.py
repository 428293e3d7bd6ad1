"""A stand-in for the container engine.

It has as much of ``docker`` as kind v0.32.0 asks of it to make, show and delete a cluster, and runs nothing.
``KIND_STAND_IN`` names the folder with its state:

    calls           every call of a program that stands in, one a line
    containers/     a file for each container: its labels, and what is wrong with it, if anything
    kubeconfig      of the cluster that every kind cluster is said to be
    engine-down     if it is there: the engine does not run
    hangs-COMMAND   if it is there, a FIFO: that command of the engine ends when somebody has written to it
    taken-port      if it is there: a port of the machine that somebody else listens on
    not-ready       if it is there: a worker does not become Ready
    no-pull         if it is there: an image that cannot be pulled
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import yaml

STATE = Path(os.environ.get("KIND_STAND_IN", "."))
CLUSTER, ROLE = "io.x-k8s.kind.cluster", "io.x-k8s.kind.role"
VERSION = "v1.36.1"
#: What ``docker info --format`` answers to each of kind's questions.
INFO = {
    "{{json .}}": (
        '{"CgroupDriver":"systemd","CgroupVersion":"2","MemoryLimit":true,"PidsLimit":true,'
        '"CPUShares":true,"SecurityOptions":[]}'
    ),
    "'{{json .SecurityOptions}}'": "'[]'",
    "{{.Driver}}": "overlay2",
    "{{json .DriverStatus }}": '[["Backing Filesystem","extfs"]]',
}
#: What the lines of a node's log are that kind waits for.
BOOTED = "[  OK  ] Reached target Multi-User System."
#: Files of a node that kind reads.
FILES = {"/kind/version": VERSION, "/kind/manifests/default-cni.yaml": "", "/kind/manifests/default-storage.yaml": ""}


def main(arguments: list[str]) -> int:
    if (STATE / f"hangs-{arguments[0]}").exists():
        (STATE / f"hangs-{arguments[0]}").read_text(encoding="utf-8")
    if arguments == ["-v"]:
        return say("Docker version 28.1.1, build 4eba377")  # the program's, whether the engine runs or not
    if (STATE / "engine-down").exists():
        return fail("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?")
    option = dict(pairwise(arguments))
    wanted = option.get("--format", option.get("-f", ""))
    match arguments:
        case ["info", *_]:
            return say(INFO.get(wanted, "Server Version: 28.1.1"))
        case ["ps", *_]:
            return say(
                *(name if "Names" in wanted else labels[CLUSTER] for name, labels in containers(option["--filter"]))
            )
        case ["inspect", "--type=image", _] | ["pull", _] | ["network", *_]:
            return say()
        case ["inspect", *_, name]:
            return inspect(name, wanted)
        case ["run", "--name", name, *rest]:
            return run(name, rest)
        case ["logs", "-f", _]:
            return say(BOOTED)
        case ["exec", *rest]:
            return execute(rest)
        case ["rm", "-f", "-v", *names]:
            for name in names:
                (STATE / "containers" / name).unlink()
            return say()
    return fail(f"docker: {' '.join(arguments)!r} is not in the stand-in")


def containers(label: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the name and the labels of the containers that have a label, or a label with a value."""
    key, _, value = label.removeprefix("label=").partition("=")
    for path in sorted((STATE / "containers").iterdir()):
        labels = json.loads(path.read_text(encoding="utf-8"))["labels"]
        if key in labels and value in ("", labels[key]):
            yield path.name, labels


def run(name: str, arguments: list[str]) -> int:
    published = [argument.removeprefix("--publish=") for argument in arguments if argument.startswith("--publish=")]
    taken = STATE / "taken-port"
    if taken.exists() and any(f":{taken.read_text(encoding='utf-8')}:" in port for port in published):
        return fail(
            "0123456789ab\ndocker: Error response from daemon: failed to set up container networking: driver failed"
            f" programming external connectivity on endpoint {name}: Bind for"
            f" 127.0.0.1:{taken.read_text(encoding='utf-8')} failed: port is already allocated",
            125,
        )
    labels = dict(value.split("=", 1) for option, value in pairwise(arguments) if option == "--label")
    (STATE / "containers" / name).write_text(json.dumps({"labels": labels}), encoding="utf-8")
    return say("0123456789ab")


def inspect(name: str, wanted: str) -> int:
    path = STATE / "containers" / name
    if not path.exists():
        return fail(f"Error response from daemon: No such container: {name}")
    if "desktop.docker.io" in wanted:
        return say("")
    if "IPAddress" in wanted:
        return say("172.18.0.2,")
    if "Ports" in wanted:  # whatever port kind published, the cluster is at its own
        server = urlsplit(yaml.safe_load(kubeconfig())["clusters"][0]["cluster"]["server"])
        return say(f"{server.hostname}\t{server.port}")
    return say(json.loads(path.read_text(encoding="utf-8"))["labels"][ROLE])


def execute(arguments: list[str]) -> int:
    """Run a program in a node."""
    name, *command = [argument for argument in arguments if argument not in ("--privileged", "-i")]
    path = STATE / "containers" / name
    if not path.exists():
        return fail(f"Error response from daemon: No such container: {name}")
    wrong = json.loads(path.read_text(encoding="utf-8")).get("wrong")
    if wrong == "stopped":
        return fail("Error response from daemon: container 0123456789ab is not running")
    match command:
        case ["kubectl", *_] if wrong == "empty":
            return fail("error: stat /etc/kubernetes/admin.conf: no such file or directory")
        case ["kubectl", _, "get", "nodes", "-o", _]:
            return say(*(f"{node}={ready}" for node, ready in nodes()))
        case ["kubectl", _, "wait", *_] if (STATE / "not-ready").exists():
            return fail("error: timed out waiting for the condition on nodes/kubelearn-worker2")
        case ["cat", "/etc/kubernetes/admin.conf"]:
            return say(kubeconfig())
        case ["cat", file]:
            return say(FILES[file])
        case ["kubectl", *_, "-o=jsonpath='{.items..status.conditions[-1:].status}'"]:
            return say("'True'")
        case ["crictl", "pull", image] if (STATE / "no-pull").exists() and (STATE / "no-pull").read_text(
            encoding="utf-8"
        ) == image:
            return fail(
                'E1124 12:00:00.000000     123 remote_image.go:180] "PullImage from image service failed" err="rpc'
                ' error: code = Unavailable"'
            )
        case ["cp", "/dev/stdin", _] | ["kubectl", *_, "-"]:
            sys.stdin.read()
    return 0  # kubeadm, mkdir, crictl: done


def nodes() -> Iterator[tuple[str, str]]:
    """Yield the nodes that have joined, and whether they are Ready."""
    for name, _ in containers(f"label={CLUSTER}=kubelearn"):
        wrong = json.loads((STATE / "containers" / name).read_text(encoding="utf-8")).get("wrong")
        if wrong != "empty":
            yield name, "Unknown" if wrong == "stopped" else "True"


def kubeconfig() -> str:
    return (STATE / "kubeconfig").read_text(encoding="utf-8")


def say(*lines: str) -> int:
    for line in lines:
        print(line)
    return 0


def fail(text: str, code: int = 1) -> int:
    print(text, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
