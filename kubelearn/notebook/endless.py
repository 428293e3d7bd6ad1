"""Commands that do not end by themselves in a cell, and what to do instead."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import inside, kubectl_words
from .kubectl_words import Invocation
from .shell_text import Command, UnreadableError, commands

_TERMINAL = "open a terminal (File → New → Terminal), type `kubelearn shell`, and do it there"
_EDITORS = frozenset(
    {
        "vi",
        "vim",
        "nvim",
        "view",
        "vimdiff",
        "nano",
        "pico",
        "emacs",
        "joe",
        "micro",
        "mcedit",
        "ed",
        "ex",
        "hx",
        "ne",
        "less",
        "more",
    }
)
_OFF = ("false", "False", "0")


@dataclass(frozen=True)
class Advice:
    """What a learner is told before a command runs.

    Attributes:
        text: one or two sentences.
        runs: whether the command runs nevertheless.
    """

    text: str
    runs: bool


@dataclass(frozen=True)
class _Call:
    """One call of kubectl, and where it reads.

    Attributes:
        kubectl: its words.
        input_given: the input is a file, a here-document or another command's output.
        waits_for_input: without that, it is open, and nobody can type there.
        variables: those that it finds in its environment.
    """

    kubectl: Invocation
    input_given: bool
    waits_for_input: bool
    variables: Mapping[str, str]

    @property
    def command(self) -> list[str]:
        """What is to run in the container; empty for what its image says."""
        return inside.plain(self.kubectl.command or self.kubectl.arguments[1:])


def advice(text: str, *, waits_for_input: bool, environment: Mapping[str, str] | None = None) -> Advice | None:
    """Look at shell text before it runs.

    Args:
        text: what the shell will get.
        waits_for_input: the commands' standard input is open, and nobody can type there: that of ``!command``.
        environment: the variables that the shell will find; those of this process by default.

    Returns:
        What to say; None if every command ends by itself. None, too, if the text cannot be read: the shell says why.
    """
    try:
        found = commands(text)
    except UnreadableError:
        return None
    variables = dict(os.environ if environment is None else environment)
    ended = any(command.words[:1] in (("kill",), ("pkill",), ("killall",)) for command in found)
    notes: list[Advice] = []
    for command in found:
        variables.update(_exported(command))
        said = _of_command(command, waits_for_input, {**variables, **command.variables})
        if said is not None and not said.runs:
            return said
        if said is not None and not _goes_on_alone(command, ended) and not _cut_short(command.reader):
            notes.append(said)
    return notes[0] if notes else None


def _exported(command: Command) -> Mapping[str, str]:
    if not command.words:
        return command.variables
    return _assigned(command.words[1:]) if command.words[0] == "export" else {}


def _assigned(words: Sequence[str]) -> Mapping[str, str]:
    return {name: value for name, given, value in (word.partition("=") for word in words) if given}


def _of_command(command: Command, waits_for_input: bool, variables: Mapping[str, str]) -> Advice | None:
    words = inside.without_prefix(command.words)
    if words[:1] == ["watch"] and any("kubectl" in word for word in words):
        return _refusal("`watch`", "use `kubectl get … -w`, which prints a line for each change")
    found = kubectl_words.read(words)
    if found is None or found.on("help"):
        return None
    before = command.words[: len(command.words) - len(words)]
    call = _Call(found, command.input_given, waits_for_input, {**variables, **_assigned(before)})
    return _OF_VERB.get(found.verb, _other)(call)


def _goes_on_alone(command: Command, ended: bool) -> bool:
    """Whether a command in the background does not hold the cell: its output goes elsewhere, or the text ends it."""
    return command.background and (ended or command.output == "file")


def _cut_short(reader: Sequence[str]) -> bool:
    """Whether what reads the output ends after some lines, and the command with it."""
    if inside.name(reader) in ("grep", "egrep", "rg"):
        return any(re.match(r"-\w*[mq]|--max-count|--quiet", option) for option in reader[1:])
    return inside.name(reader) == "head"


def _edit(call: _Call) -> Advice | None:
    if not _editor_needs_terminal(call.variables):
        return None
    return _refusal(
        "`kubectl edit`",
        "change the object with `kubectl patch` or `kubectl set`, or write it into a file "
        "(`kubectl get … -o yaml > object.yaml`), change that, and `kubectl apply -f object.yaml`",
    )


def _editor_needs_terminal(variables: Mapping[str, str]) -> bool:
    editor = variables.get("KUBE_EDITOR") or variables.get("EDITOR") or "vi"
    return inside.name(editor.split() or ["vi"]) in _EDITORS


def _other(call: _Call) -> Advice | None:
    return _edits_on_the_way(call) or _waits_for_manifest(call)


def _edits_on_the_way(call: _Call) -> Advice | None:
    created = call.kubectl.verb == "create" and call.kubectl.on("edit")
    applied = call.kubectl.verb == "apply" and call.kubectl.arguments[:1] == ["edit-last-applied"]
    if not (created or applied) or not _editor_needs_terminal(call.variables):
        return None
    return _refusal("An editor", "write the manifest as you want it into a file, and `kubectl apply -f FILE`")


def _waits_for_manifest(call: _Call) -> Advice | None:
    if call.input_given or not call.waits_for_input or call.kubectl.options.get("filename") != "-":
        return None
    return Advice(
        f"`kubectl {call.kubectl.verb} -f -` reads a manifest that nobody can type here, so it was not run. "
        "Begin the cell with %%bash and give the manifest between `<<END` and `END`, or name a file: `-f FILE`.",
        runs=False,
    )


def _exec(call: _Call) -> Advice | None:
    return _in_container(call, "run one command at a time, `kubectl exec POD -- COMMAND`, without -it")


def _run(call: _Call) -> Advice | None:
    if not (call.kubectl.on("stdin") or call.kubectl.on("attach")) or call.kubectl.options.get("attach") in _OFF:
        return None
    instead = (
        "start the pod with a command that goes on (`kubectl run NAME --image=IMAGE -- sleep 3600`), "
        "and run one command at a time in it: `kubectl exec NAME -- COMMAND`"
    )
    said = _in_container(call, instead)
    return said or (None if call.command else _note("`kubectl run --attach`"))


def _debug(call: _Call) -> Advice | None:
    if call.kubectl.options.get("attach") in _OFF:
        return None
    return _in_container(call, "give it a command that ends, `kubectl debug -it POD --image=IMAGE -- COMMAND`")


def _attach(call: _Call) -> Advice | None:
    if not call.kubectl.on("tty") or call.input_given:
        return _note("`kubectl attach`")
    return _refusal(
        "`kubectl attach -it`",
        "read what the pod writes with `kubectl logs POD`, or run a command in it: `kubectl exec POD -- COMMAND`",
    )


def _in_container(call: _Call, instead: str) -> Advice | None:
    """Refuse what asks for the next line, where nobody can type one; note what goes on."""
    command, verb = call.command, call.kubectl.verb
    asks = not command or inside.asks(command)
    if call.kubectl.on("tty") and asks and (not call.input_given or inside.fills_screen(command)):
        return _refusal(f"`kubectl {verb} -it`" if call.kubectl.on("stdin") else f"`kubectl {verb} -t`", instead)
    waits = call.kubectl.on("stdin") and call.waits_for_input and not call.input_given
    if waits and (asks or inside.reads(command)):
        return Advice(
            f"`kubectl {verb} -i` reads lines that nobody can type here, so it was not run. "
            f"Pass them to it (`echo LINE | kubectl {verb} -i …`), or {_TERMINAL}.",
            runs=False,
        )
    return _note(f"`{inside.name(command)}`") if inside.goes_on(command) else None


def _get(call: _Call) -> Advice | None:
    option = "-w" if call.kubectl.on("watch") else "--watch-only"
    watches = call.kubectl.on("watch") or call.kubectl.on("watch-only")
    return _note(f"`kubectl {call.kubectl.verb} {option}`") if watches and not _has_limit(call) else None


def _logs(call: _Call) -> Advice | None:
    return _note("`kubectl logs -f`") if call.kubectl.on("follow") and not _has_limit(call) else None


def _serve(call: _Call) -> Advice:
    return _note(f"`kubectl {call.kubectl.verb}`")


def _has_limit(call: _Call) -> bool:
    """Whether the request ends after a time; that holds for watches and logs, not for port-forward's streams."""
    return call.kubectl.options.get("request-timeout", "0") not in ("", "0", "0s")


def _note(what: str) -> Advice:
    return Advice(
        f"{what} runs until you stop it: the ■ button in the toolbar, or the keys I, I. "
        "A terminal is the natural place for it: File → New → Terminal, and there `kubelearn shell`.",
        runs=True,
    )


def _refusal(what: str, instead: str) -> Advice:
    text = f"{what} needs a terminal, and a cell has none, so it was not run. Here, {instead}; or {_TERMINAL}."
    return Advice(text, runs=False)


_OF_VERB = {
    "edit": _edit,
    "exec": _exec,
    "run": _run,
    "debug": _debug,
    "attach": _attach,
    "get": _get,
    "events": _get,
    "logs": _logs,
    "port-forward": _serve,
    "proxy": _serve,
}
