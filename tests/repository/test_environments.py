"""The lists of what the course needs: pip's, conda's and Binder's say the same."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from kubelearn.cli import jupyter
from kubelearn.target import versions

ROOT = Path(__file__).parent.parent.parent
#: conda-forge's names, where they differ from PyPI's.
CONDA_NAMES = {"kubernetes": "python-kubernetes", "matplotlib": "matplotlib-base"}
#: What pip brings there, too: conda-forge has no package of these names.
BY_PIP = {versions.KUBECTL_PACKAGE}


def project() -> dict[str, list[str]]:
    """The requirements of the package by extra; ``""`` for those that everybody needs."""
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        "": metadata["dependencies"],
        "python": [f"python{metadata['requires-python']}"],
        **metadata["optional-dependencies"],
    }


def conda(path: str) -> set[tuple[str, str]]:
    """Names and bounds of an environment file."""
    listed = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))["dependencies"]
    (by_pip,) = [entry["pip"] for entry in listed if not isinstance(entry, str)]
    found = {split(entry) for entry in by_pip}
    assert {name for name, _ in found} == BY_PIP, "a pip section would hide a dependency from conda"
    return found | {split(entry) for entry in listed if isinstance(entry, str)}


def split(text: str) -> tuple[str, str]:
    """A requirement of conda or pip as its name for conda, and its bound; conda's files know no "not on Windows"."""
    text = text.partition(";")[0].strip()
    end = next((index for index, letter in enumerate(text) if letter in "<>=!~"), len(text))
    return CONDA_NAMES.get(text[:end], text[:end]), text[end:]


def test_conda_installs_what_the_package_requires_and_what_checks_notebooks() -> None:
    lists = project()
    nbval = [entry for entry in lists["test"] if entry.startswith("nbval")]
    assert conda("environment.yml") == {*map(split, lists[""] + lists["python"] + nbval), ("pip", "")}


def test_binder_installs_what_the_package_requires_and_an_exact_python() -> None:
    lists = project()
    listed = conda("binder/environment.yml")
    pinned = next(bound for name, bound in listed if name == "python")
    assert listed - {("python", pinned)} == {*map(split, lists[""]), ("pip", "")}
    assert pinned.startswith("=")
    assert pinned.lstrip("=") in Requirement(lists["python"][0]).specifier


def test_an_extra_name_would_be_seen() -> None:
    assert split("kubernetes>=36") == ("python-kubernetes", ">=36")
    assert split("pip") == ("pip", "")
    assert split("pexpect>=4.9; sys_platform != 'win32'") == ("pexpect", ">=4.9")


def test_binder_opens_the_first_page() -> None:
    workspace = json.loads((ROOT / "binder" / "workspace.json").read_text(encoding="utf-8"))
    (page,) = workspace["data"]["layout-restorer:data"]["main"]["dock"]["widgets"]
    assert page == f"notebook:{jupyter.FOLDER}/{jupyter.start_page(ROOT / 'notebooks')}"
    assert workspace["data"][page]["data"]["path"] == page.removeprefix("notebook:")
    assert workspace["data"]["file-browser-filebrowser:cwd"]["path"] == jupyter.FOLDER
    assert "kubelearn copy" in (ROOT / "binder" / "postBuild").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_a_binder_script_stops_at_its_first_error(name: str) -> None:
    path = ROOT / "binder" / name
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert first == "#!/usr/bin/env bash"
    assert commands[0].startswith("set -e")
    if os.name == "posix":
        assert os.access(path, os.X_OK)
