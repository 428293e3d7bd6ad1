"""Cells in a real kernel: those that fail, those that do not end, and those that are stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from kubelearn import notebook

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the cells are for a POSIX shell")

SERVER = "registry.k8s.io/e2e-test-images/agnhost:2.53"


class Kernel:
    """A kernel in which the set-up cell has run."""

    def __init__(self, folder: Path):
        from jupyter_client.manager import KernelManager

        self._manager = KernelManager()
        source = str(Path(notebook.__file__).parents[2])
        self._manager.start_kernel(cwd=str(folder), env={**os.environ, "PYTHONPATH": source})
        self.client = self._manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.run("import kubelearn; cluster = kubelearn.connect(pace=0.1)")
        self.run(f"!kubectl run server --image={SERVER} -- netexec")
        self.run("!kubectl wait --for=condition=Ready pod/server")

    def run(self, code: str) -> Shown:
        return self.shown(self.client.execute(code))

    def shown(self, message: str) -> Shown:
        """Wait for the end of a cell, and return what it showed."""
        found = Shown()
        while True:
            received = self.client.get_iopub_msg(timeout=60)
            if received["parent_header"].get("msg_id") != message:
                continue
            if received["msg_type"] == "status" and received["content"]["execution_state"] == "idle":
                return found
            found.take(received)

    def wait_for(self, message: str, text: str) -> None:
        """Wait until a cell shows a text."""
        found = Shown()
        while text not in found.out:
            received = self.client.get_iopub_msg(timeout=60)
            if received["parent_header"].get("msg_id") == message:
                found.take(received)

    def stop(self, *, only_kernel: bool) -> None:
        """Press the stop button, as JupyterLab does, or as editors do that send a signal to the kernel alone."""
        if only_kernel:
            os.kill(self.pid, signal.SIGINT)
        else:
            self._manager.interrupt_kernel()

    @property
    def pid(self) -> int:
        return int(self._manager.provisioner.process.pid)  # type: ignore[union-attr]

    def commands(self) -> list[psutil.Process]:
        """Return the processes that run on this kernel's cluster, also those that have lost their parent."""
        return [process for process in psutil.process_iter() if process.pid != self.pid and self._is_ours(process)]

    def wait_for_commands(self) -> None:
        """Wait until a command runs: what captures the output shows nothing before the end."""
        deadline = time.monotonic() + 30
        while not self.commands():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            lives = process.status() != psutil.STATUS_ZOMBIE
            return lives and f"kubelearn-{self.pid}-" in process.environ().get("KUBECONFIG", "")
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    def end(self) -> None:
        self.client.stop_channels()
        self._manager.shutdown_kernel(now=True)


class Shown:
    """What a cell has shown.

    Attributes:
        out: on its standard output.
        errors: on its standard error.
        trace: lines of a traceback.
        name: the exception's.
        result: the cell's value.
    """

    def __init__(self) -> None:
        self.out = self.errors = self.name = self.result = ""
        self.trace: list[str] = []

    def take(self, message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] == "stream" and content["name"] == "stdout":
            self.out += content["text"].replace("\r", "")
        elif message["msg_type"] == "stream":
            self.errors += content["text"]
        elif message["msg_type"] == "error":
            self.name, self.trace = content["ename"], content["traceback"]
        elif message["msg_type"] == "execute_result":
            self.result = content["data"]["text/plain"]


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory, kubectl: str) -> Iterator[Kernel]:
    kernel = Kernel(tmp_path_factory.mktemp("notebook"))
    try:
        yield kernel
    finally:
        kernel.end()


NOT_FOUND = 'Error from server (NotFound): pods "nosuch" not found\n'


