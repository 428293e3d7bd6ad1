"""What a name stands for: type, command, alias, hash, builtin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.cluster.containers.executables import path_of
from kubelearn.cluster.containers.shell import wording

from .declaring import Given, Refusal, builtin, table

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState

_KEYWORDS = frozenset({"!", "[[", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in"})
_KEYWORDS |= {"then", "until", "while", "{", "}"}
#: Programs here, which real shells have built in.
ALSO_BUILT_IN = frozenset({"[", "echo", "false", "printf", "test", "true"})


def kind_of(shell: ShellState, name: str) -> str:
    """Return what a name stands for: ``keyword``, ``alias``, ``function``, ``builtin``, ``file`` or nothing."""
    if name in _KEYWORDS and (name != "[[" or wording.dialect(shell) != "dash"):
        return "keyword"
    if name in shell.aliases:
        return "alias"
    if name in shell.functions:
        return "function"
    if shell.builtin(name) is not None or name in ALSO_BUILT_IN:
        return "builtin"
    return "file" if shell.process.program(name) is not None else ""


def _word(shell: ShellState, name: str, kind: str) -> str:
    """Return what ``command -v`` prints of a name."""
    if kind == "alias":
        return f"alias {name}={wording.quoted(shell.aliases[name].text)}"
    return path_of(shell.process, name) if kind == "file" else name


def _sentence(shell: ShellState, name: str, kind: str) -> str:
    """Return what ``type`` prints of a name."""
    like = wording.dialect(shell)
    if kind == "alias":
        text = shell.aliases[name].text
        return f"{name} is aliased to `{text}'" if like == "bash" else f"{name} is an alias for {text}"
    if kind == "file":
        return f"{name} is {path_of(shell.process, name)}"
    if kind == "function":
        return f"{name} is a {'shell ' * (like == 'dash')}function"
    special = kind == "builtin" and shell.is_special(name)
    return f"{name} is a {'special ' * special}shell {kind}"


def _describe(shell: ShellState, command: str, names: list[str], *, short: bool) -> int:
    """Say what names are: in a word, or in a sentence."""
    status, like = 0, wording.dialect(shell)
    for name in names:
        kind = kind_of(shell, name)
        if kind:
            shell.process.print(_word(shell, name, kind) if short else _sentence(shell, name, kind))
            continue
        status = 1 if like == "bash" else 127
        if short:
            continue
        if like == "bash":
            wording.complain(shell, f"{name}: not found", command=command)
        else:
            shell.process.print(f"{name}: not found")
    return status


@builtin("command", "pvV", usage="[-pVv] command [arg ...]")
async def _command(shell: ShellState, given: Given) -> int:
    words = given.operands
    if "v" in given or "V" in given:
        names = words if wording.dialect(shell) == "bash" else words[:1]
        return _describe(shell, "command", names, short="v" in given)
    if not words:
        return 0
    found = shell.builtin(words[0])
    if found is not None:
        return await found(shell, words, can_end=False)
    return await shell.spawn(words, shell.environment)


@builtin("type", None, bash="afptP", usage="[-afptP] name [name ...]")
async def _type(shell: ShellState, given: Given) -> int:
    names = given.operands
    if wording.dialect(shell) == "ash" and names[:1] and names[0].startswith("-"):
        return _describe(shell, "type", names[1:], short=True)
    if not given.options.keys() & set("tpP"):
        return _describe(shell, "type", names, short=False)
    status = 0
    for name in names:
        kind = kind_of(shell, name)
        if "t" in given:
            if kind:
                shell.process.print(kind)
        elif kind == "file" or ("P" in given and shell.process.program(name) is not None):
            shell.process.print(path_of(shell.process, name))
        status = status if kind else 1
    return status


@builtin("builtin", None, shells=("bash",))
async def _builtin(shell: ShellState, given: Given) -> int:
    words = given.operands
    if not words:
        return 0
    found = shell.builtin(words[0])
    if found is not None:
        return await found(shell, words)
    if words[0] in ALSO_BUILT_IN:
        return await shell.spawn(words, shell.environment)
    raise Refusal(f"{words[0]}: not a shell builtin")


@builtin("hash", "r", dash="rv", bash="lrp:dt", usage="[-lr] [-p pathname] [-dt] [name ...]")
async def _hash(shell: ShellState, given: Given) -> int:
    if wording.dialect(shell) == "bash" and not given.operands and not given.options:
        shell.process.print("hash: hash table empty")
    status = 0
    for name in given.operands:
        if not kind_of(shell, name):
            wording.complain(shell, f"{name}: not found", command="hash")
            status = 1
    return status


@builtin("alias", None, bash="p", usage="[-p] [name[=value] ... ]")
async def _alias(shell: ShellState, given: Given) -> int:
    status, before = 0, "alias " if wording.dialect(shell) == "bash" else ""
    for word in given.operands or sorted(shell.aliases):
        name, equals, text = word.partition("=")
        if equals:
            shell.set_alias(name, text)
        elif name in shell.aliases:
            shell.process.print(f"{before}{name}={wording.quoted(shell.aliases[name].text)}")
        else:
            status = _no_alias(shell, "alias", name)
    return status


@builtin("unalias", "a", usage="[-a] name [name ...]")
async def _unalias(shell: ShellState, given: Given) -> int:
    status = 0
    if "a" in given:
        shell.aliases.clear()
    for name in given.operands:
        if shell.aliases.pop(name, None) is None:
            status = _no_alias(shell, "unalias", name)
    return status


def _no_alias(shell: ShellState, command: str, name: str) -> int:
    if wording.dialect(shell) == "bash":
        wording.complain(shell, f"{name}: not found", command=command)
    else:
        shell.process.complain(f"{command}: {name} not found")
    return 1


BUILTINS = table(_alias, _builtin, _command, _hash, _type, _unalias)
