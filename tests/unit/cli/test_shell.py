"""``kubelearn shell``: a terminal of the learner's with the cluster of a running notebook."""

from __future__ import annotations

import http.server
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kubelearn.cli import shell
from kubelearn.target import sessions
from tests.unit.machine_time import until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there, a terminal is not a file")

_NOTEBOOK = """
import sys, kubelearn
cluster = kubelearn.connect(pace=0.1, namespace=sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    exec(line)
    print("done", flush=True)
"""

#: As the learner types it, on a machine whose only temporary folder is the test's own.
_SHELL = """
import sys
from kubelearn.cli import commands
from kubelearn.target import sessions
sessions._TEMPORARY = ()
sys.exit(commands.main(["shell", *sys.argv[1:]]))
"""

#: The same, when the terminal is closed as soon as the command has begun.
_CLOSED = f"""
import os, signal, subprocess, threading
class Popen(subprocess.Popen):
    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        %s
subprocess.Popen = Popen
{_SHELL}"""
#: How that is told: at once, or just before the wait for its end begins: as here, where another thread gets the signal.
_AT_ONCE = "os.kill(os.getpid(), signal.SIGHUP)"
_AT_THE_WAIT = (
    "threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGHUP)).start();"
    " signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])"
)


class Notebook:
    """A process with a cluster, as a notebook's kernel is one."""

    def __init__(self, name: str, namespace: str, folder: Path):
        environment = {**os.environ, "JPY_SESSION_NAME": f"/course/{name}.ipynb", "TMPDIR": str(folder)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _NOTEBOOK, namespace],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._expect("ready\n")

    def run(self, line: str) -> None:
        """Run a line of Python in it."""
        assert self.process.stdin is not None
        print(line, file=self.process.stdin, flush=True)
        self._expect("done\n")

    def end(self) -> None:
        self.process.communicate()

    def _expect(self, line: str) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == line


