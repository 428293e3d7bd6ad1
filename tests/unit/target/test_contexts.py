"""Reading one context out of kubeconfig files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

import kubelearn
from kubelearn.target import contexts


def write(path: Path, *names: str, **user: str) -> Path:
    """A kubeconfig with contexts, each with a cluster and a user of its name."""
    document: dict[str, Any] = {
        "contexts": [
            {"name": name, "context": {"cluster": f"{name}-cluster", "user": f"{name}-user"}} for name in names
        ],
        "clusters": [
            {
                "name": f"{name}-cluster",
                "cluster": {"server": f"https://{name}.example:6443", "certificate-authority": "ca.crt"},
            }
            for name in names
        ],
        "users": [{"name": f"{name}-user", "user": {"client-key": "keys/me.key", **user}} for name in names],
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(document))
    return path


def test_only_the_context_is_taken_and_its_files_are_found_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "config", "school", "home", token="secret")
    monkeypatch.setenv("KUBECONFIG", str(path))
    taken = yaml.safe_load(contexts.find("home").kubeconfig("lessons"))
    assert taken["current-context"] == "home"
    assert [entry["name"] for section in ("contexts", "clusters", "users") for entry in taken[section]] == [
        "home",
        "home-cluster",
        "home-user",
    ]
    assert taken["contexts"][0]["context"]["namespace"] == "lessons"
    assert taken["clusters"][0]["cluster"]["certificate-authority"] == str(tmp_path / "ca.crt")
    assert taken["users"][0]["user"] == {"client-key": str(tmp_path / "keys" / "me.key"), "token": "secret"}


def test_of_several_files_the_first_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = write(tmp_path / "a" / "config", "home"), write(tmp_path / "b" / "config", "home", "school")
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join([str(first), str(second), str(tmp_path / "missing")]))
    assert contexts.find("school").server == "https://school.example:6443"
    taken = yaml.safe_load(contexts.find("home").kubeconfig("x"))
    assert taken["clusters"][0]["cluster"]["certificate-authority"] == str(tmp_path / "a" / "ca.crt")


def test_a_missing_context_names_those_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(write(tmp_path / "config", "school", "home")))
    with pytest.raises(
        kubelearn.ConnectionFailedError, match=r"there is no context 'hme' in .*config; there are: home, school"
    ):
        kubelearn.connect(context="hme")


def test_no_kubeconfig_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    with pytest.raises(
        kubelearn.ConnectionFailedError, match=r"no kubeconfig to take the context 'home' from: .*none does not exist"
    ):
        kubelearn.connect(context="home")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [", "cannot be read"),
        ("- a", "is not a kubeconfig"),
        ("contexts: [{name: home, context: {cluster: c}}]", "which the kubeconfig does not have"),
    ],
)
def test_a_broken_kubeconfig_is_named(text: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text(text)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    with pytest.raises(kubelearn.ConnectionFailedError, match=reason):
        contexts.find("home")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("prod", True),
        ("gke_shop_europe-west1_prod-1", True),
        ("acme-production", True),
        ("live.eu", True),
        ("PRD_2", True),
        ("kind-kubelearn", False),
        ("products-test", False),
        ("reproduction", False),
        ("delivery", False),
    ],
)
def test_what_looks_like_production(name: str, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(write(tmp_path / "config", name)))
    assert contexts.find(name).looks_like_production is expected


def test_production_must_be_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(write(tmp_path / "config", "prod")))
    with pytest.raises(
        kubelearn.ConnectionFailedError,
        match=r"looks like production. If you mean it: connect\(context='prod', confirm=True\)",
    ):
        kubelearn.connect(context="prod")


def test_an_open_handle_does_not_hide_the_learners_kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "config", "home")
    monkeypatch.setenv("KUBECONFIG", str(path))
    first = kubelearn.connect()
    with kubelearn.connect():
        first.close()
        assert contexts.paths() == [path]
    assert os.environ["KUBECONFIG"] == str(path)


def write_text(folder: Path, text: str | bytes, patch: pytest.MonkeyPatch) -> None:
    path = folder / "config"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    patch.setenv("KUBECONFIG", str(path))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("users:\n- user: {token: geheim}\n  broken: [", "cannot be read: it is not YAML in line 3$"),
        (b"contexts: \xff\xfe", "it is not a text in UTF-8$"),
        ("contexts: {home: {cluster: c}}", "its contexts are not as they should be$"),
        ("users: [alice]", "its users are not"),
        ("clusters: [{name: c, cluster: here}]", "its clusters are not"),
        (
            (
                "contexts: [{name: home, context: {cluster: c, user: ghost}}]\nclusters: [{name: c, cluster: {server:"
                " 'https://x'}}]"
            ),
            "names the user 'ghost', which the kubeconfig does not have",
        ),
        (
            "contexts: [{name: home, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: ''}}]",
            "names the cluster 'c', which the kubeconfig does not have",
        ),
        ("contexts: [{name: home}]", "names the cluster '', which"),
        ("", "there is no context 'home' in .*; there are: none$"),
    ],
)
def test_one_sentence_about_a_kubeconfig_without_what_is_secret_in_it(
    text: str | bytes, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text(tmp_path, text, monkeypatch)
    with pytest.raises(kubelearn.ConnectionFailedError, match=expected) as failure:
        kubelearn.connect(context="home")
    assert "\n" not in str(failure.value)
    assert "geheim" not in str(failure.value)


def test_a_folder_in_place_of_a_kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path))
    with pytest.raises(kubelearn.ConnectionFailedError, match=r"cannot be read: (Is a directory|Permission denied)"):
        contexts.find("home")


def test_names_in_any_script_and_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "\ufeffcontexts: [{name: школа, context: {cluster: 1, user: Zoë}}]\nclusters: [{name: 1, cluster: {server:"
        " 'https://x'}}]\nusers: [{name: Zoë, user: {token: t}}]"
    )
    write_text(tmp_path, text, monkeypatch)
    taken = yaml.safe_load(contexts.find("школа").kubeconfig("x"))
    assert taken["contexts"][0] == {"name": "школа", "context": {"cluster": "1", "user": "Zoë", "namespace": "x"}}
    assert taken["users"] == [{"name": "Zoë", "user": {"token": "t"}}]


def test_of_two_entries_with_one_name_the_first_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "contexts: [{name: a, context: {cluster: c}}, {name: a, context: {cluster: d}}]\nclusters: [{name: c, cluster:"
        " {server: 'https://first'}}, {name: c, cluster: {server: 'https://second'}}]"
    )
    write_text(tmp_path, text, monkeypatch)
    assert contexts.find("a").server == "https://first"


def test_relative_paths_and_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "home" / "config", "home")
    write(tmp_path / "here" / "config", "school")
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(["~/config", "", "here/config"]))
    found = contexts.find("school")
    assert found.server == "https://school.example:6443"
    assert yaml.safe_load(found.kubeconfig("x"))["clusters"][0]["cluster"]["certificate-authority"] == str(
        tmp_path / "here" / "ca.crt"
    )
    assert contexts.find("home").server == "https://home.example:6443"


@pytest.mark.parametrize(
    ("command", "expected"),
    [("aws", "aws"), ("./bin/login", "{folder}/bin/login"), ("/usr/bin/login", "/usr/bin/login")],
)
def test_a_credential_plugin_is_found_as_kubectl_finds_it(
    command: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = {"command": command, "apiVersion": "v1", "env": None}
    path = write(tmp_path / "config", "home")
    document = yaml.safe_load(path.read_text())
    document["users"][0]["user"]["exec"] = plugin
    write_text(tmp_path, yaml.safe_dump(document), monkeypatch)
    assert Path(contexts.find("home").plugin["command"]) == Path(expected.format(folder=tmp_path))
