"""Programs as files, and scripts."""

from __future__ import annotations

import pytest

from kubelearn.cluster.containers.executables import BINARY, files_of
from kubelearn.cluster.containers.filesystem import FileSystem
from kubelearn.cluster.containers.images import ImageRegistry
from kubelearn.cluster.containers.process import Process, execute
from kubelearn.cluster.streams import Buffer


async def sh(script: str, reference: str = "busybox") -> tuple[int, str, str]:
    """Run a script in a container of an image."""
    image = ImageRegistry().pull(reference)
    files = FileSystem(dict(image.files), image.executables)
    files.mkdir("/tmp", parents=True)
    env = {"PATH": "/usr/local/bin:/bin:/usr/bin"}
    process = Process(["sh", "-c", script], env, files, None, "pod", image.programs)  # type: ignore[arg-type]
    process.stdout, process.stderr = output, error = Buffer(), Buffer()
    code = await execute(image.programs["sh"], process)
    return code, output.data.decode(), error.data.decode()


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("ls /bin | grep -x -e nc -e wget", "nc\nwget\n"),
        ("test -x /bin/nc && echo yes", "yes\n"),
        ("which nc /bin/sh", "/bin/nc\n/bin/sh\n"),
        ("ls -l /bin/sh | cut -c1-10", "-rwxr-xr-x\n"),
        (r"printf '#!/bin/sh\necho $0 $1\n' > /tmp/s; chmod +x /tmp/s; /tmp/s a", "/tmp/s a\n"),
        (r"printf '#!/bin/sh -e\nfalse\necho no\n' > /tmp/s; chmod 755 /tmp/s; /tmp/s; echo $?", "1\n"),
        (r"printf '#!/usr/bin/env sh\necho env\n' > /tmp/s; chmod a+x /tmp/s; cp /tmp/s /tmp/t; /tmp/t", "env\n"),
        (r"echo echo plain > /tmp/s; chmod u=rwx /tmp/s; cd /tmp; ./s", "plain\n"),
        (r"mkdir -p /usr/local/bin; echo echo found > /usr/local/bin/own; chmod +x /usr/local/bin/own; own", "found\n"),
        ("rm /bin/nc; ls /bin | grep -c -x nc; ls -l /bin/wget | wc -l", "0\n1\n"),
    ],
)
async def test_what_can_be_run(script: str, output: str) -> None:
    assert await sh(script) == (0, output, "")


@pytest.mark.parametrize(
    ("script", "code", "error"),
    [
        ("echo > /tmp/s; /tmp/s", 126, "sh: /tmp/s: Permission denied\n"),
        ("/tmp", 126, "sh: /tmp: Permission denied\n"),
        ("/tmp/nosuch", 127, "sh: /tmp/nosuch: not found\n"),
        ("cp /bin/nc /tmp/nc; chmod -x /tmp/nc; /tmp/nc", 126, "sh: /tmp/nc: Permission denied\n"),
        (r"printf '#!/bin/bash\n' > /tmp/s; chmod +x /tmp/s; /tmp/s", 127, "sh: /tmp/s: not found\n"),
        ("timeout 1 /tmp", 126, "timeout: can't execute '/tmp': Permission denied\n"),
        ("chmod q /bin/nc", 1, "chmod: invalid mode 'q'\n"),
    ],
)
async def test_what_cannot(script: str, code: int, error: str) -> None:
    assert await sh(script) == (code, "", error)


@pytest.mark.parametrize(
    ("reference", "name", "path"),
    [
        ("nginx", "nginx", "/usr/sbin/nginx"),
        ("nginx", "curl", "/usr/bin/curl"),
        ("alpine", "ls", "/bin/ls"),
        ("redis", "redis-cli", "/usr/local/bin/redis-cli"),
    ],
)
async def test_where_programs_are(reference: str, name: str, path: str) -> None:
    assert await sh(f"which {name}", reference) == (0, f"{path}\n", "")


def test_the_program_that_always_runs_is_where_the_image_says() -> None:
    assert files_of(["agnhost", "sh"], ("/agnhost",), plain=True) == {"/agnhost": BINARY, "/bin/sh": BINARY}
