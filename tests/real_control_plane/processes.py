"""The programs of the real control plane, on free ports of this machine."""

from __future__ import annotations

import secrets
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kubelearn.target.workdir import write_private

PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
_READY_LIMIT, _END_LIMIT = 60.0, 10.0
#: Sends what clients say on a WebSocket on to the kubelet as it is; the embedded kubelets speak no SPDY over TCP.
_GATES = "TranslateStreamCloseWebsocketRequests=false,PortForwardWebsockets=false"


@dataclass(frozen=True)
class ControlPlane:
    """A running control plane.

    Attributes:
        url: address of the API server.
        authority: its certificate, which signs itself, PEM.
        administrator, learner: bearer tokens; the learner has no rights but those that everybody has.
    """

    url: str
    authority: str
    administrator: str
    learner: str

    def kubeconfig(self, token: str, name: str = "real") -> str:
        """Return a kubeconfig with one context, as YAML."""
        return yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": name,
                "clusters": [{"name": name, "cluster": {"server": self.url, "certificate-authority": self.authority}}],
                "users": [{"name": name, "user": {"token": token}}],
                "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            },
            sort_keys=False,
        )


def missing() -> list[str]:
    """Return the programs that are not on the PATH."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


@contextmanager
def running(folder: Path) -> Iterator[ControlPlane]:
    """Run a control plane whose state is in an empty folder."""
    client, peer, secure = _free_ports(3)
    plane = ControlPlane(
        f"https://127.0.0.1:{secure}", str(folder / "apiserver.crt"), secrets.token_hex(16), secrets.token_hex(16)
    )
    write_private(
        folder / "tokens.csv", f'{plane.administrator},admin,admin,"system:masters"\n{plane.learner},learner,learner\n'
    )
    write_private(folder / "accounts.key", _key())
    with ExitStack() as stack:

        def start(*command: str) -> subprocess.Popen[bytes]:
            log = stack.enter_context((folder / f"{command[0]}.log").open("wb"))
            process = stack.enter_context(subprocess.Popen(command, stdout=log, stderr=log))
            stack.callback(_end, process)
            return process

        start("etcd", *_etcd(folder, client, peer))
        server = start("kube-apiserver", *_apiserver(folder, client, secure))
        _until_ready(plane, server, folder)
        write_private(folder / "admin", plane.kubeconfig(plane.administrator))
        common = (f"--kubeconfig={folder / 'admin'}", "--leader-elect=false", "--secure-port=0")
        start(
            "kube-controller-manager",
            *common,
            f"--service-account-private-key-file={folder / 'accounts.key'}",
            f"--root-ca-file={plane.authority}",
        )
        start("kube-scheduler", *common)
        yield plane


def _etcd(folder: Path, client: int, peer: int) -> tuple[str, ...]:
    return (
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls=http://127.0.0.1:{client}",
        f"--advertise-client-urls=http://127.0.0.1:{client}",
        f"--listen-peer-urls=http://127.0.0.1:{peer}",
        f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
        f"--initial-cluster=default=http://127.0.0.1:{peer}",
        "--unsafe-no-fsync",
        "--log-level=error",
    )


def _apiserver(folder: Path, client: int, secure: int) -> tuple[str, ...]:
    return (
        f"--etcd-servers=http://127.0.0.1:{client}",
        "--bind-address=127.0.0.1",
        f"--secure-port={secure}",
        "--advertise-address=172.18.0.2",
        f"--cert-dir={folder}",
        f"--token-auth-file={folder / 'tokens.csv'}",
        "--authorization-mode=Node,RBAC",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--allow-privileged=true",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--service-account-key-file={folder / 'accounts.key'}",
        f"--service-account-signing-key-file={folder / 'accounts.key'}",
        "--kubelet-preferred-address-types=ExternalDNS",
        f"--feature-gates={_GATES}",
    )


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_END_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()


def _until_ready(plane: ControlPlane, server: subprocess.Popen[bytes], folder: Path) -> None:
    """Ask until the API server is ready.

    Raises:
        RuntimeError: it ended, or is not ready in time.
    """
    until = time.monotonic() + _READY_LIMIT
    while time.monotonic() < until and server.poll() is None:
        try:
            context = ssl.create_default_context(cafile=plane.authority)
            with urlopen(
                Request(f"{plane.url}/readyz", headers={"Authorization": f"Bearer {plane.administrator}"}),
                context=context,
                timeout=5,
            ) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)  # it is starting: nothing else tells when it is done
    raise RuntimeError(f"kube-apiserver is not ready: {_tail(folder / 'kube-apiserver.log')}")


def _tail(path: Path, lines: int = 5) -> str:
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def tails(folder: Path, programs: Sequence[str] = PROGRAMS) -> str:
    """Return the end of every program's log."""
    return "\n".join(f"{program}: {_tail(folder / f'{program}.log')}" for program in programs)
