"""``kubelearn lab``: JupyterLab with the course, and what its terminals find."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import urllib3
import websocket

from kubelearn.cli import commands as cli
from kubelearn.cli import jupyter
from kubelearn.target import programs
from tests.browser.lab import UNTIL_IT_LISTENS
from tests.notebooks.course import COURSE


@pytest.mark.parametrize(
    ("arguments", "own", "others"),
    [
        (["lab"], ["lab"], []),
        (["lab", "--port", "9999"], ["lab"], ["--port", "9999"]),
        (["lab", "here", "--no-browser"], ["lab", "here"], ["--no-browser"]),
        (["lab", "--help"], ["lab", "--help"], []),
        (["up", "--port", "1"], ["up", "--port", "1"], []),
    ],
)
def test_what_follows_the_folder_is_jupyterlabs(arguments: list[str], own: list[str], others: list[str]) -> None:
    assert [list(part) for part in cli._split(arguments)] == [own, others]


@contextmanager
def serving(folder: Path, *options: str, **variables: str) -> Iterator[tuple[str, str]]:
    """Run ``kubelearn lab mine`` in an empty folder; yields JupyterLab's address, and its first page."""
    env = {
        **os.environ,
        **{f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "RUNTIME", "DATA")},
        **variables,
    }
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "kubelearn",
        "lab",
        "mine",
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=learner",
        *options,
    ]
    process = subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        pages = (re.search(r"(http://127\.0\.0\.1:\d+)(/lab/tree/\S+\.ipynb)\?token=", line) for line in process.stdout)
        address = next(filter(None, pages))
        yield address[1], address[2]
    finally:
        process.terminate()
        process.communicate(timeout=30)


def ask(method: str, url: str) -> Any:
    with urllib3.PoolManager(retries=UNTIL_IT_LISTENS, timeout=30) as pool:
        return pool.request(method, f"{url}?token=learner").json()


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for kubectl is a shell script")
def test_terminals_and_kernels_find_the_packages_kubectl(
    kubectl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kubectl").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    started = []
    monkeypatch.setattr(jupyter, "_launcher", lambda: SimpleNamespace(launch_instance=started.append))
    assert jupyter.run(jupyter.course(), ["--no-browser"]) == 0
    assert started[0][-1] == "--no-browser"
    assert shutil.which("kubectl") == kubectl


def test_the_course_is_served(tmp_path: Path) -> None:
    with serving(tmp_path) as (address, page):
        served = {entry["name"] for entry in ask("GET", f"{address}/api/contents")["content"]}
    assert page == f"/lab/tree/{jupyter.start_page(jupyter.course())}"
    assert served >= {path.name for path in jupyter.course().glob("*.ipynb")}


def test_the_defaults_for_jupyterlab_are_settings_that_it_has() -> None:
    root = Path(jupyter.__file__).parents[2]
    defaults = json.loads((root / "jupyter" / "lab" / "kubelearn.json").read_text(encoding="utf-8"))
    assert defaults
    for plugin, settings in defaults.items():
        name = f"schemas/{plugin.replace(':', '/')}.json"
        (schema,) = Path(sys.prefix, "share", "jupyter").glob(f"lab*/**/{name}")
        properties = json.loads(schema.read_text(encoding="utf-8"))["properties"]
        for key, value in settings.items():
            allowed = [choice["const"] for choice in properties[key].get("oneOf", [{"const": value}])]
            assert value in allowed, (plugin, key)


def in_terminal(address: str, command: str, end: str) -> str:
    """Type a command into a new terminal, and return all that it shows until a text appears."""
    name = ask("POST", f"{address}/api/terminals")["name"]
    url = f"{address.replace('http', 'ws', 1)}/terminals/websocket/{name}?token=learner"
    shown = ""
    with closing(websocket.create_connection(url, timeout=20)) as terminal:
        terminal.send(json.dumps(["stdin", f"{command}\r"]))
        while end not in shown:
            kind, *said = json.loads(terminal.recv())
            shown += said[0] if kind == "stdout" else ""
    return shown


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell")
@pytest.mark.parametrize("shell", ["/bin/bash", "/bin/sh"])
def test_jupyterlabs_terminal_finds_kubelearn_where_the_environment_is_not_activated(
    shell: str, tmp_path: Path
) -> None:
    own = programs._own()
    if own is None:
        pytest.skip("the package is not installed, so that there is no program to find")
    with serving(tmp_path, SHELL=shell, PATH="/usr/local/bin:/usr/bin:/bin", HOME=str(tmp_path)) as (address, _):
        words = "echo fou''nd: $(command -v kubelearn); kubelearn doctor | grep notebooks; echo e''nd"
        shown = in_terminal(address, words, "end\r")
    assert f"found: {own}\r" in shown
    assert f"{len(COURSE)} of {len(COURSE)} are in {tmp_path / 'mine'}\r" in shown


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell")
@pytest.mark.parametrize("where", ["file", "option"])
def test_the_learners_own_terminal_settings_come_first(where: str, tmp_path: Path) -> None:
    mine = ["/bin/sh", "-c", "echo my own; read line"]
    options = [f"--ServerApp.terminado_settings={{'shell_command': {mine!r}}}"] if where == "option" else []
    if where == "file":
        (tmp_path / "CONFIG").mkdir()
        (tmp_path / "CONFIG" / "jupyter_server_config.py").write_text(
            f"c.ServerApp.terminado_settings = {{'shell_command': {mine!r}}}\n"
        )
    with serving(tmp_path, *options) as (address, _):
        assert "my own" in in_terminal(address, "", "my own")


@pytest.mark.parametrize("own", ["kubelearn", None])
def test_a_command_that_works_in_any_terminal(own: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = None if own is None else tmp_path / "a b" / own
    if program is not None:
        program.parent.mkdir()
        program.touch(0o755)
    monkeypatch.setattr(programs, "_own", lambda: program)
    monkeypatch.setenv("PATH", "")
    quote = subprocess.list2cmdline if os.name == "nt" else shlex.join
    assert programs.command("lab") == quote(
        [sys.executable, "-m", "kubelearn", "lab"] if program is None else [str(program), "lab"]
    )


@pytest.mark.skipif(os.name != "posix", reason="on Windows a program is found by its name's end")
def test_a_program_that_is_found_by_name_is_called_so_unless_it_is_another_environments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("own", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kubelearn").touch(0o755)
    monkeypatch.setattr(programs, "_own", lambda: tmp_path / "own" / "kubelearn")
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "other"), str(tmp_path / "own")]))
    assert programs.command("doctor") == f"{tmp_path / 'own' / 'kubelearn'} doctor"
    programs.expose()
    assert programs.command("doctor") == "kubelearn doctor"
    assert os.environ["PATH"] == os.pathsep.join([str(tmp_path / "own"), str(tmp_path / "other")])
