"""No way into the course lets a cell reach the learner's own cluster.

The cells come without set-up, after a restart, after ``close()``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient

from kubelearn.target import environment
from tests.notebooks.course import COURSE, notebook

from . import kernels
from .kernels import Kernel
from .second import Second, running

#: What a learner, or a lesson, may run at any moment: the worst first.
DANGEROUS = (
    "!kubectl delete namespace storage --wait=false > /dev/null",
    "!kubectl delete service,deployment --all",
    (
        "%%bash\nkubectl delete pod client --grace-period=1 > /dev/null 2>&1 || true\nkubectl scale deployment shop"
        " --replicas=3 || true"
    ),
    "%%sh\nkubectl create namespace market2 || true",
    (
        "import subprocess\nprint(subprocess.run(['kubectl', 'delete', 'deployment', 'hello'], capture_output=True,"
        " text=True).stderr)"
    ),
    "from kubernetes import client, config\nconfig.load_kube_config()\nclient.CoreV1Api().delete_namespace('market')",
    "!kubectl --namespace storage create configmap mark --from-literal=a=b",
)
#: The set-up of a lesson, with the cluster let go again.
OPEN_AND_CLOSE = "import kubelearn\ncluster = kubelearn.connect()\ncluster.close()"

LAB = [sys.executable, "-m", "jupyterlab"]
BINDER = ["bash", "-c", f'cd "{kernels.ROOT}" && exec bash binder/start "$@"', "bash", *LAB]
WAYS: dict[str, Callable[[dict[str, str], Path], AbstractContextManager[Kernel]]] = {
    "kubelearn lab": partial(kernels.server, [sys.executable, "-m", "kubelearn", "lab", "."], "kubelearn"),
    "Binder": partial(kernels.server, BINDER, "kubelearn"),
    "a JupyterLab that was there, the course's kernel": partial(kernels.server, LAB, "kubelearn"),
    "a JupyterLab that was there, Python 3": partial(kernels.server, LAB, "python3"),
    "nbconvert, nbclient, papermill: the course's kernel": partial(kernels.manager, "kubelearn"),
    "nbval --nbval-current-env: Python 3": partial(kernels.manager, "python3"),
    "VS Code: the environment's interpreter": kernels.interpreter,
}


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Second]:
    with running(tmp_path_factory.mktemp("home")) as cluster:
        yield cluster


def refused(kernel: Kernel) -> None:
    """Run everything that is dangerous; each cell is told what to do."""
    for cell in DANGEROUS:
        assert environment.NO_CLUSTER in kernel.run(cell) or "> /dev/null" in cell, cell


@pytest.mark.parametrize("by_variable", [True, False], ids=["KUBECONFIG", "default file"])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_reaches_the_learners_cluster(way: str, by_variable: bool, second: Second, tmp_path: Path) -> None:
    env = kernels.environment(second.kubeconfig, by_variable)
    with WAYS[way](env, tmp_path) as kernel:
        refused(kernel)  # no set-up
        assert (
            "error"
            not in kernel.run("import kubelearn\ncluster = kubelearn.connect()\n!kubectl create namespace mine").lower()
        )
        kernel.restart()
        refused(kernel)
        kernel.run(OPEN_AND_CLOSE)
        refused(kernel)
    assert second.changes() == []


def test_the_learners_cluster_would_have_been_reached(second: Second, tmp_path: Path) -> None:
    """Without the guard, these cells do reach it: the tests above can fail."""
    env = kernels.environment(second.kubeconfig, by_variable=True)
    with kernels.manager("python3", env, tmp_path) as kernel:
        kernel.run(f"%env KUBECONFIG={second.kubeconfig}")  # the learner says so: a cell reaches what it names
        assert "storage" in kernel.run("!kubectl get namespaces")
    assert second.changes() == []


@pytest.mark.parametrize("name", COURSE)
def test_no_cell_of_a_lesson_reaches_it_without_the_set_up_cell(name: str, second: Second, tmp_path: Path) -> None:
    cells = [cell.source for cell in notebook(name).code_cells if "kubelearn.connect(" not in cell.source]
    with kernels.manager("kubelearn", kernels.environment(second.kubeconfig, by_variable=True), tmp_path) as kernel:
        for cell in cells:
            kernel.run(cell.replace("sleep 1", "break"))  # a loop that waits for something ends at once
    assert second.changes() == []


def test_clean_up_cells_fail_without_a_handle(second: Second, tmp_path: Path) -> None:
    cells = [cell for name in COURSE if (cell := notebook(name).cell("cleanup"))]
    with kernels.manager("kubelearn", kernels.environment(second.kubeconfig, by_variable=True), tmp_path) as kernel:
        for cell in cells:
            assert "NameError" in kernel.run(cell.source), cell.source
    assert len(cells) >= 7
    assert second.changes() == []


def test_a_context_that_is_named_on_purpose_is_reached(second: Second, tmp_path: Path) -> None:
    connect = (
        "import kubelearn\ncluster = kubelearn.connect(context='mine', namespace='storage')\n!kubectl get deployment -n"
        " default shop"
    )
    for by_variable in (True, False):
        with kernels.manager("kubelearn", kernels.environment(second.kubeconfig, by_variable), tmp_path) as kernel:
            assert "shop" in kernel.run(connect)
            refused_again = kernel.run("cluster.close()\n!kubectl get namespaces")
            assert environment.NO_CLUSTER in refused_again
    assert second.changes() == []


def test_a_jupyter_without_the_course_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another environment has no kernel of this name: it asks for one, and runs no cell before."""
    for variable in ("JUPYTER_PATH", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    content = nbformat.from_dict(notebook("06-debugging").content)
    content.metadata.kernelspec.name = "kubelearn-of-another-environment"
    # In a thread: in the main one nbclient takes SIGINT for its kernel, and keeps it when there is no kernel.
    with ThreadPoolExecutor(1) as pool, pytest.raises(NoSuchKernel):
        pool.submit(NotebookClient(content).execute).result()
