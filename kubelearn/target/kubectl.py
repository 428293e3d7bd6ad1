"""Finding the kubectl binary, fetching it where there is none, and running it."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from . import programs

#: The oldest version that speaks WebSockets, which the embedded cluster's exec, logs -f and port-forward need.
MINIMUM = (1, 31)
#: The version that :func:`fetch` takes: that of the embedded cluster.
VERSION = "v1.32.5"
#: Where Kubernetes publishes its binaries, and beside each its SHA-256.
SOURCE = "https://dl.k8s.io/release"
_CONDA = "conda install -c conda-forge kubernetes-client"
_SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "windows"}
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "arm64": "arm64", "aarch64": "arm64"}
_CHECKSUM = re.compile(r"[0-9a-f]{64}")
_VERSION_LIMIT = 20.0
_CONNECT_LIMIT, _READ_LIMIT = 5.0, 60.0


class KubectlNotFoundError(FileNotFoundError):
    """There is no kubectl, or it could not be fetched.

    Attributes:
        found: what there is instead.
        advice: what to do.
    """

    def __init__(self, found: str, advice: str):
        super().__init__(f"{found}. {advice}")
        self.found = found
        self.advice = advice


def offer() -> str:
    """Return what to do without a kubectl that fits."""
    return (
        "Let kubelearn fetch the official one (55 MB) into your cache: "
        f"in a notebook `kubelearn.kubectl.fetch()`, in a terminal `{programs.command('kubectl', '--fetch')}`. "
        f"Or install it from https://kubernetes.io/docs/tasks/tools/ (version {_name(MINIMUM)} or newer), "
        f"or with conda: {_CONDA}"
    )


def find() -> str:
    """Return the path of kubectl: the one that :func:`fetch` has put into the cache, else the one on the PATH.

    Who has fetched one had none that fits.

    Raises:
        KubectlNotFoundError: there is none; the message says how to get it.
    """
    found = str(cached()) if cached().is_file() else shutil.which("kubectl")
    if found is None:
        raise KubectlNotFoundError("kubectl is not on the PATH", offer())
    return found


def expose() -> str:
    """Make ``!kubectl`` in this process find a fetched kubectl too, and return its path.

    Raises:
        KubectlNotFoundError: there is none; the message says how to get it.
    """
    found = find()
    if shutil.which("kubectl") != found:
        os.environ["PATH"] = os.pathsep.join(filter(None, (str(Path(found).parent), os.environ.get("PATH"))))
    return found


def cached(version: str = VERSION) -> Path:
    """Return where a fetched kubectl lies, whether it is there or not."""
    return _cache() / f"kubectl-{version}" / ("kubectl.exe" if sys.platform == "win32" else "kubectl")


def _cache() -> Path:
    """Return this system's folder for what can be fetched again.

    It is the same as pooch's, whose import every connect() would wait for.
    """
    home = Path(os.path.expanduser("~"))  # which, unlike Path.home(), is something for a user without a home, too
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "kubelearn" / "kubelearn" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "kubelearn"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "kubelearn"


def fetch(version: str = VERSION, source: str = SOURCE) -> Path:
    """Download the official kubectl for this platform into the user's cache, after its published SHA-256.

    Args:
        version: as Kubernetes names its releases.
        source: address under which the releases lie.

    Returns:
        Path of the binary, which this process finds as ``kubectl`` from now on.

    Raises:
        KubectlNotFoundError: the network, the platform or the checksum is in the way; the message says what to do.
    """
    path = cached(version)
    url = f"{source}/{version}/bin/{_platform()}/{path.name}"
    try:
        _download(url, path)
    # What requests raises is an OSError; what pooch says of a wrong checksum, a ValueError.
    except (OSError, ValueError) as error:
        by_hand = (
            f"On a machine with a network, download {url}, "
            f"and put it as {path.name} into a folder of this machine's PATH"
        )
        raise KubectlNotFoundError(f"kubectl could not be fetched: {error}", by_hand) from error
    path.chmod(0o755)
    expose()
    return path


def _download(url: str, path: Path) -> None:
    """Download a file, unless it is there and whole.

    Raises:
        OSError: the network is in the way.
        ValueError: there is no checksum, or another one.
    """
    import pooch
    import requests

    answer = requests.get(f"{url}.sha256", timeout=(_CONNECT_LIMIT, _READ_LIMIT))
    answer.raise_for_status()
    published = _CHECKSUM.match(answer.text)
    if published is None:
        raise ValueError(f"{url}.sha256 is not a SHA-256")
    pooch.retrieve(
        url,
        known_hash=f"sha256:{published[0]}",
        fname=path.name,
        path=path.parent,
        downloader=pooch.HTTPDownloader(timeout=(_CONNECT_LIMIT, _READ_LIMIT)),
    )


def _platform() -> str:
    system, machine = _SYSTEMS.get(sys.platform), _MACHINES.get(platform.machine().lower())
    if system is None or machine is None:
        machine = f"{sys.platform} on {platform.machine()}"
        raise KubectlNotFoundError(
            f"there is no official kubectl for {machine}", "See https://kubernetes.io/docs/tasks/tools/"
        )
    return f"{system}/{machine}"


def version() -> tuple[int, int]:
    """Return kubectl's own version as (major, minor).

    Raises:
        KubectlNotFoundError: there is none, or what is called so does not run.
    """
    try:
        done = run("version", "--client", "-o", "json", timeout=_VERSION_LIMIT)
    except subprocess.TimeoutExpired as error:
        raise KubectlNotFoundError(
            f"{find()} does not tell its version within {_VERSION_LIMIT:.0f} s", offer()
        ) from error
    try:
        found = json.loads(done.stdout)["clientVersion"]
        return int(found["major"]), int(found["minor"].rstrip("+"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        said = (done.stderr or done.stdout).strip()[:200]
        raise KubectlNotFoundError(
            f"{find()} does not tell its version: {said or 'it says nothing'}", offer()
        ) from error


def complaint(client: tuple[int, int], server: tuple[int, int]) -> str:
    """Say what is wrong with a kubectl for a server; empty if nothing is.

    Kubernetes supports kubectl within one minor version of the API server
    (https://kubernetes.io/releases/version-skew-policy/#kubectl).
    """
    if client < MINIMUM:
        return f"{too_old(client)}. {offer()}"
    if client[0] != server[0] or abs(client[1] - server[1]) > 1:
        return (
            f"kubectl {_name(client)} is more than one minor version away from the cluster's {_name(server)}: "
            "most commands work, but Kubernetes does not promise it"
        )
    return ""


def too_old(client: tuple[int, int]) -> str:
    """Say what is wrong with a version before :data:`MINIMUM`."""
    return f"kubectl {_name(client)} is older than {_name(MINIMUM)}, which the lessons need for `kubectl exec`"


def _name(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


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
        env=dict(env if env is not None else os.environ),
        **given,
    )