class Machine:
    """A learner's machine: a home with a kubeconfig of another cluster, and a temporary folder.

    Attributes:
        asked: what that other cluster was asked.
    """

    def __init__(self, home: Path, temporary: Path, asked: list[str]):
        self.home = home
        self.temporary = temporary
        self.asked = asked
        self._notebooks: list[Notebook] = []

    def notebook(self, name: str = "02-services", namespace: str = "default") -> Notebook:
        notebook = Notebook(name, namespace, self.temporary)
        self._notebooks.append(notebook)
        return notebook

    def environment(self, **more: str) -> dict[str, str]:
        hidden = ("KUBECONFIG", "KUBECACHEDIR", "ENV", "JPY_SESSION_NAME")
        own = {name: value for name, value in os.environ.items() if name not in hidden}
        return {**own, "HOME": str(self.home), "TMPDIR": str(self.temporary), "TERM": "dumb", **more}

    def shell(
        self, *arguments: str, stdin: str = "", code: str = _SHELL, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run ``kubelearn shell`` without a terminal."""
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=self.environment(**more),
        )

    @contextmanager
    def terminal(self, *arguments: str, **more: str) -> Iterator[Any]:
        """Run ``kubelearn shell`` in a terminal."""
        import pexpect

        child = pexpect.spawn(
            sys.executable,
            ["-c", _SHELL, *arguments],
            env=self.environment(**more),
            encoding="utf-8",
            timeout=30,
            dimensions=(40, 500),
        )
        try:
            yield child
        finally:
            child.close(force=True)

    def end(self) -> None:
        for notebook in self._notebooks:
            notebook.process.kill()
            notebook.process.communicate()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kubectl: str) -> Iterator[Machine]:
    asked: list[str] = []

    class Other(http.server.BaseHTTPRequestHandler):
        """The learner's own cluster, which nobody is to ask."""

        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(500)

        do_POST = do_DELETE = do_PATCH = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    home, temporary = tmp_path / "home", tmp_path / "temporary"
    (home / ".kube").mkdir(parents=True)
    temporary.mkdir(mode=0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(sessions, "_TEMPORARY", ())
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (home / ".kube" / "config").write_text(
            json.dumps(
                {
                    "clusters": [
                        {"name": "own", "cluster": {"server": f"http://127.0.0.1:{server.server_address[1]}"}}
                    ],
                    "contexts": [{"name": "own", "context": {"cluster": "own", "user": ""}}],
                    "current-context": "own",
                }
            )
        )
        machine = Machine(home, temporary, asked)
        try:
            yield machine
        finally:
            machine.end()
            server.shutdown()
    assert asked == []


def test_the_other_cluster_would_be_noticed(machine: Machine) -> None:
    subprocess.run(["kubectl", "get", "pods"], env=machine.environment(), capture_output=True, timeout=30, check=False)
    assert machine.asked
    machine.asked.clear()


def test_one_command_its_output_and_its_exit_code(machine: Machine) -> None:
    machine.notebook(namespace="shop")
    view = ("kubectl", "config", "view", "--minify", "-o", "jsonpath={.current-context} {..namespace}")
    done = machine.shell("--", *view)
    assert (done.returncode, done.stdout, done.stderr) == (0, "kubelearn shop", "")
    failed = machine.shell("--", "kubectl", "get", "pod", "nosuch")
    assert (failed.returncode, failed.stderr) == (1, 'Error from server (NotFound): pods "nosuch" not found\n')
    assert machine.shell("--", "sh", "-c", "exit 42").returncode == 42
    assert machine.shell("--", "sh", "-c", "kill -9 $$").returncode == 137
    assert machine.shell("--", "no-such-command").returncode == 127
    piped = machine.shell(stdin="kubectl get nodes -o name | wc -l\nexit 3\n", SHELL="/bin/sh")
    assert (piped.returncode, piped.stdout.strip()) == (3, "3")


def test_nobody_but_the_learner_can_read_the_token(machine: Machine) -> None:
    machine.notebook()
    modes = 'ls -ld "$(dirname "$KUBECONFIG")" "$KUBECONFIG"; cat "$KUBECONFIG"; echo'
    script = f"{modes}; ps -o args= -p $PPID,$$; env"
    out = machine.shell("--", "sh", "-c", script).stdout
    folder, file = out.splitlines()[:2]
    assert folder.startswith("drwx------")
    assert file.startswith("-rw-------")
    token = re.search(r"token: (\S+)", out)
    assert token is not None
    assert out.count(token[1]) == 1, "in the file, and nowhere else"
    assert "127.0.0.1" in re.search(r"^NO_PROXY=(.*)$", out, re.MULTILINE)[1]  # type: ignore[index]


def test_without_a_notebook_it_says_how_to_start_one(machine: Machine) -> None:
    done = machine.shell()
    assert done.returncode == 1
    assert "run its set-up cell" in done.stderr
    assert machine.shell("--", "kubectl", "get", "pods").returncode == 1


def test_two_notebooks(machine: Machine) -> None:
    machine.notebook("02-services", "shop")
    second = machine.notebook("05-staying-up", "bakery")
    command = ("--", "kubectl", "config", "view", "--minify", "-o", "jsonpath={..namespace}")
    unclear = machine.shell(*command)
    assert unclear.returncode == 2
    first = r"1  02-services +embedded  shop +since \d\d:\d\d  process \d+"
    assert re.search(rf"^{first}\n2  05-staying-up  embedded  bakery", unclear.stderr, re.MULTILINE)
    assert machine.shell("05-staying-up", *command).stdout == "bakery"
    assert machine.shell("1", *command).stdout == "shop"
    wrong = machine.shell("no-such", *command)
    assert wrong.returncode == 2
    assert "2  05-staying-up" in wrong.stderr
    second.end()
    assert machine.shell(*command).stdout == "shop"


@pytest.mark.parametrize(
    ("which", "places"),
    [
        ("", "012"),
        ("1", "0"),
        ("2", "1"),
        ("3", "2"),
        ("4", ""),
        ("4711", "2"),
        ("02-services", "0"),
        ("02-services.ipynb", "0"),
        ("/a/02-services.ipynb", "0"),
        ("02", "0"),
        ("staying", "12"),
        ("05-staying-up", "1"),
        ("05-staying-up-2", "2"),
        ("nosuch", ""),
        ("0", ""),
        ("-1", ""),
        ("²", ""),
    ],
)
def test_which_is_meant(which: str, places: str, tmp_path: Path) -> None:
    names = ("02-services", "05-staying-up", "05-staying-up-2")
    found = [
        sessions.Session(tmp_path, 4709 + place, "embedded", "default", f"/a/{name}.ipynb", 0.0, "", "")
        for place, name in enumerate(names)
    ]
    assert shell._fitting(found, which) == [found[int(place)] for place in places]


def test_the_notebooks_kubectl_is_the_shells_and_hides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("env", "learners"):
        (tmp_path / name).mkdir()
        for program in ("kubectl", "python"):
            (tmp_path / name / program).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "learners"))
    for name in ("env", "learners"):
        path = str(tmp_path / name / "kubectl")
        session = sessions.Session(tmp_path, 1, "kind", "default", "", 0.0, str(tmp_path / "env"), path)
        first = shell._programs(session, tmp_path / f"links-{name}")
        assert os.path.realpath(shutil.which("kubectl", path=first) or "") == path
        assert shutil.which("python", path=first) == str(tmp_path / "env" / "python")


