"""connect() that fails after something was made, and reset() of a namespace that does not end."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
import yaml
from kubernetes import client, config

import kubelearn
from kubelearn.target import workspace


@pytest.fixture(autouse=True)
def somebodys_cluster(kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))


@pytest.fixture
def core(kubeconfig: Path) -> Iterator[client.CoreV1Api]:
    with config.new_client_from_config(config_file=str(kubeconfig)) as api:
        yield client.CoreV1Api(api)


@pytest.fixture(autouse=True)
def nothing_left(core: client.CoreV1Api, kubeconfig: Path, somebodys_cluster: None) -> Iterator[None]:
    """Whatever happens in a test: no namespace, no folder, and the learner's own KUBECONFIG."""
    yield
    assert os.environ["KUBECONFIG"] == str(kubeconfig)
    assert not list(Path(tempfile.gettempdir()).glob(f"kubelearn-{os.getpid()}-*"))
    assert active(core) == set()


def active(core: client.CoreV1Api) -> set[str]:
    """Return the namespaces of kubelearn's that nobody is removing."""
    found: list[Any] = core.list_namespace(label_selector="app.kubernetes.io/managed-by=kubelearn").items
    return {item.metadata.name for item in found if item.metadata.deletion_timestamp is None}


def replace(method: str, by: Callable[..., Any], patch: pytest.MonkeyPatch) -> None:
    """Put something around a method of the official client; ``by`` gets the method first."""
    original = getattr(client.CoreV1Api, method)

    @functools.wraps(original)
    def around(self: Any, *arguments: Any, **options: Any) -> Any:
        return by(functools.partial(original, self), *arguments, **options)

    patch.setattr(client.CoreV1Api, method, around)


