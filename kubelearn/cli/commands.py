"""The command line: ``python -m kubelearn up`` and friends."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from kubelearn.cluster import meta
from kubelearn.cluster.timing import Timing
from kubelearn.target import workdir

#: The lags that ``up`` can set, and what takes so long.
_LAGS = {
    "request": "the API server's answer to a request",
    "container_start": "the start of a container",
    "image_pull": "fetching an image",
    "exec_start": "the start of a program with kubectl exec",
    "pod_removal": "the end of a pod whose containers have ended",
}
#: argparse's way to add a subcommand.
_Add = Callable[..., argparse.ArgumentParser]
_KEPT = "yours, not updated; rename it to get the new one"
_FOLDER_HELP = (
    "where the notebooks are copied to, without stored outputs; what you changed there stays as it is (default: "
    "kubelearn-course)"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    own, others = _split(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(own)
    options.others = others
    try:
        code: int = options.run(options)
    except (OSError, ValueError, RuntimeError) as error:
        print(f"kubelearn: {error}", file=sys.stderr)
        return 1
    return code


def _split(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Split off what is for another program, and what argparse would take for its own.

    That is what follows ``lab [DIR]``, for JupyterLab, and ``shell [NOTEBOOK] --``, which is a command.
    """
    if arguments[:1] == ["shell"] and "--" in arguments:
        end = list(arguments).index("--")
        return arguments[:end], arguments[end + 1 :]
    if not arguments or arguments[0] != "lab":
        return arguments, ()
    end = 2 if len(arguments) > 1 and (arguments[1] in ("-h", "--help") or not arguments[1].startswith("-")) else 1
    return arguments[:end], arguments[end:]


