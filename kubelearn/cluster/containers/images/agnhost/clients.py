"""agnhost's commands that ask others, or tell what the pod has: connect, dns-suffix, etc-hosts, inclusterclient."""

from __future__ import annotations

import asyncio
import hashlib
import re

from kubelearn.cluster.containers.filesystem import permissions, resolve
from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import ConnectionRefused, ConnectionTimedOut, NameNotFound, NetworkError

from .flags import FlagError, Flags

CONNECT = {"timeout": "0s", "protocol": "tcp", "udp-data": ""}
INCLUSTERCLIENT = {"poll-interval": "30"}
_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 - where it is, not what it is


async def connect(process: Process, _version: str, flags: Flags) -> int:
    """Open a connection, and say why it cannot be opened."""
    if len(flags.arguments) != 1:
        raise FlagError(f"accepts 1 arg(s), received {len(flags.arguments)}")
    protocol = flags.text("protocol").upper()
    if protocol not in ("TCP", "UDP", "SCTP"):
        process.complain("OTHER: unsupported protocol")
        return 1
    host, _, port = flags.arguments[0].rpartition(":")
    if not re.fullmatch(r"\d+", port) or not host:
        process.complain(f"OTHER: address {flags.arguments[0]}: missing port in address")
        return 1
    limit = flags.seconds("timeout") or None
    try:
        async with asyncio.timeout(limit):
            if protocol == "TCP":
                (await process.network.connect(host, int(port), timeout=limit)).close()
            else:
                data = flags.text("udp-data").encode() or b"hostname"
                await process.network.exchange(host, int(port), data, timeout=limit, protocol=protocol)
    except NameNotFound:
        why = f"DNS: lookup {host}: no such host"
    except (ConnectionTimedOut, TimeoutError):
        why = "TIMEOUT"
    except ConnectionRefused:
        why = "REFUSED"
    except NetworkError as error:
        why = f"OTHER: dial {protocol.lower()} {flags.arguments[0]}: connect: {error.reason.lower()}"
    else:
        return 0
    process.complain(why)
    return 1


async def dns_suffix(process: Process, _version: str, _flags: Flags) -> int:
    """Print the search list."""
    process.print(",".join(process.network.resolv.search))
    return 0


async def dns_server_list(process: Process, _version: str, _flags: Flags) -> int:
    """Print the name servers."""
    process.print(",".join(process.network.resolv.nameservers))
    return 0


async def etc_hosts(process: Process, _version: str, _flags: Flags) -> int:
    """Print ``/etc/hosts``."""
    process.print(process.files.read("/etc/hosts").decode(errors="replace"))
    return 0


async def entrypoint_tester(process: Process, _version: str, _flags: Flags) -> int:
    """Print the command line."""
    process.print(f"[{' '.join(process.argv)}]")
    return 0


async def inclusterclient(process: Process, _version: str, flags: Flags) -> int:
    """Ask the API server how it is, again and again, with the pod's token."""
    while True:
        process.print("calling /healthz")
        try:
            token = process.files.read(_TOKEN).decode()
            connection = await process.network.connect("kubernetes.default.svc", 443)
            connection.start_tls("kubernetes.default.svc", None)
            headers = [(b"host", b"kubernetes.default.svc"), (b"authorization", f"Bearer {token}".encode())]
            answer = await connection.request("GET", "/healthz", headers)
            connection.close()
            digest = hashlib.sha256(f"Bearer {token}".encode()).hexdigest()
            process.print(f"authz_header={digest}")
            if answer.status != 200:
                process.print(f"status={answer.status}")
        except (OSError, NetworkError) as error:
            process.print(f"err: {error}")
        await asyncio.sleep(flags.number("poll-interval"))


#: The files that mounttest tells of, by flag.
MOUNTTEST = dict.fromkeys(
    ("fs_type", "file_content", "file_content_in_loop", "file_mode", "file_perm", "file_owner", "new_file_0644"), ""
)


async def mounttest(process: Process, _version: str, flags: Flags) -> int:
    """Tell of files and mounts what the flags ask for."""
    files, status = process.files, 0
    for flag in MOUNTTEST:
        name = flags.text(flag)
        path = resolve(process.cwd, name)
        if not name:
            continue
        if flag == "new_file_0644":
            files.write(path, b"mount-tester new file\n")
        if not files.exists(path):
            why = "no such file or directory"
            if flag.startswith("file_content"):
                process.print(f'error reading file content for "{name}": open {name}: {why}')
            else:
                process.print(f'error from Lstat("{name}"): lstat {name}: {why}')
            status = 1
            continue
        letters = f"-{permissions(files.mode(path))}"
        kind = "tmpfs" if path in files.mounts else "overlay"
        told = {
            "fs_type": f'mount type of "{name}": {kind}',
            "file_mode": f'mode of file "{name}": {letters}',
            "file_perm": f'perms of file "{name}": {letters}',
            "file_owner": f'owner UID of "{name}": 0\nowner GID of "{name}": 0',
        }
        process.print(told.get(flag) or f'content of file "{name}": {files.read(path).decode(errors="replace")}')
    return status
