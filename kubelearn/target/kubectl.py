"""Which kubectl is used, and running it.

The package brings one as a dependency. It serves the embedded cluster, whatever else is on the machine; for another
cluster, one of the learner's is taken if it is nearer to the server's version. What :func:`use` or :func:`expose` has
chosen is what ``!kubectl`` finds, too.
"""

from __future__ import annotations

import atexit
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from . import processes, programs, versions, workdir
from .environment import inherited
from .versions import Minor, name

#: The oldest version that speaks WebSockets, which exec, logs -f and port-forward need.
MINIMUM = (1, 31)
#: The cluster that is meant when no other is named: the embedded one.
EMBEDDED = versions.minor(versions.CLUSTER)
#: Machines that the package with kubectl is made for, as Python's ``platform`` names them.
MACHINES = ("x86_64", "AMD64", "aarch64", "arm64", "ARM64")
_PROGRAM = "kubectl.exe" if sys.platform == "win32" else "kubectl"
_VERSION_LIMIT = 10.0

#: The one that was chosen in this process, if one was.
_in_use: list[str] = []
#: The folder with nothing in it but a link to it, where it needs one.
_links: list[Path] = []


class KubectlNotFoundError(FileNotFoundError):
    """There is no kubectl that runs.

    Attributes:
        found: what there is instead.
        advice: what to do.
    """

    def __init__(self, found: str, advice: str):
        super().__init__(f"{found}. {advice}")
        self.found = found
        self.advice = advice


@dataclass(frozen=True)
class Kubectl:
    """A kubectl of this machine.

    Attributes:
        path: where it is.
        version: its minor version.
        own: whether it came with the package.
    """

    path: str
    version: Minor
    own: bool

    def complaint(self, server: Minor) -> str:
        """Say what is wrong with it for a server; empty if nothing is.

        Kubernetes supports kubectl within one minor version of the API server
        (https://kubernetes.io/releases/version-skew-policy/#kubectl).
        """
        if self.version < MINIMUM:
            return f"{too_old(self.version)}. {offer()}"
        if not skew(self.version, server):
            return ""
        return (
            f"kubectl {name(self.version)} at {self.path} is more than one minor version away from the cluster's "
            f"{name(server)}, and none here is nearer: most commands work, but Kubernetes does not promise it"
        )

    def reason(self, server: Minor) -> str:
        """Say why it is used, if it is not the package's own; empty if it is."""
        if self.own:
            return ""
        package = own()
        why = (
            f"it is nearer to the cluster's {name(server)} than the course's own, {name(package.version)}"
            if package
            else f"the course's own ({versions.KUBECTL_PACKAGE}) is not installed"
        )
        return f"kubectl {name(self.version)} at {self.path} is used: {why}"


def own() -> Kubectl | None:
    """Return the kubectl that came with the package; None if it is not installed, or its program has gone.

    No program is run to tell its version: the package has the same.
    """
    try:
        found = metadata.distribution(versions.KUBECTL_PACKAGE)
    except metadata.PackageNotFoundError:
        return None
    listed = (Path(str(file.locate())) for file in found.files or () if file.name == _PROGRAM)
    # What a package says of its programs is wrong after `pip install --target`, which puts them into its own `bin`.
    places = (
        *listed,
        *(folder / _PROGRAM for folder in programs.folders()),
        Path(str(found.locate_file("bin"))) / _PROGRAM,
    )
    path = next((path for path in places if os.access(path, os.X_OK)), None)
    return Kubectl(os.path.abspath(path), versions.minor(found.version), own=True) if path else None


def is_made_for_this_machine() -> bool:
    """Whether there is a package with kubectl for this machine; pyproject.toml asks for it on the same ones."""
    return platform.machine() in MACHINES


def offer() -> str:
    """Return what to do without a kubectl that fits."""
    first, last = name((EMBEDDED[0], EMBEDDED[1] - 1)), name((EMBEDDED[0], EMBEDDED[1] + 1))
    if is_made_for_this_machine():
        wanted = f'"{versions.KUBECTL_PACKAGE}{versions.KUBECTL}"'
        return f"In a terminal: {sys.executable} -m pip install --force-reinstall {wanted}. Then restart the kernel"
    return (
        f"The package that brings it is not made for {platform.machine() or 'this machine'}. Install a version "
        f"from {first} to {last}: https://kubernetes.io/docs/tasks/tools/, or with conda: kubernetes-client"
    )


def choose(server: Minor = EMBEDDED) -> Kubectl:
    """Return the kubectl that fits a server best: the package's own, unless one on the PATH is nearer.

    Those on the PATH are run, to ask for their version, only if the own one is too far away, or not there.

    Raises:
        KubectlNotFoundError: there is none that runs; the message says how to get it.
    """
    package = own()
    if package is not None and not skew(package.version, server):
        return package
    found = [*([package] if package else []), *_learners(package)]
    if found:
        return min(found, key=lambda each: (each.version < MINIMUM, skew(each.version, server)))
    raise KubectlNotFoundError("there is no kubectl that runs, neither the course's own nor on the PATH", offer())