def _parser() -> argparse.ArgumentParser:
    """Return the parser of all subcommands; each sets ``run``, a function of the options that returns an exit code."""
    parser = argparse.ArgumentParser(
        prog="kubelearn", description="A Kubernetes cluster to learn on, and the course that uses it."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_up(commands.add_parser)
    _add_course(commands.add_parser)
    _add_kubernetes(commands.add_parser)
    return parser


def _add_up(add: _Add) -> None:
    up = add("up", help="run the embedded cluster until Ctrl-C")
    up.add_argument(
        "--kubeconfig",
        type=Path,
        metavar="PATH",
        help="where to write the kubeconfig (default: a private temporary file)",
    )
    up.add_argument("--port", type=int, default=0, help="port of the API server on 127.0.0.1 (default: a free one)")
    up.add_argument("--seed", type=int, default=None, help="repeat names, addresses and balancing")
    _add_lags(up)
    up.add_argument(
        "--nodes", metavar="NAMES", default="", help="comma-separated names of the nodes, the control plane first"
    )
    up.add_argument(
        "--client-certificate",
        action="store_true",
        help="a kubeconfig that logs in with a client certificate, as kind's does, in place of a token",
    )
    up.set_defaults(run=_up)


def _add_lags(up: argparse.ArgumentParser) -> None:
    lags = up.add_argument_group(
        "lags", "Small by default. A real cluster takes seconds to start a container, and longer to pull an image."
    )
    lags.add_argument("--pace", type=float, default=1.0, metavar="FACTOR", help="factor on every lag (default: 1)")
    for name, what in _LAGS.items():
        default: float = getattr(Timing, name)
        lags.add_argument(
            f"--{name.replace('_', '-')}",
            type=float,
            default=default,
            metavar="SECONDS",
            help=f"{what} (default: {default:g})",
        )
    lags.add_argument(
        "--fresh-nodes", action="store_true", help="the nodes have to pull the lessons' images before they run them"
    )


def _add_course(add: _Add) -> None:
    """Add what copies the course, opens it, and looks whether all is there."""
    usage = "kubelearn lab [DIR] [JUPYTERLAB'S OPTIONS, such as --no-browser]"
    lab = add("lab", help="copy the course, and open it in JupyterLab", usage=usage)
    lab.add_argument("folder", nargs="?", type=Path, metavar="DIR", help=_FOLDER_HELP)
    lab.set_defaults(run=_lab)
    copy = add("copy", help="copy the course, and open nothing")
    copy.add_argument("folder", nargs="?", type=Path, metavar="DIR", help=_FOLDER_HELP)
    copy.set_defaults(run=_copy)
    doctor = add("doctor", help="see what the course needs, and what to do about what is missing")
    doctor.add_argument(
        "folder", nargs="?", type=Path, metavar="DIR", help="where the course is to lie (default: as for lab)"
    )
    doctor.add_argument("--port", type=int, default=8888, help="where JupyterLab is to listen (default: 8888)")
    doctor.set_defaults(run=_doctor)


def _add_kubernetes(add: _Add) -> None:
    """Add what makes a real cluster, and reaches clusters with kubectl."""
    kind = add("kind", help="make, show or delete a real cluster in containers, with kind")
    kind.add_argument("action", choices=("up", "status", "down"))
    kind.set_defaults(run=_kind)
    kubectl = add("kubectl", help="show where the kubectl is that the course uses")
    kubectl.set_defaults(run=_kubectl)
    shell = add(
        "shell",
        help="open a shell whose kubectl reaches a running notebook's cluster",
        usage="kubelearn shell [NOTEBOOK] [-- COMMAND …]",
    )
    shell.add_argument(
        "session",
        nargs="?",
        default="",
        metavar="NOTEBOOK",
        help="name of the notebook, or its number in the list (default: the only one, or a question)",
    )
    shell.set_defaults(run=_shell)


def _shell(options: argparse.Namespace) -> int:
    from . import shell

    return shell.run(options.session, options.others)


def _lab(options: argparse.Namespace) -> int:
    from . import jupyter

    folder = jupyter.folder(options.folder)
    _copy_to(folder)
    print("JupyterLab starts, and prints its address below; Ctrl-C, here, ends it.", flush=True)
    return jupyter.run(folder, options.others)


def _copy(options: argparse.Namespace) -> int:
    from . import jupyter

    _copy_to(jupyter.folder(options.folder))
    return 0


def _copy_to(folder: Path) -> None:
    """Copy the course, and say what was done."""
    from . import jupyter

    copied = jupyter.copy(jupyter.course(), folder)
    for what, names in (("new", copied.added), ("updated", copied.updated), (_KEPT, copied.kept)):
        for name in names:
            print(f"{folder / name} ({what})")
    print(f"The course is in {folder.absolute()}: what you change there is yours, and stays as it is.", flush=True)


def _doctor(options: argparse.Namespace) -> int:
    from . import doctor, jupyter

    return 0 if doctor.report(jupyter.folder(options.folder), options.port) else 1


def _kind(options: argparse.Namespace) -> int:
    from kubelearn.target import kind

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # kind's signs must not end it where they cannot be printed
    if options.action == "status":
        there, text = kind.status()
        print(text)
        return 0 if there else 1
    (kind.up if options.action == "up" else kind.down)(lambda line: print(line, flush=True))
    return 0


def _kubectl(_: argparse.Namespace) -> int:
    from kubelearn.target import kubectl

    print(kubectl.find())
    return 0


def _up(options: argparse.Namespace) -> int:
    from kubelearn.cluster.embedded import NODES, EmbeddedCluster

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if not 0 <= options.port < 65536:
        raise ValueError(f"--port must be between 0 and 65535, not {options.port}")
    folder = None if options.kubeconfig else workdir.create()
    path: Path = (folder / "config" if folder else options.kubeconfig).absolute()
    _check_writable(path)
    nodes = tuple(options.nodes.split(",")) if options.nodes else NODES
    timing = Timing(pace=options.pace, **{name: getattr(options, name) for name in _LAGS})
    try:
        with EmbeddedCluster(
            seed=options.seed, timing=timing, port=options.port, nodes=nodes, preloaded=not options.fresh_nodes
        ) as cluster:
            workdir.write_private(path, cluster.kubeconfig(certificate=options.client_certificate))
            print(f"Kubernetes {meta.VERSION} is ready: export KUBECONFIG={path}", flush=True)
            while not stop.wait(0.5):  # on Windows Ctrl-C is seen only between two waits
                pass
        return 0
    finally:
        if folder is not None:
            workdir.remove(folder)
        elif path.exists() and _is_ours(path):
            path.unlink()


def _check_writable(path: Path) -> None:
    """Refuse to overwrite somebody's kubeconfig."""
    if path.exists() and path.stat().st_size and not _is_ours(path):
        raise ValueError(f"{path} exists and is not a kubeconfig of kubelearn's: choose another path, or remove it")
    if not os.access(path.parent, os.W_OK):
        raise ValueError(f"cannot write to the folder {path.parent}")


def _is_ours(path: Path) -> bool:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        return False
    return isinstance(content, dict) and content.get("current-context") == "kubelearn"