@pytest.mark.parametrize("magic", ["bash", "sh"])
@pytest.mark.parametrize(
    ("line", "cell", "errors"),
    [
        ("", "kubectl get pod nosuch", NOT_FOUND),
        ("", "exit 3", "The cell ended with exit code 3.\n"),
        ("", "echo; echo >&2; false", "\nThe cell ended with exit code 1.\n"),
        ("", "kubectl get pod nosuch; true", NOT_FOUND),
        ("--no-raise-error", "exit 3", ""),
        ("--err text", "kubectl get pod nosuch", ""),
        ("", "true", ""),
        ("--out text", "echo; exit 2", "The cell ended with exit code 2.\n"),
    ],
)
def test_a_cell_that_fails_shows_what_its_commands_said(
    kernel: Kernel,
    magic: str,
    line: str,
    cell: str,
    errors: str,
) -> None:
    shown = kernel.run(f"%%{magic} {line}\n{cell}")
    assert (shown.trace, shown.errors) == ([], errors)


def test_the_manifest_that_is_wrong(kernel: Kernel) -> None:
    manifest = "apiVersion: v1\nkind: Pot\nmetadata: {name: a}"
    shown = kernel.run(f"%%bash\nkubectl apply -f - <<END\n{manifest}\nEND\necho after")
    assert (shown.trace, shown.out) == ([], "after\n")
    assert 'no matches for kind "Pot"' in shown.errors


def test_the_exit_code_is_there_as_after_an_exclamation_mark(kernel: Kernel) -> None:
    kernel.run("%%bash\nexit 3")
    assert kernel.run("_exit_code").result == "3"
    kernel.run("%%bash\ntrue")
    assert kernel.run("_exit_code").result == "0"


@pytest.mark.parametrize("code", ["nosuch", "%%python\n1/0", "%%script bash\nexit 3", "%%writefile"])
def test_what_is_no_shell_command_fails_as_ever(kernel: Kernel, code: str) -> None:
    shown = kernel.run(code)
    assert shown.trace or "UsageError" in shown.errors


def test_run_all_goes_on_after_a_cell_that_fails(kernel: Kernel) -> None:
    kernel.client.execute("%%bash\nkubectl get pod nosuch")
    assert kernel.run("print('goes on')").out == "goes on\n"


def test_a_file_that_cannot_be_written(kernel: Kernel) -> None:
    shown = kernel.run("%%writefile no/such/folder.yaml\nkind: Pod")
    said = "The file was not written: No such file or directory: no/such/folder.yaml\n"
    assert (shown.trace, shown.errors) == ([], said)
    kernel.run("%%writefile a.yaml\nkind: Pod")
    kernel.run("%%writefile -a a.yaml\nname: a")
    assert kernel.run("open('a.yaml').read()").result == r"'kind: Pod\nname: a\n'"


@pytest.mark.parametrize(
    "code",
    [
        "!touch ran; kubectl edit pod server",
        "x = !touch ran; kubectl edit pod server",
        "!!touch ran; kubectl edit pod server",
        "%sx touch ran; kubectl edit pod server",
        "%%sx\ntouch ran; kubectl edit pod server",
        "%%!\ntouch ran\nkubectl exec -it server -- sh",
        "%%bash\ntouch ran\nkubectl exec -it server -- sh",
        "%%sh\ntouch ran\nkubectl edit pod server",
        "%system touch ran; kubectl edit pod server",
        "name = 'server'\n!touch ran; kubectl exec -it {name} -- sh",
        "for i in range(1):\n    !touch ran; kubectl run -it x --image=busybox",
    ],
)
def test_what_needs_a_terminal_is_not_run(kernel: Kernel, code: str) -> None:
    shown = kernel.run(code)
    assert shown.trace == []
    assert "needs a terminal" in shown.errors
    assert "kubelearn shell" in shown.errors
    assert kernel.run("import os; os.path.exists('ran')").result == "False"
    assert kernel.run("print('goes on')").out == "goes on\n"


def test_commands_see_the_variables_of_the_function_that_runs_them(kernel: Kernel) -> None:
    body = "!kubectl exec -it {p} -- hostname\n    x = !echo {p} $p {1 + 1}\n    return x"
    shown = kernel.run(f"def f(p):\n    {body}\nf('server')")
    assert (shown.out, shown.result) == ("server\n", "['server server 2']")


