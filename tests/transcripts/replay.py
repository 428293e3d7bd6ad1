"""Recorded kubectl sessions, and how to compare a cluster with them.

A recording is a text file.  Each step is a command line that starts with ``$ ``,
followed by the output (stdout and stderr together) of a real Kubernetes v1.36.3
cluster, by kubectl 1.37.1.  A non-zero exit code is a last line ``[exit N]``.  ``$~ `` marks a step
that is eventually consistent: it may be repeated for up to 15 s, as may one that
only reads.  Lines that start with ``< `` are the command's standard input.

    python -m tests.transcripts.replay [--show] FILE...     compare (KUBECONFIG names the cluster)
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

RECORDED = Path(__file__).parent / "recorded"
_SAFE = "bcdfghjklmnpqrstvwxz2456789"
#: What differs between two correct clusters: addresses, ages, times, generated names, runs of spaces.
_MASKS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\x1b\[[0-9;]*m", ""),
        (r"^[EWI]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ", "<LOG> "),
        (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<UID>"),
        (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<TIME>"),
        (r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", "<TIME>"),
        (r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}( [A-Z]{3,4})?", "<TIME>"),
        (r"""(resourceVersion"?:\s*)("?)\d+\2""", r"\1<RV>"),
        (r"\b10\.96\.\d+\.\d+\b", "<CLUSTER-IP>"),
        (r"\b10\.244\.\d+\.\d+\b", "<POD-IP>"),
        (r"\b(172\.\d+|192\.168|192\.0)\.\d+\.\d+\b", "<NODE-IP>"),
        # The hash of a template that was restarted is of the time, too; every other hash has to be the real one. It is
        # a number of 32 bits in decimal, each digit a letter: one in 429 has fewer than eight.
        (rf"-[{_SAFE}]{{1,10}}(?= \(\d+/\d+ replicas created\))", "-<HASH>"),
        (rf"-[{_SAFE}]{{5}}\b", "-<ID>"),
        (r"(?<=[:, ])3[0-2]\d{3}(?=/(TCP|UDP|SCTP))", "<NODEPORT>"),
        (r"(nodePort\"?: |NodePort: .*?)3[0-2]\d{3}\b", r"\1<NODEPORT>"),
        (r"(?<![\w.-])(\d+d)?(\d+h)?(\d+m)?\d+(ms|s|m|h|d)\b(?! timeout)", "<AGE>"),
        (r"(?<![\w.-])<invalid>|<unknown>(?=\s*$)", "<AGE>"),
        (r"\(x\d+ over <AGE>\)", ""),
        (r"\b\d+ (ms|milliseconds)\b", "<MS>"),
        (r"[ \t]+", " "),
    )
]
_EVENTUALLY, _LIMIT = 15, 90
#: What a command does, and what changes nothing.
_VERB = re.compile(r"\bkubectl(?:\s+(?:-n\s+\S+|-\S+))*\s+([a-z-]+)")
_READING = {"api-resources", "api-versions", "auth", "describe", "diff", "events", "explain", "get", "logs", "version"}
#: Steps that come in another second than those before them, as on the real cluster, which is slower: a later step
#: sorts by creationTimestamp, and that has whole seconds.
_LATER = {"05-rollouts": ("kubectl set image deployment/hello hello-app=gcr.io/google-samples/hello-app:2.0",)}

#: Recording → command → what answers of correct clusters have in common. In 09 a Deployment gets three replicas while
#: its template changes three times, and loses its ReplicaSets to ``--cascade=orphan``: how many there are by then, and
#: which of them has how many pods, depends on when the controller has looked. None of them may have an owner.
_BY_CHANCE = {
    "09-changing-things": {
        "kubectl get replicaset -o jsonpath='{.items[*].metadata.ownerReferences}{.items[*].spec.replicas}'"
        " | tr ' ' '\\n' | sort | tr '\\n' ' '": r"[0-3]( [0-3]){0,3}"
    }
}


@dataclass
class Step:
    """One command, what the real cluster printed, and a pattern of what is as good."""

    command: str
    eventually: bool
    stdin: list[str] = field(default_factory=list)
    output: list[str] = field(default_factory=list)
    also: str = ""

    def run(self, env: dict[str, str]) -> str:
        given = {"input": "\n".join(self.stdin) + "\n"} if self.stdin else {"stdin": subprocess.DEVNULL}
        try:
            done = subprocess.run(
                ["bash", "-c", self.command],
                env=env,
                text=True,
                timeout=_LIMIT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
                **given,
            )
        except subprocess.TimeoutExpired:
            return f"[no answer in {_LIMIT} s]"
        out = done.stdout.rstrip("\n")
        if done.returncode:
            out += ("\n" if out else "") + f"[exit {done.returncode}]"
        return out

    def difference(self, env: dict[str, str]) -> list[str]:
        """Run the step until it matches, and return how it differs at last (empty: it matches)."""
        wanted = mask("\n".join(self.output))
        end = time.monotonic() + (_EVENTUALLY if self.eventually else 0)
        while True:
            got = mask(self.run(env))
            if got == wanted or (self.also and re.fullmatch(self.also, "\n".join(got))):
                return []
            if time.monotonic() >= end:
                return list(difflib.unified_diff(wanted, got, "real", "here", lineterm="", n=1))
            time.sleep(0.2)  # the recorded command itself is the only way to see the state


def mask(text: str) -> list[str]:
    lines = []
    for line in text.splitlines():
        for pattern, replacement in _MASKS:
            line = pattern.sub(replacement, line)
        lines.append(line.strip())
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _only_reads(command: str) -> bool:
    """Say whether a command changes nothing, and can be given again: on a busy machine, what it shows comes later."""
    verbs = _VERB.findall(command)
    return bool(verbs) and set(verbs) <= _READING


def parse(path: Path) -> tuple[str, list[Step]]:
    """Return a recording's namespace and its steps."""
    namespace, steps = "course", []
    for line in path.read_text().splitlines():
        if line.startswith(("$ ", "$~ ")):
            mark, command = line.split(" ", 1)
            steps.append(Step(command, mark == "$~" or _only_reads(command)))
        elif not steps:
            if line.startswith("# namespace:"):
                namespace = line.split(":", 1)[1].strip()
        elif line.startswith("< ") or line == "<":
            steps[-1].stdin.append(line[2:])
        else:
            steps[-1].output.append(line)
    return namespace, steps


