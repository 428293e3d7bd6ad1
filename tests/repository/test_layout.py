"""The layout stays: sizes, circles, docstrings, and the names by which lessons import."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "kubelearn"
Graph = dict[str, set[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef

#: Circles of modules inside one package → why they stay. There is none between packages.
CIRCLES = {
    (
        "kubelearn.cluster.containers.shell.expansion",
        "interpreter",
        "redirection",
        "simple",
    ): ("names of types only: an expansion and others get the shell that runs them"),
    ("kubelearn.cluster.containers.shell.lexer", "parser"): (
        "the grammar is recursive: what stands in $(…) is a script again"
    ),
    ("kubelearn.cluster.kubelet.container", "kubelet", "pod_worker"): (
        "names of types only: a container knows its pod's worker, and that its kubelet"
    ),
    ("kubelearn.cluster.network.connection", "http1", "listener"): (
        "names of types only: a listener has connections, and each knows its listener"
    ),
    ("kubelearn.cluster.network.fabric", "namespace"): (
        "names of types only: the network has the pods' views of it, and each knows its network"
    ),
}


@dataclass(frozen=True)
class Module:
    """A module of the package."""

    name: str
    path: Path

    @property
    def package(self) -> str:
        """The package that relative imports begin at."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


# Sizes


def test_few_modules_lie_loose_beside_the_folders() -> None:
    loose = [path.name for path in PACKAGE.glob("*.py")]
    assert len(loose) <= 6, loose


def test_no_line_has_more_than_120_columns() -> None:
    long = [
        f"{shown(path)}:{number}"
        for path in sources("kubelearn", "tests")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > 120
    ]
    assert long == [], f"{len(long)} lines"


def test_functions_are_short() -> None:
    long = [
        f"{shown(path)}: {function.name}, {lines} lines"
        for path in sources("kubelearn", "tests")
        for function in functions(parsed(path))
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > 40
    ]
    assert len(long) <= 6, "\n".join([f"{len(long)} functions", *long])


def test_modules_are_short() -> None:
    long = [
        f"{shown(path)}: {lines} lines"
        for path in sources("kubelearn", "tests")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    ]
    assert long == [], "\n".join([f"{len(long)} modules", *long])


# Docstrings


def public(node: ast.Module | ast.ClassDef, name: str) -> Iterator[tuple[str, bool]]:
    """Yield what others may use of a module or class, itself included, and whether it says what it is."""
    yield name, ast.get_docstring(node) is not None
    for child in node.body:
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from public(child, f"{name}.{child.name}")
        elif isinstance(child, Function) and not child.name.startswith("_"):
            yield f"{name}.{child.name}", ast.get_docstring(child) is not None


def test_what_is_public_says_what_it_is() -> None:
    found = [entry for path in sources("kubelearn") for entry in public(parsed(path), shown(path))]
    silent = [name for name, says in found if not says]
    assert len(silent) <= len(found) / 10, "\n".join([f"{len(silent)} of {len(found)} say nothing", *silent])


def test_packages_say_what_is_in_them() -> None:
    assert [shown(path) for path in PACKAGE.rglob("__init__.py") if not ast.get_docstring(parsed(path))] == []


# Circles


def modules(folder: Path) -> dict[str, Module]:
    found = {}
    for path in folder.rglob("*.py"):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if path.name == "__init__.py" else parts)
        found[name] = Module(name, path)
    return found


def imported(module: Module) -> Iterator[str]:
    """Yield what a module imports at any time, and for its types: modules, or names in them."""
    for node in ast.walk(parsed(module.path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = module.package.split(".")
            base = start[: len(start) - node.level + 1] if node.level else []
            base = [*base, *(node.module or "").split(".")] if node.module else base
            yield from (".".join([*base, alias.name]) for alias in node.names)


def graph(found: dict[str, Module]) -> Graph:
    """Return which module imports which others of the package."""
    arrows: Graph = {name: set() for name in found}
    for name, module in found.items():
        for target in imported(module):
            home = target if target in found else target.rpartition(".")[0]
            if home in found and home != name:
                arrows[name].add(home)
    return arrows


def among_children(package: str, arrows: Graph) -> Graph:
    """Return which child of a package imports which other one, each with all that is in it."""
    depth = package.count(".") + 2
    children: Graph = {}
    for source, targets in arrows.items():
        if source.startswith(f"{package}."):
            child = ".".join(source.split(".")[:depth])
            inside = {".".join(target.split(".")[:depth]) for target in targets if target.startswith(f"{package}.")}
            children.setdefault(child, set()).update(inside - {child})
    return children


def reachable(start: str, arrows: Graph) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = arrows[waiting.pop()] - found
        found |= new
        waiting.extend(new)
    return found


def circles(arrows: Graph) -> set[frozenset[str]]:
    """Return groups of places that can all be reached from each other."""
    reached = {name: reachable(name, arrows) for name in arrows}
    groups = (frozenset(other for other in reached[name] if name in reached[other]) for name in arrows)
    return {group for group in groups if group}


def all_circles(found: dict[str, Module]) -> set[frozenset[str]]:
    arrows = graph(found)
    packages = [name for name, module in found.items() if module.path.name == "__init__.py"]
    return {circle for package in packages for circle in circles(among_children(package, arrows))}


def named(members: frozenset[str]) -> tuple[str, ...]:
    """Return a circle as :data:`CIRCLES` names it: the first module in full, the others by their last name."""
    first, *others = sorted(members)
    return first, *(other.rpartition(".")[2] for other in others)


def test_no_circle_goes_through_two_packages() -> None:
    found = modules(PACKAGE)
    packages = {name for name, module in found.items() if module.path.name == "__init__.py"}
    assert [sorted(circle) for circle in all_circles(found) if circle & packages] == []


def test_circles_inside_a_package_are_known() -> None:
    assert {named(circle) for circle in all_circles(modules(PACKAGE))} == set(CIRCLES)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"low/a.py": "", "high/b.py": "from top.low import a"}, [], id="one way"),
        pytest.param(
            {"low/a.py": "from top.high.b import c", "high/b.py": "from ..low import d", "low/d.py": ""},
            [["top.high", "top.low"]],
            id="two packages by other modules",
        ),
        pytest.param(
            {"low/a.py": "def f():\n    from . import b", "low/b.py": "import top.low.a"},
            [["top.low.a", "top.low.b"]],
            id="late, inside one package",
        ),
    ],
)
def test_a_circle_is_found(files: dict[str, str], expected: list[list[str]], tmp_path: Path) -> None:
    top = tmp_path / "top"
    for name, text in {"__init__.py": "", "low/__init__.py": "", "high/__init__.py": "", **files}.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert [sorted(circle) for circle in all_circles(modules(top))] == expected


# Names


def lines_of_lessons() -> list[str]:
    """Return the lines of all code cells."""
    cells = [
        cell
        for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    return [line for cell in cells for line in "".join(cell["source"]).splitlines()]


def test_every_name_that_lessons_import_is_found() -> None:
    lines = lines_of_lessons()
    imports = {line for line in lines if re.match(r"(from|import) kubelearn\b", line)}
    names = {name for line in lines for name in re.findall(r"\bkubelearn\.([a-z]\w*)", line)}
    modules = {name for line in imports for name in re.findall(r"kubelearn\.(\w+) import", line)}
    assert {"connect", "exercise", "quiz"} <= names
    assert any("topology" in line for line in imports)
    code = "\n".join(["import kubelearn", *sorted(imports), *(f"kubelearn.{name}" for name in sorted(names - modules))])
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
