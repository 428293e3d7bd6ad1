"""exec, attach, run, cp, logs, port-forward and proxy, by the real kubectl."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from kubernetes.stream import portforward

import kubelearn

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
BUSYBOX = "busybox:1.36"


@pytest.fixture(scope="module")
def cluster() -> Iterator[kubelearn.Cluster]:
    with kubelearn.connect() as cluster:
        yield cluster


@pytest.fixture(scope="module", autouse=True)
def pods(cluster: kubelearn.Cluster, kubectl: str) -> None:
    run(kubectl, "run", "server", f"--image={AGNHOST}", "--port=8080", "--", "netexec", "--http-port=8080")
    run(kubectl, "run", "box", f"--image={BUSYBOX}", "--", "sleep", "1000")
    run(kubectl, "expose", "pod", "server", "--port=80", "--target-port=8080")
    run(kubectl, "wait", "--for=condition=Ready", "pod", "--all", "--timeout=30s")


def run(*argv: str, stdin: str = "", code: int = 0) -> str:
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, f"{done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@contextmanager
def running(*argv: str) -> Iterator[subprocess.Popen[str]]:
    """Run kubectl until the block ends."""
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def forwarded(kubectl: str, target: str, port: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Forward a free port and yield its URL."""
    with running(kubectl, "port-forward", target, f":{port}", "--address=127.0.0.1") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.match(r"Forwarding from (127\.0\.0\.1:\d+) -> ", line)
        assert found, line
        yield f"http://{found[1]}", process


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


# port-forward


@pytest.mark.parametrize(("target", "port"), [("pod/server", "8080"), ("service/server", "80")])
def test_port_forward(kubectl: str, target: str, port: str) -> None:
    with forwarded(kubectl, target, port) as (url, _):
        assert [get(f"{url}/hostname") for _ in range(5)] == ["server"] * 5


def test_port_forward_to_a_port_where_nobody_listens(kubectl: str) -> None:
    with forwarded(kubectl, "pod/server", "9") as (url, process):
        with pytest.raises((urllib.error.URLError, ConnectionError)):
            get(url)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Handling connection for ")
        said = process.stdout.readline()
        assert "n error occurred forwarding" in said  # with a capital from kubectl 1.36 on
        assert "dial tcp4 127.0.0.1:9: connect: connection refused" in said


def test_port_forward_of_a_megabyte_both_ways(kubectl: str) -> None:
    with forwarded(kubectl, "pod/server", "8080") as (url, _):
        echoed = "x" * 1_000_000
        request = urllib.request.Request(f"{url}/echo?msg=small", data=echoed.encode(), method="POST")
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.read() == b"small"


def test_port_forward_by_the_python_client(cluster: kubelearn.Cluster) -> None:
    forward = portforward(cluster.core.connect_get_namespaced_pod_portforward, "server", "default", ports="8080")
    with closing(forward.socket(8080)) as socket:
        socket.setblocking(True)
        socket.sendall(b"GET /hostname HTTP/1.1\r\nHost: server\r\nConnection: close\r\n\r\n")
        answer = b""
        while chunk := socket.recv(4096):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\nserver")
    assert forward.error(8080) is None
    for thread in threading.enumerate():
        if thread.name.startswith("Kubernetes port forward proxy"):
            thread.join(10)
    forward.websocket.shutdown()  # which the client does not do itself


# exec, attach and run


def test_exec_passes_input_and_exit_code(kubectl: str) -> None:
    assert (
        run(kubectl, "exec", "-i", "box", "--", "sh", "-c", "read x; echo got $x; exit 5", stdin="one\n", code=5)
        == "got one\ncommand terminated with exit code 5\n"
    )


def test_run_reads_standard_input_and_is_removed(kubectl: str) -> None:
    assert "hello\n" in run(
        kubectl, "run", "cat", "-i", "--rm", "--restart=Never", f"--image={BUSYBOX}", "--", "cat", stdin="hello\n"
    )
    assert "not found" in run(kubectl, "get", "pod", "cat", code=1)


def test_run_returns_the_exit_code(kubectl: str) -> None:
    said = run(
        kubectl,
        "run",
        "five",
        "-i",
        "--rm",
        "--restart=Never",
        f"--image={BUSYBOX}",
        "--",
        "sh",
        "-c",
        "read x; exit 5",
        stdin="x\n",
        code=5,
    )
    assert "pod default/five terminated (Error)" in said


def test_run_shows_once_what_was_written_before_it_attached(kubectl: str) -> None:
    script = "echo before; read x; echo after $x"
    said = run(
        kubectl,
        *("run", "twice", "-i", "--rm", "--restart=Never", "--quiet", f"--image={BUSYBOX}", "--", "sh", "-c", script),
        stdin="input\n",
    )
    assert said == "before\nafter input\n"


