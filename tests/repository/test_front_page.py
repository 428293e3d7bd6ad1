"""What the README and its fellows say holds: commands lead somewhere, versions agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from kubelearn.cli import commands as cli
from kubelearn.cli import jupyter

ROOT = Path(__file__).parent.parent.parent
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/limits.md", "docs/targets.md"]
FIRST = jupyter.start_page(ROOT / "notebooks")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def commands() -> list[str]:
    """The README's lines for a terminal."""
    return [
        line
        for block in re.findall(r"```console\n(.*?)```", read("README.md"), re.DOTALL)
        for line in block.splitlines()
    ]


def test_the_course_command_says_how_large_it_is_hides_nothing_and_takes_options() -> None:
    first = commands()[0].split(" && ")
    assert first[1:] == ["python3 -m venv .venv", ".venv/bin/pip install .", ".venv/bin/kubelearn lab"]
    assert re.fullmatch(r"echo '[^']*\d+ MB to download, \d+ MB on the disk; [^']*minute[^']*'", first[0])


def test_every_way_to_the_course_ends_with_its_command() -> None:
    ways = [line for line in commands() if "pip install" in line and "[test]" not in line]
    assert len(ways) == 4
    assert [re.split(r" && |; ", line)[-1].replace("\\", "/").rpartition("/")[2] for line in ways] == [
        "kubelearn lab"
    ] * 4
    assert not any(" -q" in line for line in ways)


def test_binder_opens_the_first_page_of_the_copy() -> None:
    links = set(re.findall(r"urlpath=([^)\s]+)", read("README.md")))
    assert {unquote(path) for path in links} == {f"lab/tree/{jupyter.FOLDER}/{FIRST}"}


def test_the_repository_and_the_version_are_the_same_everywhere() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    citation = yaml.safe_load(read("CITATION.cff"))
    repository = project["urls"]["Repository"]
    assert (citation["version"], citation["license"], citation["repository-code"]) == (
        project["version"],
        project["license"],
        repository,
    )
    assert set(re.findall(r"mybinder\.org/v2/gh/([\w-]+/[\w-]+)/", read("README.md"))) == {
        repository.removeprefix("https://github.com/")
    }


def test_every_command_that_the_pages_show_is_one() -> None:
    shown = {
        match
        for page in PAGES
        for match in re.findall(r"(?:`|&& |bin/|^|-m )kubelearn ([a-z]+)(?=[ `]|$)", read(page), re.MULTILINE)
    }
    assert shown >= {"lab", "copy", "doctor", "kubectl", "kind", "up"}
    for command in shown:
        with pytest.raises(SystemExit) as end:
            cli.main([command, "--help"])
        assert end.value.code == 0


@pytest.mark.parametrize("path", sorted(path.name for path in (ROOT / ".github" / "workflows").glob("*.yml")))
def test_modules_that_a_workflow_runs_exist(path: str) -> None:
    modules = re.findall(r"python -m (tests[\w.]*)", read(f".github/workflows/{path}"))
    for module in modules:
        base = ROOT.joinpath(*module.split("."))
        assert base.with_suffix(".py").exists() or (base / "__main__.py").exists(), module
