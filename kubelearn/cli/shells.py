"""How an interactive shell is started so that its start-up files cannot change where kubectl goes."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from kubelearn.target import workdir


def interactive(
    folder: Path,
    variables: Mapping[str, str],
    programs: str,
    name: str,
) -> tuple[list[str], dict[str, str]]:
    """Return the command that starts the learner's shell, and what its environment has more.

    The learner's own start-up file is read first: one that sets ``KUBECONFIG`` would lead kubectl to another cluster.

    Args:
        folder: a private folder for start-up files.
        variables: what holds in the shell, whatever those files say.
        programs: what goes before the PATH.
        name: what the prompt begins with.
    """
    shell = _shell()
    if sys.platform == "win32":
        return [shell], {}
    kind, prompt = Path(shell).name, re.sub(r"[^\w.-]", "_", name)
    exports = "".join(f"export {key}={shlex.quote(value)}\n" for key, value in variables.items())
    exports += f'export PATH={shlex.quote(programs)}:"$PATH"\n'
    if kind == "bash":
        file = _write(folder / "bashrc", f"[ -f ~/.bashrc ] && . ~/.bashrc\n{exports}PS1='({prompt}) '\"$PS1\"\n")
        return [shell, "--rcfile", file, "-i"], {}
    if kind == "zsh":
        own = shlex.quote(os.environ.get("ZDOTDIR") or str(Path.home()))
        _write(folder / ".zshenv", f"[ -f {own}/.zshenv ] && . {own}/.zshenv\nZDOTDIR={shlex.quote(str(folder))}\n")
        source = f"ZDOTDIR={own}\n[ -f {own}/.zshrc ] && . {own}/.zshrc\n"
        _write(folder / ".zshrc", f"{source}{exports}PS1='({prompt}) '\"$PS1\"\n")
        return [shell, "-i"], {"ZDOTDIR": str(folder)}
    if kind == "fish":
        settings = [f"set -gx {key} {_fish_quoted(value)}" for key, value in variables.items()]
        places = " ".join(map(_fish_quoted, programs.split(os.pathsep)))
        return [shell, "--init-command", "; ".join([*settings, f"set -gx PATH {places} $PATH"])], {}
    own = os.environ.get("ENV", "")
    source = f"[ -f {shlex.quote(own)} ] && . {shlex.quote(own)}\n" if own else ""
    file = _write(folder / "shrc", f"{source}{exports}PS1='({prompt}) $ '\n")
    return [shell, "-i"], {"ENV": file}


def plain() -> list[str]:
    """Return the command that starts the learner's shell for commands that are piped to it."""
    return [_shell()]


def _shell() -> str:
    """Return the learner's shell, or one whose start-up files are known."""
    if sys.platform == "win32":
        return os.environ.get("COMSPEC") or "powershell"
    own = os.environ.get("SHELL", "")
    known = Path(own).name in ("bash", "zsh", "fish", "sh", "dash", "ash", "ksh", "mksh")
    return (shutil.which(own) if known else None) or shutil.which("sh") or "/bin/sh"


def _write(path: Path, text: str) -> str:
    workdir.write_private(path, text)
    return str(path)


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