@pytest.mark.parametrize(("answer", "namespace"), [("02", "shop"), ("7", "")])
def test_in_a_terminal_it_asks(machine: Machine, answer: str, namespace: str) -> None:
    machine.notebook("02-services", "shop")
    machine.notebook("05-staying-up", "bakery")
    with machine.terminal("--", "kubectl", "config", "view", "--minify", "-o", "jsonpath={..namespace}") as terminal:
        terminal.expect("Its number: ")
        terminal.sendline(answer)
        terminal.expect_exact(namespace or "is none of them")
        terminal.wait()
        assert terminal.exitstatus == (0 if namespace else 2)


@pytest.mark.parametrize("program", ["/bin/bash", "/bin/sh", "/bin/no-such-shell"])
def test_an_interactive_shell(machine: Machine, program: str) -> None:
    (machine.home / ".bashrc").write_text("export KUBECONFIG=$HOME/.kube/config HELLO=hi\nPS1='mine> '\n")
    (machine.home / "env").write_text("export KUBECONFIG=$HOME/.kube/config HELLO=hi\n")
    notebook = machine.notebook()
    with machine.terminal(SHELL=program, ENV=str(machine.home / "env")) as terminal:
        terminal.expect_exact("kubectl is on the cluster of 02-services (embedded), namespace default.")
        terminal.expect_exact("(02-services) ")
        terminal.sendline("kubectl config current-context; echo $HELLO; command -v kubelearn")
        terminal.expect(r"\nkubelearn\r\nhi\r\n/\S*/kubelearn\r\n")
        terminal.expect_exact("(02-services) ")
        terminal.sendline("kubectl get nodes -w")
        terminal.expect_exact("kubelearn-worker2")
        terminal.sendintr()
        terminal.expect_exact("(02-services) ")
        notebook.end()
        until(lambda: shell.ENDED in next(machine.temporary.glob(f"kubelearn-{terminal.pid}-*/config")).read_text())
        terminal.sendline("kubectl get pods")
        terminal.expect_exact(shell.ENDED)
        terminal.expect_exact("(02-services) ")
        terminal.sendline("exit 5")
        terminal.wait()
        assert terminal.exitstatus == 5
    assert list(machine.temporary.glob(f"kubelearn-{terminal.pid}-*")) == []


def test_a_terminal_that_is_closed_leaves_nothing(machine: Machine) -> None:
    machine.notebook()
    with machine.terminal(SHELL="/bin/bash") as terminal:
        terminal.expect_exact("(02-services) ")
        folder = next(machine.temporary.glob(f"kubelearn-{terminal.pid}-*"))
        terminal.kill(signal.SIGHUP)
        terminal.wait()
    assert not folder.exists()


@pytest.mark.parametrize("told", [_AT_ONCE, _AT_THE_WAIT], ids=["starting", "waiting"])
def test_a_terminal_that_is_closed_while_the_command_begins_leaves_nothing(machine: Machine, told: str) -> None:
    machine.notebook()
    assert machine.shell("--", "sleep", "1000", code=_CLOSED % told).returncode == 128 + signal.SIGHUP


def test_a_shell_in_a_shell(machine: Machine) -> None:
    machine.notebook("02-services", "shop")
    machine.notebook("05-staying-up", "bakery")
    shell = f"{sys.executable} -c {shlex.quote(_SHELL)}"
    inner = f"{shell} 2 -- kubectl config view --minify -o 'jsonpath={{..namespace}} '"
    done = machine.shell("1", "--", "sh", "-c", f"{inner}; kubectl config view --minify -o 'jsonpath={{..namespace}}'")
    assert done.stdout == "bakery shop"


def test_it_follows_a_set_up_cell_that_is_run_again(machine: Machine) -> None:
    notebook = machine.notebook()
    with machine.terminal(SHELL="/bin/sh") as terminal:
        terminal.expect_exact("(02-services) ")
        copy = next(machine.temporary.glob(f"kubelearn-{terminal.pid}-*/config"))
        first = copy.read_text()
        notebook.run("before = cluster; cluster = kubelearn.connect(namespace='second')")
        until(lambda: "second" in copy.read_text())
        notebook.run("cluster.close()")
        until(lambda: copy.read_text() == first)
        notebook.run("before.close()")
        until(lambda: shell.ENDED in copy.read_text())


def test_after_kill_9_there_is_no_session(machine: Machine) -> None:
    notebook = machine.notebook()
    assert [session.pid for session in sessions.running()] == [notebook.process.pid]
    notebook.process.kill()  # what it leaves is a process that nobody has waited for: its number is still taken
    until(lambda: sessions.running() == [])
    assert list(machine.temporary.glob(f"kubelearn-{notebook.process.pid}-*"))
