"""Versions that belong together are the same wherever they stand: kubelearn.target.versions says them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from kubelearn.cluster import meta
from kubelearn.target import images, kind, kubectl, versions
from tests.kind_stand_in import docker, situations

ROOT = Path(__file__).parent.parent.parent
REFERENCE = versions.name(versions.minor(versions.CLUSTER))
#: A version of Kubernetes as a page says it, and what stands before it.
SAID = re.compile(r"(?:Kubernetes(?: API)?|real|release|than|API\) ?|cluster's) \(?v?(1\.\d\d)\b")
#: Pages that say which Kubernetes the course runs on.
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/targets.md")
#: What else these pages name, and why.
OTHERS = {"1.30": "the oldest cluster that the lessons run on", "1.31": "the oldest kubectl"}


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def dependencies() -> dict[str, Requirement]:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    return {found.name: found for found in map(Requirement, project["dependencies"])}


def test_the_embedded_clusters() -> None:
    assert versions.CLUSTER == meta.VERSION
    assert versions.name(kubectl.EMBEDDED) == REFERENCE


def test_kubectls_releases_are_within_one_minor_version_of_the_cluster() -> None:
    assert dependencies()[versions.KUBECTL_PACKAGE].specifier == SpecifierSet(versions.KUBECTL)
    allowed = SpecifierSet(versions.KUBECTL)
    major, minor = versions.minor(versions.CLUSTER)
    for number in range(minor - 3, minor + 4):
        of_this_minor = any(allowed.contains(f"{major}.{number}.{patch}") for patch in range(30))
        assert not of_this_minor or kubectl.skew((major, number), (major, minor)) == 0
    tested = list(map(Version, versions.KUBECTL_TESTED))
    assert tested == sorted(tested)
    assert all(release in allowed for release in tested)
    assert {release.minor for release in tested} == {
        number for number in range(100) if any(allowed.contains(f"{major}.{number}.{patch}") for patch in range(30))
    }


def test_the_clients() -> None:
    assert dependencies()["kubernetes"].specifier == SpecifierSet(versions.CLIENT)
    assert Version(f"{versions.minor(versions.CLUSTER)[1]}.0.1") in SpecifierSet(versions.CLIENT)


@pytest.mark.parametrize("path", ["environment.yml", "binder/environment.yml"])
def test_kubectl_comes_by_pip_where_conda_brings_the_rest(path: str) -> None:
    listed = yaml.safe_load(read(path))["dependencies"]
    assert "pip" in listed
    assert {"pip": [f"{versions.KUBECTL_PACKAGE}{versions.KUBECTL}"]} in listed


def test_kinds() -> None:
    image = versions.NODE_IMAGE.removeprefix("kindest/node:").partition("@")[0]
    assert versions.minor(image) == versions.minor(versions.CLUSTER)
    assert re.search(r"@sha256:[0-9a-f]{64}$", versions.NODE_IMAGE)
    assert kind.NODE_IMAGE == versions.NODE_IMAGE
    assert image == docker.VERSION
    recorded = situations.RECORDED.read_text(encoding="utf-8")
    assert f'"version": "kind {versions.KIND} ' in recorded
    assert f"--image {versions.NODE_IMAGE} " in recorded


def test_agnhosts() -> None:
    assert versions.AGNHOST == images.AGNHOST
    tag = versions.AGNHOST.rpartition(":")[2]
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert set(re.findall(r"e2e-test-images/agnhost:(\d+\.\d+)", path.read_text(encoding="utf-8"))) <= {tag}, path


def test_the_workflows() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml")}
    everything = "\n".join(texts.values())
    assert set(re.findall(r"dl\.k8s\.io/(v[\d.]+)/bin", everything)) == {versions.CLUSTER}
    assert set(re.findall(r"etcd/releases/download/(v[\d.]+)/etcd-(v[\d.]+)-", everything)) == {(versions.ETCD,) * 2}
    assert re.findall(r"kind-action@v\d+\n +with: { version: (v[\d.]+),", everything) == [versions.KIND]
    assert "setup-kubectl" not in everything, "the wheel brings it"
    tests = yaml.safe_load(texts["tests.yml"])["jobs"]["kubectl"]["strategy"]["matrix"]["kubectl"]
    assert tuple(tests) == versions.KUBECTL_TESTED[:-1]


def test_the_transcripts() -> None:
    said = re.search(r"a real Kubernetes v(1\.\d+)", read("tests/transcripts/replay.py"))
    assert said is not None
    assert said[1] == REFERENCE


@pytest.mark.parametrize("path", PAGES)
def test_the_pages(path: str) -> None:
    said = set(SAID.findall(read(path)))
    assert said - OTHERS.keys() == {REFERENCE}


def test_contributing_names_the_place() -> None:
    assert "kubelearn/target/versions.py" in read("CONTRIBUTING.md")