def test_run_of_what_ends_at_once_shows_its_log_alone(kubectl: str) -> None:
    said = run(kubectl, "run", "short", "-i", "--rm", "--restart=Never", f"--image={BUSYBOX}", "--", "echo", "hello")
    assert said == 'hello\npod "short" deleted from default namespace\n'


def test_attach_shows_what_the_container_writes(kubectl: str) -> None:
    run(
        kubectl,
        "run",
        "ticks",
        f"--image={BUSYBOX}",
        "--restart=Never",
        "--",
        "sh",
        "-c",
        "while [ ! -e /tmp/enough ]; do echo tick; sleep 0.1; done; echo last",
    )
    run(kubectl, "wait", "--for=condition=Ready", "pod/ticks", "--timeout=20s")
    with running(kubectl, "attach", "ticks") as process:
        assert process.stdout is not None
        while process.stdout.readline() != "tick\n":
            assert process.poll() is None
        run(kubectl, "exec", "ticks", "--", "touch", "/tmp/enough")
        assert process.stdout.read().endswith("last\n")


def test_a_terminal(kubectl: str) -> None:
    """``run --rm -it`` as a learner uses it: a prompt, commands that are echoed, and exit."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [kubectl, "run", "shell", "-it", "--rm", "--restart=Never", f"--image={BUSYBOX}", "--", "sh"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        try:
            screen = ""
            for waits_for, types in (
                ("# ", "echo $((6*7))\n"),
                ("42", "hostname\n"),
                ("\nshell", "exit\n"),
                ('pod "shell" deleted', ""),
            ):
                screen += _read_until(ours, waits_for)
                os.write(ours, types.encode())
            assert process.wait(20) == 0, screen
        finally:
            process.kill()
            os.close(ours)
            os.close(theirs)


def test_interrupt_ends_a_command_and_not_the_shell(kubectl: str) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [kubectl, "exec", "-it", "box", "--", "sh"], stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        try:
            for waits_for, types in (
                ("/ # ", "sleep 1000\r"),
                ("sleep 1000\n", "\x03"),
                ("/ # ", "echo code $?\r"),
                ("code 130", "cd /tmp\r"),
                ("/tmp # ", "\x04"),
            ):
                _read_until(ours, waits_for)
                os.write(ours, types.encode())
            assert process.wait(20) == 0
        finally:
            process.kill()
            os.close(ours)
            os.close(theirs)


def _read_until(terminal: int, text: str) -> str:
    seen, end = "", time.monotonic() + 20
    while text not in seen:
        assert time.monotonic() < end, seen
        if select.select([terminal], [], [], 0.5)[0]:
            seen += os.read(terminal, 4096).decode(errors="replace").replace("\r", "")
    return seen


# cp, logs and proxy


def test_cp_both_ways(kubectl: str, tmp_path: Path) -> None:
    (tmp_path / "folder" / "deep").mkdir(parents=True)
    (tmp_path / "folder" / "a.txt").write_text("a\n")
    (tmp_path / "folder" / "deep" / "b.bin").write_bytes(bytes(range(256)) * 100)
    run(kubectl, "cp", str(tmp_path / "folder"), "box:/tmp/there")
    assert run(kubectl, "exec", "box", "--", "cat", "/tmp/there/a.txt") == "a\n"
    run(kubectl, "cp", "box:/tmp/there", str(tmp_path / "back"))
    assert (tmp_path / "back" / "deep" / "b.bin").read_bytes() == bytes(range(256)) * 100


def test_logs_follow_until_the_end(kubectl: str) -> None:
    run(
        kubectl,
        "run",
        "counts",
        f"--image={BUSYBOX}",
        "--restart=Never",
        "--",
        "sh",
        "-c",
        "for i in 1 2 3; do echo $i; sleep 0.1; done",
    )
    run(kubectl, "wait", "--for=jsonpath={.status.containerStatuses[0].state}", "pod/counts", "--timeout=20s")
    run(kubectl, "wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/counts", "--timeout=20s")
    assert run(kubectl, "logs", "-f", "counts") == "1\n2\n3\n"
    assert run(kubectl, "logs", "--tail=1", "counts") == "3\n"
    assert run(kubectl, "logs", "--limit-bytes=3", "counts") == "1\n2"


def test_proxy(kubectl: str) -> None:
    with running(kubectl, "proxy", "--port=0") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Starting to serve on 127.0.0.1:")
        url = f"http://{line.split()[-1]}/api/v1/namespaces/default"
        assert get(f"{url}/services/server:80/proxy/hostname") == "server"
        assert get(f"{url}/pods/server:8080/proxy/hostname") == "server"
        assert '"kind":"Pod"' in get(f"{url}/pods/server")
