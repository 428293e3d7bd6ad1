"""What is imported, and when: what a kernel does not need costs it neither time nor memory."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

import kubelearn

#: Pictures, graphs, widgets and the notebook: 100 MB that a cluster does not need.
VIEWS = {"numpy", "networkx", "ipywidgets", "anywidget", "traitlets", "IPython"}
#: The official client, and what comes with it.
CLIENT = {"kubernetes", "pydantic", "requests", "oauthlib", "urllib3", "websocket"}
#: Objects to draw, without a cluster: a pod on a node.
DRAW = """
from kubelearn import topology
from kubelearn.views.traffic import Traffic
pod = {"metadata": {"name": "web", "namespace": "default"}, "spec": {"nodeName": "worker"}}
objects = {"nodes": [], "services": [], "endpointslices": [], "pods": [pod]}
"""


def imported(code: str) -> set[str]:
    """Run code in a fresh process, and return the modules that came with it.

    The package's own ones have their full name, others the first part of it.
    """
    whole = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", whole], check=True, capture_output=True, text=True)
    modules = done.stdout.split("\n")[-2].split()
    return {name if name.startswith("kubelearn") else name.partition(".")[0] for name in modules}


def foreign(code: str) -> set[str]:
    """Return what was imported that belongs neither to Python nor to the package."""
    return {name for name in imported(code) if not name.startswith("kubelearn")} - sys.stdlib_module_names


def test_the_package_by_itself_is_one_module() -> None:
    assert imported("import kubelearn") - sys.stdlib_module_names == {"kubelearn"}


@pytest.mark.parametrize(
    "module",
    [
        "target.environment",
        "target.errors",
        "target.workdir",
        "target.deadline",
        "target.kubectl",
        "target.kernel",
        "target.choice",
        "target.later",
        "target.images",
        "notebook.cell",
        "cli.jupyter",
    ],
)
def test_small_parts_need_nothing_but_python(module: str) -> None:
    assert foreign(f"import kubelearn.{module}") == set()
    assert not {"asyncio", "ssl", "kubelearn.target.connection"} & imported(f"import kubelearn.{module}")


def test_the_function_connect_is_found_without_the_client_and_the_cluster() -> None:
    found = imported("from kubelearn import connect, Cluster")
    assert not (VIEWS | CLIENT | {"aiohttp", "trustme", "kubelearn.cluster.embedded"}) & found
    assert "kubelearn.target.connection" in found


def test_a_cluster_starts_and_ends_without_pictures_widgets_and_the_client() -> None:
    found = imported("import kubelearn\nwith kubelearn.connect():\n    pass")
    assert not (VIEWS | CLIENT) & found
    assert "aiohttp" in found


def test_the_client_comes_with_the_first_question() -> None:
    found = imported("import kubelearn\nwith kubelearn.connect() as cluster:\n    repr(cluster)")
    assert "kubernetes" in found
    assert not VIEWS & found


def test_a_cluster_by_itself_needs_no_client() -> None:
    found = imported("from kubelearn.cluster.embedded import EmbeddedCluster\nwith EmbeddedCluster():\n    pass")
    assert not (VIEWS | CLIENT) & found


def test_views_are_imported_without_the_graph() -> None:
    code = (
        "from kubelearn import decisions, load, names, plots, ports, rollout, selector, termination, topology, traffic,"
        " variables, widgets"
    )
    assert not {"numpy", "networkx"} & imported(code)


@pytest.mark.parametrize(
    ("code", "wanted", "unwanted"),
    [
        pytest.param(
            "from kubelearn.views import pods; pods.state(pod)",
            set(),
            {"networkx"},
            id="a state does without the graph",
        ),
        pytest.param(
            "topology.draw(topology.build(objects)).svg()",
            set(),
            {"networkx", "numpy", "IPython"},
            id="so does a picture",
        ),
        pytest.param(
            "topology.graph_of(topology.build(objects))",
            {"networkx"},
            {"numpy"},
            id="a question needs it",
        ),
    ],
)
def test_the_graph_comes_with_what_asks_it(code: str, wanted: set[str], unwanted: set[str]) -> None:
    found = imported(DRAW + code)
    assert wanted <= found
    assert not unwanted & found


@pytest.mark.parametrize("name", kubelearn.__all__)
def test_every_name_of_the_package_is_listed_and_found(name: str) -> None:
    found = getattr(kubelearn, name)
    home = found.__name__ if isinstance(found, ModuleType) else found.__module__
    assert name in dir(kubelearn)
    assert ".".join(home.split(".")[:2]) in imported(f"from kubelearn import {name}")
    assert getattr(kubelearn, name) is getattr(kubelearn, name)


def test_all_names_at_once_and_modules_beside_them_are_imported_as_ever() -> None:
    imported(
        "from kubelearn import *\nassert callable(connect) and callable(quiz) and callable(exercise) and"
        " callable(progress)"
    )
    imported(
        "from kubelearn import topology, connect, kubectl\nimport kubelearn\nassert kubelearn.topology is topology"
    )
    with pytest.raises(AttributeError, match="has no attribute 'conect'"):
        kubelearn.conect  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'conect'"):
        exec("from kubelearn import conect")
