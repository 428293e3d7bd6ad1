"""A machine without kubectl, or with one that is no good: the package brings its own, from every way in."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from kubelearn.target import versions
from tests.notebooks.course import notebook

from . import kernels
from .kernels import Kernel
from .test_ways_in import LAB, WAYS

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a PATH of links, and a stand-in that is a shell script")

#: Whether a lesson's cell says it in a shell of its own, or Python starts it.
ASK = (
    "!kubectl version",
    "%%bash\nkubectl version",
    "import subprocess\nprint(subprocess.run(['kubectl', 'version'], capture_output=True, text=True))",
)
#: The ways that differ in who starts the kernel, and with which environment.
STARTED: dict[str, Callable[[dict[str, str], Path], AbstractContextManager[Kernel]]] = {
    "a JupyterLab that was there, from a desktop icon": partial(kernels.server, LAB, "kubelearn"),
    **{name: WAYS[name] for name in WAYS if not re.search("JupyterLab|Binder", name)},
}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a machine whose PATH has its programs, and neither kubectl nor those of an environment."""
    folder = tmp_path_factory.mktemp("programs")
    for path in (path for place in ("/usr/local/bin", "/usr/bin", "/bin") for path in Path(place).glob("*")):
        if not path.name.startswith(("kube", "python")) and not (folder / path.name).is_symlink():
            (folder / path.name).symlink_to(path)
    hidden = ("KUBE", "JUPYTER", "VIRTUAL_ENV", "CONDA")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    env = {**kept, "HOME": str(tmp_path_factory.mktemp("home")), "PATH": str(folder)}
    assert shutil.which("kubectl", path=env["PATH"]) is None
    return env


@pytest.fixture
def broken(machine: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The same machine with a kubectl that never answers, first on the PATH."""
    path = tmp_path / "broken" / "kubectl"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\nsleep 1000\n")
    path.chmod(0o755)
    return {**machine, "PATH": f"{path.parent}:{machine['PATH']}"}


def executed(name: str, cells: int | None, env: dict[str, str], folder: Path) -> list[nbformat.NotebookNode]:
    """Run a lesson, or its first code cells, as nbconvert and `jupyter execute` do; return its code cells."""
    content = nbformat.from_dict(notebook(name).content)
    code = [cell for cell in content.cells if cell.cell_type == "code"][:cells]
    content.cells = code
    place = {"metadata": {"path": str(folder)}}
    client = NotebookClient(content, kernel_name="kubelearn", timeout=120, resources=place)
    client.execute(env=env)
    return code


def text(cell: nbformat.NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.mark.parametrize(("name", "cells"), [("00-start-here", 4), ("02-services", None)])
def test_the_first_lessons_run_without_kubectl(
    name: str, cells: int | None, kubectl: str, machine: dict[str, str], tmp_path: Path
) -> None:
    code = executed(name, cells, machine, tmp_path)
    assert len(code) >= 4
    shown = "\n".join(map(text, code))
    assert not re.search(r"not found|no such file", shown, re.IGNORECASE)
    for cell in code:
        if cell.source.startswith("!kubectl get"):
            assert "NAME" in text(cell), cell.source


@pytest.mark.parametrize("way", STARTED)
def test_however_the_kernel_was_started_it_is_found_and_fits(
    way: str, kubectl: str, broken: dict[str, str], tmp_path: Path
) -> None:
    with STARTED[way](broken, tmp_path) as kernel:
        assert "Client Version: v1." in kernel.run("!kubectl version --client")  # before the set-up cell, too
        assert kernel.run("import kubelearn\ncluster = kubelearn.connect()") == "", "nothing to be said"
        for cell in ASK:
            shown = kernel.run(cell)
            assert f"Server Version: {versions.CLUSTER}" in shown, cell
            assert "WARNING" not in shown, "of versions too far from each other"
        assert kernel.run("print(kubelearn.kubectl.find())").strip() == kubectl
        assert kernel.run("import shutil; print(shutil.which('kubectl'))").strip() == kubectl