def environment(kubeconfig: str, namespace: str, folder: str, path: str | None = None) -> dict[str, str]:
    """Return the environment of a recording's commands: its own kubeconfig and kubectl cache."""
    config = yaml.safe_load(Path(kubeconfig).read_text())
    for entry in config["contexts"]:
        entry["context"]["namespace"] = namespace
    target = Path(folder) / "config"
    target.write_text(yaml.safe_dump(config))
    env = dict(os.environ, KUBECONFIG=str(target), KUBECACHEDIR=str(Path(folder) / "cache"), KUBECTL_KUBERC="false")
    if path:
        env["PATH"] = path + os.pathsep + env["PATH"]
    return env


def play(
    path: Path, kubeconfig: str, kubectl_folder: str | None = None, wording: Mapping[str, list[str]] | None = None
) -> Iterator[tuple[Step, list[str]]]:
    """Run a recording in a fresh namespace; yield each step with its difference.

    Args:
        path: the recording.
        kubeconfig: of the cluster.
        kubectl_folder: folder of the kubectl to use; the one on the PATH by default.
        wording: outputs to expect instead of the recorded ones, by command.
    """
    namespace, steps = parse(path)
    with tempfile.TemporaryDirectory() as folder:
        for step in steps:
            step.output = (wording or {}).get(step.command, step.output)
            step.also = _BY_CHANCE.get(path.stem, {}).get(step.command, "")
            # Files on this machine: another cluster may be asked the same at the same time.
            step.command = step.command.replace("/tmp/replay", f"{folder}/replay")
        env = environment(kubeconfig, namespace, folder, kubectl_folder)

        def kubectl(*arguments: str) -> int:
            return subprocess.run(
                ["kubectl", *arguments], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
            ).returncode

        if namespace != "default":
            kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=60s")
            kubectl("create", "namespace", namespace)
            kubectl("wait", "--for=create", "serviceaccount/default", "--timeout=10s")
        for step in steps:
            if step.command in _LATER.get(path.stem, ()):
                time.sleep(1 - time.time() % 1)
            yield step, step.difference(env)
        if namespace != "default":
            kubectl("delete", "namespace", namespace, "--wait=false")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--show", action="store_true", help="print every difference")
    options = parser.parse_args()
    total = bad = 0
    for path in options.files or sorted(RECORDED.glob("*.txt")):
        results = list(play(path, os.environ["KUBECONFIG"]))
        failed = [(step, difference) for step, difference in results if difference]
        print(f"{path.name}: {len(results) - len(failed)} of {len(results)} steps")
        for step, difference in failed if options.show else []:
            print(f"--- {path.name}: $ {step.command}", *difference, sep="\n")
        total, bad = total + len(results), bad + len(failed)
    print(f"{total - bad} of {total} steps match")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
