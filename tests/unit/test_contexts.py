"""Reading one context out of kubeconfig files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

import kubelearn
from kubelearn import contexts


def write(path: Path, *names: str, **user: str) -> Path:
    """A kubeconfig with contexts, each with a cluster and a user of its name."""
    document: dict[str, Any] = {
        "contexts": [{"name": name, "context": {"cluster": f"{name}-cluster", "user": f"{name}-user"}} for name in names],
        "clusters": [{"name": f"{name}-cluster", "cluster": {"server": f"https://{name}.example:6443", "certificate-authority": "ca.crt"}} for name in names],
        "users": [{"name": f"{name}-user", "user": {"client-key": "keys/me.key", **user}} for name in names],
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(document))
    return path


def test_only_the_context_is_taken_and_its_files_are_found_from_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "config", "school", "home", token="secret")
    monkeypatch.setenv("KUBECONFIG", str(path))
    taken = yaml.safe_load(contexts.find("home").kubeconfig("lessons"))
    assert taken["current-context"] == "home"
    assert [entry["name"] for section in ("contexts", "clusters", "users") for entry in taken[section]] == ["home", "home-cluster", "home-user"]
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
    with pytest.raises(kubelearn.ConnectionFailedError, match=r"there is no context 'hme' in .*config; there are: home, school"):
        kubelearn.connect(context="hme")


def test_no_kubeconfig_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    with pytest.raises(kubelearn.ConnectionFailedError, match=r"no kubeconfig to take the context 'home' from: .*none does not exist"):
        kubelearn.connect(context="home")


@pytest.mark.parametrize(("text", "reason"), [("a: [", "cannot be read"), ("- a", "is not a kubeconfig"), ("contexts: [{name: home, context: {cluster: c}}]", "which the kubeconfig does not have")])
def test_a_broken_kubeconfig_is_named(text: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text(text)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    with pytest.raises(kubelearn.ConnectionFailedError, match=reason):
        contexts.find("home")


@pytest.mark.parametrize(("name", "expected"), [
    ("prod", True), ("gke_shop_europe-west1_prod-1", True), ("acme-production", True), ("live.eu", True), ("PRD_2", True),
    ("kind-kubelearn", False), ("products-test", False), ("reproduction", False), ("delivery", False),
])
def test_what_looks_like_production(name: str, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(write(tmp_path / "config", name)))
    assert contexts.find(name).looks_like_production is expected


def test_production_must_be_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(write(tmp_path / "config", "prod")))
    with pytest.raises(kubelearn.ConnectionFailedError, match=r"looks like production. If you mean it: connect\(context='prod', confirm=True\)"):
        kubelearn.connect(context="prod")


def test_an_open_handle_does_not_hide_the_learners_kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "config", "home")
    monkeypatch.setenv("KUBECONFIG", str(path))
    first = kubelearn.connect()
    with kubelearn.connect():
        first.close()
        assert contexts.paths() == [path]
    assert os.environ["KUBECONFIG"] == str(path)