STOPPED = {
    "!kubectl get pods -w": "server ",
    "!kubectl logs -f server": "HTTP",
    "!kubectl port-forward pod/server 0:8080": "Forwarding",
    "!kubectl proxy --port=0": "Starting",
    "!kubectl attach server": "press",
    "!kubectl get pods -w | cat": "server ",
    "!echo a; kubectl exec server -- sleep 1000": "a",
    "!trap '' INT; kubectl logs -f server": "HTTP",
    "x = !kubectl get pods -w": "■",
    "%sx kubectl logs -f server": "■",
    "!!kubectl port-forward pod/server 0:8080 | cat": "■",
    "%%bash\nkubectl get pods -w": "server ",
    "%%bash\nkubectl get pods -w | cat\necho": "server ",
    "%%sh\nkubectl logs -f server\ntrue": "HTTP",
    "%%bash\nkubectl port-forward pod/server 0:8080": "Forwarding",
    "%%bash\necho a\nkubectl exec server -- sleep 1000": "a",
    "%%bash\ntrap '' INT TERM\nkubectl logs -f server": "HTTP",
    "%%bash\nkubectl get pods -w &\nwait": "server ",
    "%%bash\nwhile true; do kubectl get pods; done": "server ",
}


@pytest.mark.parametrize("only_kernel", [False, True])
@pytest.mark.parametrize("code", list(STOPPED))
def test_a_cell_that_is_stopped_ends_at_once_and_leaves_nothing(kernel: Kernel, code: str, only_kernel: bool) -> None:
    message = kernel.client.execute(code)
    kernel.wait_for(message, STOPPED[code])
    kernel.wait_for_commands()
    begin = time.monotonic()
    kernel.stop(only_kernel=only_kernel)
    shown = kernel.shown(message)
    assert time.monotonic() - begin < 10, "some hundredths of a second, on a machine that does nothing else"
    assert len(shown.trace) <= 1
    assert shown.errors == ""
    gone, _ = psutil.wait_procs(kernel.commands(), timeout=10)
    assert kernel.commands() == [], gone
    assert kernel.run("cluster").result == "<Cluster embedded v1.36 3 nodes Ready>"


def test_what_was_read_until_the_stop_is_kept(kernel: Kernel) -> None:
    message = kernel.client.execute("x = !kubectl get pods -w")
    kernel.wait_for(message, "■")
    kernel.wait_for_commands()
    kernel.stop(only_kernel=False)
    kernel.shown(message)
    assert kernel.run("type(x).__name__").result == "'SList'"


def test_run_all_ends_where_a_cell_was_stopped(kernel: Kernel) -> None:
    message = kernel.client.execute("%%bash\nkubectl logs -f server")
    second = kernel.client.execute("print('goes on')")
    kernel.wait_for(message, "HTTP")
    kernel.stop(only_kernel=False)
    shown = kernel.shown(message)
    assert (shown.name, shown.trace) == ("Stopped", ["The cell was stopped."])
    assert kernel.shown(second).out == ""


def test_preparing_twice_changes_nothing(kernel: Kernel) -> None:
    magics = "[ip.find_cell_magic(name) for name in ('bash', 'sh', 'writefile')]"
    functions = "[getattr(type(ip), name).__globals__[name] for name in ('system', 'getoutput')]"
    look = f"{magics} + {functions}"
    kernel.run(f"ip = get_ipython(); before = {look}; kubelearn.notebook.prepare(); kubelearn.connect().close()")
    assert kernel.run(f"before == {look}").result == "True"


def test_outside_ipython_nothing_is_prepared() -> None:
    modules = "('IPython', 'pexpect', 'kubelearn.notebook.scripts')"
    asking = f"print([m for m in {modules} if m in sys.modules])"
    code = f"import sys\nfrom kubelearn import notebook\nnotebook.prepare()\n{asking}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
    notebook.prepare()
