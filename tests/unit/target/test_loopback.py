"""Proxies of a company's machine: nobody asks one for loopback, and everybody for what is elsewhere."""

from __future__ import annotations

import gc
import os
import socket
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from kubernetes import client, config, watch
from kubernetes.stream import portforward

import kubelearn
from kubelearn.target import loopback
from kubelearn.target.kubectl import run

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
NAMES = [name for upper in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") for name in (upper, upper.lower())]
LISTS = ("NO_PROXY", "no_proxy")
LOOPBACK = "127.0.0.1,localhost,::1"
#: For what a lesson does first, on a busy machine; a proxy that is asked in vain takes three tries, each with a pause.
PATIENCE = 10.0


class Proxy:
    """A proxy that refuses whatever it is asked.

    Attributes:
        port: where it listens.
        asked: what each request began with.
    """

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.asked: list[bytes] = []

    def serve(self) -> None:
        while True:
            connection, _ = self._server.accept()
            with connection:
                said = connection.recv(1000)
                if said == b"end":
                    self._server.close()
                    return
                self.asked.append(said.split(b" HTTP/")[0])
                connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def end(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(b"end")


@contextmanager
def serving() -> Iterator[Proxy]:
    made = Proxy()
    thread = threading.Thread(target=made.serve)
    thread.start()
    try:
        yield made
    finally:
        made.end()
        thread.join()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with serving() as made:
        yield made


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without proxies, and without a list of those who need none."""
    for name in (*NAMES, *LISTS):
        monkeypatch.setenv(name, "")  # so that it is as it was in the end, whatever the test does
        monkeypatch.delenv(name)
    return monkeypatch


@pytest.fixture
def tidy() -> Iterator[None]:
    """Collect the sockets that the client (37) leaves open after a forwarded port."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def first_steps() -> None:
    """Do what lessons do: clients, commands in pods, kubectl, watches, forwarded ports, a client of one's own."""
    with kubelearn.connect() as cluster:
        container = {"name": "web", "image": AGNHOST, "args": ["netexec", "--http-port=8080"]}
        cluster.core.create_namespaced_pod(
            "default", {"metadata": {"name": "web"}, "spec": {"containers": [container]}}
        )
        watching = watch.Watch()
        for event in watching.stream(cluster.core.list_namespaced_pod, "default", timeout_seconds=30):
            if any(each.type == "Ready" and each.status == "True" for each in event["object"].status.conditions or ()):
                watching.stop()
        assert cluster.exec("web", "hostname", timeout=30).stdout == "web"
        assert run("exec", "web", "--", "hostname").stdout == "web\n"
        forward: Any = portforward(cluster.core.connect_get_namespaced_pod_portforward, "web", "default", ports="8080")
        with closing(forward.socket(8080)) as tunnel:
            tunnel.settimeout(PATIENCE)
            tunnel.sendall(b"GET /hostname HTTP/1.0\r\n\r\n")
            answer = b""
            while part := tunnel.recv(1000):  # to the end: what nobody reads is a reset for the client's own thread
                answer += part
            assert answer.startswith(b"HTTP/1.")
        for thread in threading.enumerate():
            if thread.name.startswith("Kubernetes port forward proxy"):
                thread.join(PATIENCE)  # the client's own, which would not like the end of the cluster
        with config.new_client_from_config(str(cluster.kubeconfig)) as own:
            assert len(client.CoreV1Api(own).list_node().items) == 3


@pytest.mark.usefixtures("tidy")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_lessons_ask_no_proxy(
    name: str, scheme: str, kubectl: str, proxy: Proxy, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv(name, f"{scheme}://127.0.0.1:{proxy.port}")
    start = time.monotonic()
    first_steps()
    assert time.monotonic() - start < PATIENCE
    assert proxy.asked == []


@pytest.mark.usefixtures("tidy")
def test_lessons_run_where_no_proxy_answers(kubectl: str, environment: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        environment.setenv(name, "http://127.0.0.1:1")
    first_steps()


def test_a_context_on_this_machine_is_reached_without_the_proxy(
    kubeconfig: Path, proxy: Proxy, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("KUBECONFIG", str(kubeconfig))
    environment.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
    with kubelearn.connect(context="kubelearn") as cluster:
        assert len(cluster.core.list_node().items) == 3
    assert proxy.asked == []


def somewhere(folder: Path, **cluster: str) -> Path:
    """Write a kubeconfig with one context, ``home``."""
    path = folder / "config"
    path.write_text(
        yaml.safe_dump(
            {
                "contexts": [{"name": "home", "context": {"cluster": "c", "user": "u"}}],
                "clusters": [{"name": "c", "cluster": cluster}],
                "users": [{"name": "u", "user": {"token": "old"}}],
            }
        )
    )
    return path


@pytest.mark.parametrize("own", [None, "internal.example"])
def test_a_context_elsewhere_is_reached_by_the_proxy_even_while_the_notebooks_cluster_runs(
    own: str | None,
    tmp_path: Path,
    proxy: Proxy,
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("KUBECONFIG", str(somewhere(tmp_path, server="https://cluster.example:6443")))
    environment.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    if own is not None:
        environment.setenv("NO_PROXY", own)
    with kubelearn.connect(), pytest.raises(kubelearn.ConnectionFailedError):
        kubelearn.connect(context="home")
    assert set(proxy.asked) == {b"CONNECT cluster.example:6443"}


def test_a_proxy_that_the_kubeconfig_names_is_asked_even_for_loopback_which_may_be_that_of_its_other_end(
    tmp_path: Path,
    proxy: Proxy,
    environment: pytest.MonkeyPatch,
) -> None:
    address = {"server": "https://127.0.0.1:6443", "proxy-url": f"http://127.0.0.1:{proxy.port}"}
    environment.setenv("KUBECONFIG", str(somewhere(tmp_path, **address)))
    with kubelearn.connect(), pytest.raises(kubelearn.ConnectionFailedError):
        kubelearn.connect(context="home")
    assert set(proxy.asked) == {b"CONNECT 127.0.0.1:6443"}


def test_downloads_use_the_proxy_while_the_notebooks_cluster_runs(
    proxy: Proxy, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
    with kubelearn.connect():
        assert requests.get("http://downloads.example/kubectl", timeout=5).status_code == 502
    assert proxy.asked == [b"GET http://downloads.example/kubectl"]


@pytest.mark.skipif(sys.platform == "win32", reason="there the two are one variable")
@pytest.mark.parametrize(
    ("own", "meanwhile"),
    [
        ({}, {"NO_PROXY": LOOPBACK, "no_proxy": LOOPBACK}),
        ({"NO_PROXY": "a.example, .b.example"}, dict.fromkeys(LISTS, f"a.example,.b.example,{LOOPBACK}")),
        ({"no_proxy": "LOCALHOST,10.0.0.0/8"}, dict.fromkeys(LISTS, "LOCALHOST,10.0.0.0/8,127.0.0.1,::1")),
        (
            {"NO_PROXY": "a.example", "no_proxy": "b.example"},
            {"NO_PROXY": f"a.example,{LOOPBACK}", "no_proxy": f"b.example,{LOOPBACK}"},
        ),
        ({"NO_PROXY": "*"}, {"NO_PROXY": "*", "no_proxy": "*"}),
        ({"NO_PROXY": ""}, {"NO_PROXY": LOOPBACK, "no_proxy": LOOPBACK}),
    ],
)
def test_the_learners_list_is_kept_and_given_back(
    own: dict[str, str], meanwhile: dict[str, str], environment: pytest.MonkeyPatch
) -> None:
    for name, value in own.items():
        environment.setenv(name, value)
    with kubelearn.connect():
        assert lists() == meanwhile
        with kubelearn.connect(seed=2):
            assert lists() == meanwhile
        assert lists() == meanwhile
    assert lists() == own


def lists() -> dict[str, str]:
    return {name: os.environ[name] for name in LISTS if name in os.environ}


def test_a_list_that_the_learner_makes_in_a_cell_stays(environment: pytest.MonkeyPatch) -> None:
    with kubelearn.connect():
        os.environ["NO_PROXY"] = "mine.example"
    assert os.environ["NO_PROXY"] == "mine.example"
    assert os.name == "nt" or "no_proxy" not in os.environ


def test_proxies_of_the_systems_settings_are_not_hidden_by_a_list_alone(environment: pytest.MonkeyPatch) -> None:
    environment.setattr(sys, "platform", "darwin")
    loopback.enter()
    assert lists() == {}
    loopback.leave()
    environment.setenv("HTTP_PROXY", "http://proxy.example:3128")  # which hides them already
    loopback.enter()
    assert set(lists().values()) == {LOOPBACK}
    loopback.leave()
    assert lists() == {}


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("localhost", True),
        ("LocalHost", True),
        ("127.0.0.1.example", False),
        ("localhost.example", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_what_loopback_is(host: str, expected: bool) -> None:
    assert loopback.is_loopback(host) is expected


@pytest.mark.parametrize(
    ("server", "added"),
    [
        ("https://127.0.0.1:6443", ""),
        ("https://[::1]:6443", ""),
        ("https://127.0.0.2:6443", ",127.0.0.2"),
        ("https://localhost", ""),
        ("https://10.0.0.1", None),
    ],
)
def test_the_clients_way(server: str, added: str | None, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    environment.setenv("NO_PROXY", "a.example")
    settings = client.Configuration()
    settings.host = server
    loopback.choose_way(settings)
    assert settings.no_proxy == ("a.example" if added is None else f"a.example,{LOOPBACK}{added}")


def test_a_proxy_in_the_systems_settings_is_not_asked_for_the_notebooks_cluster(
    proxy: Proxy, environment: pytest.MonkeyPatch
) -> None:
    from kubernetes.client import configuration

    environment.setattr(sys, "platform", "darwin")
    environment.setattr(configuration, "getproxies", lambda: {"https": f"http://127.0.0.1:{proxy.port}"})
    with kubelearn.connect() as cluster:
        assert len(cluster.core.list_node().items) == 3
    assert proxy.asked == []


def test_the_tests_proxy_is_asked_by_those_who_are_not_told_otherwise(
    kubeconfig: Path, proxy: Proxy, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
    with config.new_client_from_config(str(kubeconfig)) as api, pytest.raises(Exception, match="502 Bad Gateway"):
        api.call_api("GET", f"{api.configuration.host}/version")
    assert {line.rpartition(b":")[0] for line in proxy.asked} == {b"CONNECT 127.0.0.1"}
