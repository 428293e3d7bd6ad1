"""Where the shell is: cd and pwd."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.shell import wording

from .declaring import Given, Refusal, builtin, table

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState


@builtin("cd", "LP", bash="LPe@", usage="[-L|[-P [-e]] [-@]] [dir]")
async def _cd(shell: ShellState, given: Given) -> int:
    process, like = shell.process, wording.dialect(shell)
    if like == "bash" and len(given.operands) > 1:
        raise Refusal("too many arguments")
    target = given.operands[0] if given.operands else shell.variables.get("HOME")
    missing = "HOME" if target is None else "OLDPWD" if target == "-" and "OLDPWD" not in shell.variables else ""
    if missing and like == "bash":
        raise Refusal(f"{missing} not set")
    if not target:
        return 0
    shown = target == "-"
    path = (shell.variables.get("OLDPWD") or process.cwd) if shown else resolve(process.cwd, target)
    if not shown and not target.startswith(("/", "./", "../")) and target not in (".", ".."):
        for folder in filter(None, shell.variables.get("CDPATH", "").split(":")):
            if process.files.is_dir(other := posixpath.join(folder, target)):
                path, shown = other, True
                break
    if not process.files.is_dir(path):
        why = "Not a directory" if process.files.is_file(path) else "No such file or directory"
        wording.cd(shell, target, why)
        return 1 if like == "bash" else 2
    if shown:
        process.print(path)
    shell.assign("OLDPWD", process.cwd)
    process.cwd = path
    shell.assign("PWD", path)
    return 0


@builtin("pwd", "LP", usage="[-LP]")
async def _pwd(shell: ShellState, _given: Given) -> int:
    shell.process.print(shell.process.cwd)
    return 0


_chdir = builtin("chdir", "LP", shells=("ash", "dash"))(_cd.run)
BUILTINS = table(_cd, _chdir, _pwd)