@pytest.mark.parametrize("keep", [False, True])
def test_a_service_account_that_never_comes(keep: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(
        "list_namespaced_service_account",
        lambda original, name, **options: original(name, **{**options, "field_selector": "metadata.name=never"}),
        monkeypatch,
    )
    monkeypatch.setattr(workspace, "_ACCOUNT_LIMIT", 1)
    with pytest.raises(
        kubelearn.ConnectionFailedError,
        match=(
            r"the service account of the namespace 'kubelearn-.....' was not made within 1 s: the cluster's controllers"
            r" do not work"
        ),
    ):
        kubelearn.connect(context="kubelearn", keep=keep)


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("error", [KeyboardInterrupt, urllib3.exceptions.ProtocolError])
def test_an_answer_that_never_comes_to_a_namespace_that_was_made(
    error: type[Exception], keep: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(original: Any, *arguments: Any, **options: Any) -> None:
        original(*arguments, **options)
        raise error("Connection broken")

    replace("create_namespace", make, monkeypatch)
    with pytest.raises(KeyboardInterrupt if error is KeyboardInterrupt else kubelearn.ConnectionFailedError):
        kubelearn.connect(context="kubelearn", keep=keep)


def test_somebodys_namespace_of_the_same_name_is_not_taken_back(
    core: client.CoreV1Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_late(original: Any, body: Any, **options: Any) -> None:
        original({"metadata": {"name": body["metadata"]["name"]}})  # somebody else is a moment quicker
        raise urllib3.exceptions.ProtocolError("Connection broken")

    replace("create_namespace", be_late, monkeypatch)
    with pytest.raises(kubelearn.ConnectionFailedError, match="cannot be reached"):
        kubelearn.connect(context="kubelearn", namespace="quick")
    found: Any = core.read_namespace("quick")
    assert found.metadata.deletion_timestamp is None
    core.delete_namespace("quick")


@pytest.mark.parametrize("step", ["_version", "_missing"])
def test_ctrl_c_while_the_cluster_is_asked(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"kubelearn.target.preflight.{step}", interrupt)
    with pytest.raises(KeyboardInterrupt):
        kubelearn.connect(context="kubelearn")


def test_ctrl_c_while_a_namespace_settles(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workspace, "settle", interrupt)
    with pytest.raises(KeyboardInterrupt):
        kubelearn.connect(context="kubelearn")


def test_a_server_that_hangs_while_it_makes_the_namespace(
    core: client.CoreV1Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(original: Any, *arguments: Any, **options: Any) -> None:
        original(*arguments, **options)
        raise urllib3.exceptions.ReadTimeoutError(None, None, "Read timed out.")  # type: ignore[arg-type]

    replace("create_namespace", hang, monkeypatch)
    with pytest.raises(kubelearn.ConnectionFailedError, match="no answer within "):
        kubelearn.connect(context="kubelearn")


@pytest.mark.parametrize("target", ["embedded", "context=kubelearn"])
def test_an_invalid_name_is_refused_in_the_servers_words(target: str) -> None:
    words = (
        "the namespace 'Bad_Name' was not made: Namespace \"Bad_Name\" is invalid: metadata.name: Invalid value:"
        ' "Bad_Name": a lowercase RFC 1123 label must consist of'
    )
    with pytest.raises(kubelearn.ConnectionFailedError, match=words):
        kubelearn.connect(target, namespace="Bad_Name")


def test_a_refusal_of_an_admission_controller_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(original: Any, *_: Any, **options: Any) -> None:
        raise client.ApiException(status=403, reason="Forbidden")

    replace("create_namespace", deny, monkeypatch)
    with pytest.raises(kubelearn.ConnectionFailedError, match="the namespace 'mine' was not made: 403 Forbidden"):
        kubelearn.connect(context="kubelearn", namespace="mine")


@pytest.fixture
def stuck(core: client.CoreV1Api) -> Iterator[Callable[[str], None]]:
    """A function that puts something with a finalizer into a namespace; nobody takes it off before the test is over."""
    where: list[str] = []

    def put(namespace: str) -> None:
        core.create_namespaced_config_map(
            namespace, {"metadata": {"name": "stays", "finalizers": ["example.com/never"]}}
        )
        where.append(namespace)

    yield put
    for namespace in where:
        core.patch_namespaced_config_map("stays", namespace, {"metadata": {"finalizers": None}})


def test_reset_says_why_a_namespace_does_not_end(stuck: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "_GONE_LIMIT", 5)  # the namespace says why within a second or two
    with kubelearn.connect(context="kubelearn") as cluster:
        stuck(cluster.namespace)
        with pytest.raises(
            TimeoutError,
            match=(
                r"did not end within 5 s: .*finalizers remaining: example.com/never in 1 resource instances.* connect"
                r" again"
            ),
        ):
            cluster.reset()
        with pytest.raises(kubelearn.ConnectionFailedError, match="is being removed: name another"):
            kubelearn.connect(context="kubelearn", namespace=cluster.namespace)


def test_a_context_that_looks_like_production_works_if_it_is_meant(
    kubeconfig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = yaml.safe_load(kubeconfig.read_text())
    document["contexts"][0]["name"] = "prod"
    (tmp_path / "config").write_text(yaml.safe_dump(document))
    with monkeypatch.context() as patch:
        patch.setenv("KUBECONFIG", str(tmp_path / "config"))
        with pytest.raises(kubelearn.ConnectionFailedError, match="confirm=True"):
            kubelearn.connect(context="prod")
        with kubelearn.connect(context="prod", confirm=True) as cluster:
            assert cluster.core.list_namespaced_pod(cluster.namespace).items == []


@pytest.mark.skipif(os.name != "posix", reason="a plugin with a #! line")
def test_a_credential_plugin_beside_the_kubeconfig_logs_in_and_is_asked_again_when_its_token_ends(
    kubeconfig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kubectl: str
) -> None:
    document = yaml.safe_load(kubeconfig.read_text())
    token = document["users"][0]["user"].pop("token")
    answer = (
        f'{{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {{"token": "{token}",'
        ' "expirationTimestamp": "2020-01-01T00:00:00Z"}}'
    )
    plugin = tmp_path / "login"
    plugin.write_text(
        f"#!{sys.executable}\nimport os\nopen(os.environ['ASKED'], 'a').write('.')\nprint('''{answer}''')\n"
    )
    plugin.chmod(0o755)
    entry = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "./login",
        "interactiveMode": "Never",
        "env": [{"name": "ASKED", "value": str(tmp_path / "asked")}],
    }
    document["users"][0]["user"]["exec"] = entry
    (tmp_path / "config").write_text(yaml.safe_dump(document))
    with monkeypatch.context() as patch:
        patch.setenv("KUBECONFIG", str(tmp_path / "config"))
        with kubelearn.connect(context="kubelearn") as cluster:
            before = len((tmp_path / "asked").read_text())
            assert cluster.core.list_namespaced_pod(cluster.namespace).items == []
            assert len((tmp_path / "asked").read_text()) > before
            done = subprocess.run([kubectl, "auth", "whoami"], capture_output=True, text=True, check=False)
            assert "kubernetes-admin" in done.stdout, done.stderr
