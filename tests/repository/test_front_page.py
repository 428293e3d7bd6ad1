"""What the README and its fellows say holds: commands lead somewhere, versions agree."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from packaging.requirements import Requirement
from PIL import Image

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


def test_the_first_screen_says_what_for_whom_and_how_to_start_in_five_lines() -> None:
    top = read("README.md").partition("<picture>")[0]
    lines = [line for line in top.splitlines()[1:] if line and not line.startswith(("[![", "```"))]
    assert [re.match(r"- \*\*([\w ]+)", line)[1] for line in lines[:3]] == ["What", "For whom", "Start"]
    assert lines[3:] == commands()[:1]


def test_the_moving_picture_is_short_small_and_not_shown_to_those_who_want_no_motion() -> None:
    (picture,) = re.findall(r"<picture>.*?</picture>", read("README.md"), re.DOTALL)
    (still,) = re.findall(r'<source media="\(prefers-reduced-motion: reduce\)" srcset="([^"]+)">', picture)
    ((moving, said),) = re.findall(r'<img src="([^"]+)" alt="([^"]{100,})">', picture)
    assert (ROOT / moving).stat().st_size < 2_000_000
    with Image.open(ROOT / moving) as frames, Image.open(ROOT / still) as frame:
        lasting = [(frames.seek(number), frames.info["duration"])[1] for number in range(frames.n_frames)]
        assert sum(lasting) < 15_000  # milliseconds
        assert len(lasting) > 20
        assert getattr(frame, "n_frames", 1) == 1
        assert frame.width == frames.width
    assert "Service" in said


def test_the_dev_container_installs_as_the_readme_does_and_copies_the_course() -> None:
    container = json.loads(read(".devcontainer/devcontainer.json"))
    _, *install, lab = commands()[0].split(" && ")
    assert container["postCreateCommand"] == " && ".join([*install, lab.replace(" lab", " copy")])
    version = container["image"].rpartition(":")[2]
    python = yaml.safe_load(read("binder/environment.yml"))["dependencies"][0]
    assert f"python={version}" == python, "the same as on Binder"
    assert container["customizations"]["codespaces"]["openFiles"] == [f"{jupyter.FOLDER}/{FIRST}"]
    interpreter = container["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert interpreter == "${containerWorkspaceFolder}/.venv/bin/python"


def test_the_cell_for_colab_takes_versions_that_the_course_takes() -> None:
    ((first, second),) = re.findall(r"```python\n(%pip install .*)\n(%pip install .*)\n```", read("README.md"))
    project = tomllib.loads(read("pyproject.toml"))["project"]
    bounds = {wanted.name: wanted.specifier for wanted in map(Requirement, project["dependencies"])}
    for wanted in map(Requirement, re.findall(r'"([^"]+)"', first)):
        assert set(bounds[wanted.name]) <= set(wanted.specifier), wanted.name
    assert second.split()[-2:] == ["--no-deps", f"git+{project['urls']['Repository']}"]


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
