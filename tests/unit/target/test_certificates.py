"""Certificates of a kubeconfig become files of the handle's own."""

from __future__ import annotations

import base64
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes.config import kube_config

import kubelearn
from kubelearn.cluster.embedded import EmbeddedCluster
from kubelearn.target import certificates
from kubelearn.target.errors import ConnectionFailedError
from kubelearn.target.workdir import PrivateFolder


@pytest.fixture
def folder() -> Iterator[PrivateFolder]:
    found = PrivateFolder()
    yield found
    found.remove()


def _document(cluster: dict[str, Any], user: dict[str, Any]) -> dict[str, Any]:
    return {"clusters": [{"name": "c", "cluster": cluster}], "users": [{"name": "u", "user": user}], "contexts": []}


def _data(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_data_becomes_private_files_and_counts_more_than_a_path(folder: PrivateFolder) -> None:
    user = {"client-certificate-data": _data("shown"), "client-key-data": _data("secret"), "client-key": "/old.pem"}
    given = _document({"server": "https://a", "certificate-authority-data": _data("believed")}, user)
    found = certificates.as_files(given, folder)
    cluster, mine = found["clusters"][0]["cluster"], found["users"][0]["user"]
    assert cluster.keys() == {"server", "certificate-authority"}
    assert mine.keys() == {"client-certificate", "client-key"}
    paths = [Path(path) for path in (cluster["certificate-authority"], mine["client-certificate"], mine["client-key"])]
    assert [path.read_text() for path in paths] == ["believed", "shown", "secret"]
    assert os.name != "posix" or {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert {path.parent for path in paths} == {folder.path}
    assert given["users"][0]["user"] is user, "what is given stays as it is"
    assert len(user) == 3


@pytest.mark.parametrize("user", [{}, None, {"token": "a", "client-key-data": ""}, {"client-certificate": "/mine.pem"}])
def test_what_is_no_data_stays(user: Any, folder: PrivateFolder) -> None:
    found = certificates.as_files(_document({"server": "https://a"}, user), folder)
    assert found["users"][0]["user"] == {name: value for name, value in (user or {}).items() if value}
    assert list(folder.path.iterdir()) == []


def test_no_key_lies_in_a_file_of_the_official_client(
    embedded: EmbeddedCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kube_config, "_create_temp_file_with_content", _refuse)
    path = tmp_path / "config"
    path.write_text(embedded.kubeconfig(certificate=True))
    monkeypatch.setenv("KUBECONFIG", str(path))
    for options in ({}, {"context": "kubelearn"}):
        with kubelearn.connect(**options) as cluster:
            assert cluster.core.list_namespace().items


def _refuse(*_: Any, **__: Any) -> None:
    raise AssertionError("a file that is not the handle's")


@pytest.mark.parametrize("data", ["a", base64.b64encode(b"\xff\xfe").decode()])
def test_data_that_is_none_is_said(
    data: str, embedded: EmbeddedCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config"
    text = embedded.kubeconfig(certificate=True)
    key = text[text.index("client-key-data: ") :].split("\n")[0]
    path.write_text(text.replace(key, f"client-key-data: {data}"))
    monkeypatch.setenv("KUBECONFIG", str(path))
    before = _folders()
    with pytest.raises(ConnectionFailedError, match="the context 'kubelearn' cannot be used"):
        kubelearn.connect(context="kubelearn")
    assert _folders() == before


def _folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob(f"kubelearn-{os.getpid()}-*"))