def skew(client: Minor, server: Minor) -> int:
    """Return how many minor versions kubectl is beyond what Kubernetes supports for a server."""
    return max(0, abs(client[1] - server[1]) - 1) if client[0] == server[0] else sys.maxsize


def use(server: Minor = EMBEDDED) -> Kubectl:
    """Choose a kubectl for a server, and make it the one that this process and ``!kubectl`` run.

    Raises:
        KubectlNotFoundError: there is none that runs; the message says how to get it.
    """
    chosen = choose(server)
    _put_first(chosen.path)
    return chosen


def expose() -> None:
    """Make ``!kubectl`` in this process find the package's own kubectl, before any cluster is known.

    Nothing is run. Without one, what is on the PATH stays.
    """
    package = own()
    if package is not None:
        _put_first(package.path)


def find() -> str:
    """Return the path of the kubectl that is used in this process.

    Raises:
        KubectlNotFoundError: there is none; the message says how to get it.
    """
    if _in_use:
        return _in_use[0]
    package = own()
    found = package.path if package else shutil.which("kubectl")
    if found is None:
        raise KubectlNotFoundError("kubectl is not on the PATH, and the course's own is not installed", offer())
    return found


def version(path: str = "") -> Minor:
    """Ask a kubectl, by default the one that is used, for its minor version.

    Raises:
        KubectlNotFoundError: there is none, or it does not tell.
        OSError: it cannot be run.
    """
    path = path or find()
    try:
        done = processes.ask([path, "version", "--client", "-o", "json"], _VERSION_LIMIT)
    except subprocess.TimeoutExpired as error:
        raise KubectlNotFoundError(
            f"{path} does not tell its version within {_VERSION_LIMIT:.0f} s", offer()
        ) from error
    try:
        found = json.loads(done.stdout)["clientVersion"]
        return int(found["major"]), int(found["minor"].rstrip("+"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        said = (done.stderr or done.stdout).strip()[:200]
        raise KubectlNotFoundError(f"{path} does not tell its version: {said or 'it says nothing'}", offer()) from error


def too_old(client: Minor) -> str:
    """Say what is wrong with a version before :data:`MINIMUM`."""
    return f"kubectl {name(client)} is older than {name(MINIMUM)}, which the lessons need for `kubectl exec`"


def run(
    *arguments: str, stdin: str | None = None, env: Mapping[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run kubectl and return what it printed; a failure is an exit code, not an exception.

    Args:
        arguments: command line without ``kubectl``.
        stdin: text for its standard input.
        env: environment, the present one by default.
        timeout: seconds after which it is ended.

    Raises:
        KubectlNotFoundError: there is no kubectl.
        subprocess.TimeoutExpired: it did not end in time.
    """
    given = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    return subprocess.run(  # noqa: S603 - the arguments are a list, no shell reads them
        [find(), *arguments],
        encoding="utf-8",
        errors="replace",
        capture_output=True,
        timeout=timeout,
        check=False,
        env=inherited() if env is None else dict(env),
        **given,
    )


def _put_first(path: str) -> None:
    _in_use[:] = [path]
    if shutil.which("kubectl") == path:
        return
    if Path(path).parent in programs.folders():
        programs.put_first(str(Path(path).parent))
        return
    if not _links:
        _links.append(workdir.create())
        atexit.register(workdir.remove, _links[0])
    programs.put_first(programs.alone(path, _links[0]))


def _learners(package: Kubectl | None) -> Iterable[Kubectl]:
    """Return the other kubectls on the PATH that tell their version, in its order; none may hold the others up."""
    from concurrent.futures import ThreadPoolExecutor  # a start of a kernel need not wait for it

    paths: dict[str, str] = {}
    searched = [*map(str, programs.folders()), *os.environ.get("PATH", "").split(os.pathsep)]
    for folder in filter(None, searched):
        path = shutil.which("kubectl", path=folder)
        if path is not None and Path(path).parent not in _links:
            paths.setdefault(os.path.realpath(path), os.path.abspath(path))
    if package is not None:
        paths.pop(os.path.realpath(package.path), None)
    with ThreadPoolExecutor(max(len(paths), 1)) as pool:
        return [found for found in pool.map(_asked, paths.values()) if found is not None]


def _asked(path: str) -> Kubectl | None:
    try:
        return Kubectl(path, version(path), own=False)
    except (KubectlNotFoundError, OSError):  # it is broken, or hangs: another one serves
        return None
