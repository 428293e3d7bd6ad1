"""Exec, logs, port-forward and ``kubectl proxy``."""

from __future__ import annotations

import gc
import http.client
import re
import subprocess
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubernetes import client
from kubernetes.stream import portforward, stream

from .conftest import is_ready, until

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
NAMESPACE = "client-streams"


@pytest.fixture(scope="module")
def pod(core: client.CoreV1Api) -> Iterator[str]:
    """A web server on port 8080 and a Service in front of it."""
    core.create_namespace({"metadata": {"name": NAMESPACE}})
    container = {"name": "c", "image": AGNHOST, "args": ["netexec", "--http-port=8080"]}
    core.create_namespaced_pod(
        NAMESPACE, {"metadata": {"name": "web", "labels": {"app": "web"}}, "spec": {"containers": [container]}}
    )
    core.create_namespaced_service(
        NAMESPACE,
        {
            "metadata": {"name": "web"},
            "spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]},
        },
    )
    until(core.list_namespaced_pod, is_ready, namespace=NAMESPACE)
    yield "web"
    core.delete_namespace(NAMESPACE)


@pytest.fixture(autouse=True)
def _leaks() -> Iterator[None]:
    """Collect the sockets that the client (37) leaves open when the server says goodbye first, or refuses."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_exec_returns_what_was_printed(core: client.CoreV1Api, pod: str) -> None:
    output = stream(
        core.connect_get_namespaced_pod_exec,
        pod,
        NAMESPACE,
        command=["sh", "-c", "echo This message goes to stdout"],
        stderr=True,
        stdin=False,
        stdout=True,
        tty=False,
    )
    assert output == "This message goes to stdout\n"


@pytest.mark.parametrize("code", [0, 1, 42])
def test_exec_tells_the_exit_code(core: client.CoreV1Api, pod: str, code: int) -> None:
    answer = stream(
        core.connect_get_namespaced_pod_exec,
        pod,
        NAMESPACE,
        command=["sh", "-c", f"echo out; echo err >&2; exit {code}"],
        stderr=True,
        stdin=False,
        stdout=True,
        tty=False,
        _preload_content=False,
    )
    answer.run_forever(timeout=30)
    assert (answer.read_stdout(), answer.read_stderr(), answer.returncode) == ("out\n", "err\n", code)
    answer.close()


def test_a_shell_to_talk_to(core: client.CoreV1Api, pod: str) -> None:
    shell = stream(
        core.connect_get_namespaced_pod_exec,
        pod,
        NAMESPACE,
        command=["/bin/sh"],
        stderr=True,
        stdin=True,
        stdout=True,
        tty=False,
        _preload_content=False,
    )
    for command in ("echo hello", "hostname"):
        shell.write_stdin(command + "\n")
        assert shell.readline_stdout(timeout=30) == {"echo hello": "hello", "hostname": "web"}[command]
    shell.write_stdin("exit 3\n")
    shell.run_forever(timeout=30)
    assert shell.returncode == 3
    shell.close()


def test_exec_in_a_pod_that_is_not_there(core: client.CoreV1Api, pod: str) -> None:
    with pytest.raises(client.ApiException) as missing:
        stream(core.connect_get_namespaced_pod_exec, "nowhere", NAMESPACE, command=["true"], stdout=True)
    assert "404 Not Found" in missing.value.reason  # the client keeps the status of a refused handshake to itself


def test_log(core: client.CoreV1Api, pod: str) -> None:
    assert "Started HTTP server on port 8080" in core.read_namespaced_pod_log(pod, NAMESPACE)


def test_proxy_through_the_api_server(core: client.CoreV1Api, pod: str) -> None:
    assert core.connect_get_namespaced_service_proxy_with_path("web:http", NAMESPACE, "hostname") == "web"
    assert core.connect_get_namespaced_pod_proxy_with_path("web:8080", NAMESPACE, "hostname") == "web"


def test_port_forward(core: client.CoreV1Api, pod: str) -> None:
    forward = portforward(core.connect_get_namespaced_pod_portforward, pod, NAMESPACE, ports="8080")
    connection = http.client.HTTPConnection("web", 8080)
    connection.sock = forward.socket(8080)
    connection.request("GET", "/hostname", headers={"Connection": "close"})
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"web")
    connection.close()
    forward.close()
    assert forward.error(8080) is None


def test_port_forward_to_a_port_nobody_listens_on(core: client.CoreV1Api, pod: str) -> None:
    forward = portforward(core.connect_get_namespaced_pod_portforward, pod, NAMESPACE, ports="9999")
    socket = forward.socket(9999)
    socket.settimeout(10)
    assert socket.recv(100) == b""
    socket.close()
    assert "9999" in forward.error(9999)


def test_kubectl_proxy(kubectl: str, kubeconfig: Path, pod: str) -> None:
    with subprocess.Popen(
        [kubectl, "--kubeconfig", str(kubeconfig), "proxy", "--port=0"], stdout=subprocess.PIPE, text=True
    ) as proxy:
        assert proxy.stdout is not None
        port = int(re.findall(r"127\.0\.0\.1:(\d+)", proxy.stdout.readline())[0])
        for path, answer in (
            (f"/api/v1/namespaces/{NAMESPACE}/services/web/proxy/hostname", "web"),
            ("/healthz", "ok"),
        ):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
                assert response.read().decode() == answer
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/api/v1/namespaces/{NAMESPACE}/pods?watch=true&timeoutSeconds=1", timeout=10
        ) as response:
            assert b'"ADDED"' in response.readline()
        proxy.terminate()
