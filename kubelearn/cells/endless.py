"""Commands that do not end by themselves in a cell, and what to do instead."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import kubectl_words
from .kubectl_words import Invocation
from .shell_text import Command, UnreadableError, commands

_TERMINAL = "open a terminal (File → New → Terminal), type `kubelearn shell`, and do it there"
#: Commands that run another command in their place, and options of theirs that have a value.
_BEFORE, _BEFORE_VALUED = frozenset({"sudo", "env", "nice", "nohup", "stdbuf", "command", "exec", "time"}), frozenset({"-u", "-n", "-g"})
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "fish"})
_PROMPTS = frozenset({"python", "python3", "ipython", "node", "irb", "psql", "mysql", "redis-cli", "mongosh", "sqlite3", "bc"})
_SCREENS = frozenset({"vi", "vim", "nvim", "nano", "emacs", "less", "more", "htop"})
_EDITORS = _SCREENS | {"vimdiff", "view", "pico", "joe", "micro", "mcedit", "ed", "ex", "hx", "ne"}
#: What reads its input to the end where it gets no file.
_READERS = frozenset({"cat", "sort", "wc", "tac", "base64"})


@dataclass(frozen=True)
class Advice:
    """What a learner is told before a command runs.

    Attributes:
        text: one or two sentences.
        runs: whether the command runs nevertheless.
    """

    text: str
    runs: bool


def advice(text: str, *, waits_for_input: bool, environment: Mapping[str, str] | None = None) -> Advice | None:
    """Look at shell text before it runs.

    Args:
        text: what the shell will get.
        waits_for_input: the commands' standard input is open, and nobody can type there: that of ``!command``.
        environment: the variables that the shell will find; those of this process by default.

    Returns:
        What to say; None if every command ends by itself, or if the text cannot be read: the shell says what is wrong with it.
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
        said = _of_command(command, waits_for_input, {**variables, **command.variables}, ended)
        if said is not None and not said.runs:
            return said
        notes += [said] if said else []
    return notes[0] if notes else None


def _exported(command: Command) -> Mapping[str, str]:
    if not command.words:
        return command.variables
    return _assigned(command.words[1:]) if command.words[0] == "export" else {}


def _assigned(words: Sequence[str]) -> Mapping[str, str]:
    return {name: value for name, given, value in (word.partition("=") for word in words) if given}


def _of_command(command: Command, waits_for_input: bool, variables: Mapping[str, str], ended: bool) -> Advice | None:
    words = _without_prefix(command.words)
    variables = {**variables, **_assigned(command.words[:len(command.words) - len(words)])}
    if words[:1] == ["watch"] and any("kubectl" in word for word in words):
        return _refusal("`watch`", "use `kubectl get … -w`, which prints a line for each change")
    call = kubectl_words.read(words)
    if call is None or call.on("help"):
        return None
    if call.verb in _OF_VERB:
        said = _OF_VERB[call.verb](call, command.input_given, waits_for_input, variables)
    else:
        said = _edits_on_the_way(call, variables) or _waits_for_manifest(call, command.input_given, waits_for_input)
    if said is not None and said.runs and (_goes_on_alone(command, ended) or _cut_short(command.reader)):
        return None
    return said


def _without_prefix(words: Sequence[str]) -> list[str]:
    """Return the words behind ``sudo``, ``env X=y`` and such; none behind ``timeout``, which ends what it runs."""
    left = list(words)
    while left and re.split(r"[/\\]", left[0])[-1] in _BEFORE:
        left.pop(0)
        while left and (left[0].startswith("-") or re.match(r"\w+=", left[0])):
            if left.pop(0) in _BEFORE_VALUED and left:
                left.pop(0)
    return left


def _goes_on_alone(command: Command, ended: bool) -> bool:
    """Whether a command in the background does not hold the cell: its output goes elsewhere, or the text ends it."""
    return command.background and (ended or command.output == "file")


def _cut_short(reader: Sequence[str]) -> bool:
    """Whether what reads the output ends after some lines, and the command with it."""
    name, options = (reader[0], reader[1:]) if reader else ("", ())
    return name == "head" or (name in ("grep", "egrep", "rg") and any(re.match(r"-\w*[mq]|--max-count|--quiet", option) for option in options))


def _edit(call: Invocation, input_given: bool, waits_for_input: bool, variables: Mapping[str, str]) -> Advice | None:
    if not _editor_needs_terminal(variables):
        return None
    return _refusal(
        "`kubectl edit`",
        "change the object with `kubectl patch` or `kubectl set`, or write it into a file (`kubectl get … -o yaml > object.yaml`), "
        "change that, and `kubectl apply -f object.yaml`")


def _editor_needs_terminal(variables: Mapping[str, str]) -> bool:
    editor = variables.get("KUBE_EDITOR") or variables.get("EDITOR") or "vi"
    return os.path.basename((editor.split() or ["vi"])[0]) in _EDITORS


def _edits_on_the_way(call: Invocation, variables: Mapping[str, str]) -> Advice | None:
    edits = call.on("edit") if call.verb == "create" else call.verb == "apply" and call.arguments[:1] == ["edit-last-applied"]
    if not edits or not _editor_needs_terminal(variables):
        return None
    return _refusal("An editor", "write the manifest as you want it into a file, and `kubectl apply -f FILE`")


def _waits_for_manifest(call: Invocation, input_given: bool, waits_for_input: bool) -> Advice | None:
    if input_given or not waits_for_input or call.options.get("filename") != "-":
        return None
    return Advice(
        f"`kubectl {call.verb} -f -` reads a manifest that nobody can type here, so it was not run. Begin the cell with %%bash and give the manifest "
        "between `<<END` and `END`, or name a file: `-f FILE`.", runs=False)


def _exec(call: Invocation, input_given: bool, waits_for_input: bool, variables: Mapping[str, str]) -> Advice | None:
    command = _plain(call.command or call.arguments[1:])
    instead = "run one command at a time, `kubectl exec POD -- COMMAND`, without -it"
    return _conversation(call, command, input_given, waits_for_input, instead) or _runs_on_inside(command)


def _run(call: Invocation, input_given: bool, waits_for_input: bool, variables: Mapping[str, str]) -> Advice | None:
    if not (call.on("stdin") or call.on("attach")) or call.options.get("attach") in ("false", "False", "0"):
        return None
    command = _plain(call.command or call.arguments[1:])
    instead = ("start the pod with a command that goes on (`kubectl run NAME --image=IMAGE -- sleep 3600`), "
               "and run one command at a time in it: `kubectl exec NAME -- COMMAND`")
    if said := _conversation(call, command, input_given, waits_for_input, instead):
        return said
    return _runs_on_inside(command) if command else _note("`kubectl run --attach`")


def _debug(call: Invocation, input_given: bool, waits_for_input: bool, variables: Mapping[str, str]) -> Advice | None:
    if call.options.get("attach") in ("false", "False", "0"):
        return None
    command = _plain(call.command)
    instead = "give it a command that ends, `kubectl debug -it POD --image=IMAGE -- COMMAND`"
    return _conversation(call, command, input_given, waits_for_input, instead) or _runs_on_inside(command)


def _attach(call: Invocation, input_given: bool, waits_for_input: bool, variables: Mapping[str, str]) -> Advice | None:
    if call.on("tty") and not input_given:
        return _refusal("`kubectl attach -it`", "read what the pod writes with `kubectl logs POD`, or run a command in it: `kubectl exec POD -- COMMAND`")
    return _note("`kubectl attach`")


def _conversation(call: Invocation, command: list[str], input_given: bool, waits_for_input: bool, instead: str) -> Advice | None:
    """Refuse what asks for the next line, where nobody can type one."""
    if input_given and not (call.on("tty") and _name(command) in _SCREENS):
        return None
    if call.on("tty") and (not command or _asks(command)):
        return _refusal(f"`kubectl {call.verb} -it`" if call.on("stdin") else f"`kubectl {call.verb} -t`", instead)
    if call.on("stdin") and waits_for_input and (not command or _asks(command) or _reads(command)):
        return Advice(
            f"`kubectl {call.verb} -i` reads lines that nobody can type here, so it was not run. Pass them to it (`echo LINE | kubectl {call.verb} -i …`), "
            f"or {_TERMINAL}.", runs=False)
    return None


def _plain(command: Sequence[str]) -> list[str]:
    """Return a container's command without ``env X=y`` and ``busybox`` before it."""
    left = _without_prefix(command)
    return left[1:] if _name(left) == "busybox" and len(left) > 1 else left


def _name(command: Sequence[str]) -> str:
    return command[0].rsplit("/", 1)[-1] if command else ""


def _asks(command: list[str]) -> bool:
    """Whether a program shows a prompt or fills the screen."""
    name, options = _name(command), command[1:]
    if name in _SHELLS:
        return all(option.startswith("-") and (option.startswith("--") or "c" not in option) for option in options)
    return name in _SCREENS or (name == "top" and not _batch(options)) or (name in _PROMPTS and not options)


def _batch(options: Sequence[str]) -> bool:
    return "b" in _letters(options)


def _letters(options: Sequence[str]) -> str:
    """Return the letters of options, `-n 3 -f` as "nf"."""
    return "".join(option[1:] for option in options if re.match(r"-[A-Za-z]", option))


def _reads(command: list[str]) -> bool:
    return _name(command) == "tee" or (_name(command) in _READERS and all(option.startswith("-") for option in command[1:]))


def _runs_on_inside(command: list[str]) -> Advice | None:
    """Note programs in a container that go on until they are stopped."""
    name, options = _name(command), command[1:]
    letters = _letters(options)
    goes_on = (
        (name == "tail" and ("f" in letters or "F" in letters or "--follow" in options))
        or (name == "ping" and "c" not in letters and "w" not in letters)
        or (name == "top" and _batch(options) and "n" not in letters)
        or name in ("watch", "yes") or (name == "sleep" and options == ["infinity"]))
    return _note(f"`{name}`") if goes_on else None


def _get(call: Invocation, input_given: bool, waits_for_input: bool, variables: Mapping[str, str]) -> Advice | None:
    if not (call.on("watch") or call.on("watch-only")) or _has_limit(call):
        return None
    return _note(f"`kubectl {call.verb} {'-w' if call.on('watch') else '--watch-only'}`")


def _logs(call: Invocation, input_given: bool, waits_for_input: bool, variables: Mapping[str, str]) -> Advice | None:
    return _note("`kubectl logs -f`") if call.on("follow") and not _has_limit(call) else None


def _serve(call: Invocation, input_given: bool, waits_for_input: bool, variables: Mapping[str, str]) -> Advice:
    return _note(f"`kubectl {call.verb}`")


def _has_limit(call: Invocation) -> bool:
    return call.options.get("request-timeout", "0") not in ("", "0", "0s")


def _note(what: str) -> Advice:
    return Advice(
        f"{what} runs until you stop it: the ■ button in the toolbar, or the keys I, I. "
        "A terminal is the natural place for it: File → New → Terminal, and there `kubelearn shell`.", runs=True)


def _refusal(what: str, instead: str) -> Advice:
    return Advice(f"{what} needs a terminal, and a cell has none, so it was not run. Here, {instead}; or {_TERMINAL}.", runs=False)


_OF_VERB = {
    "edit": _edit, "exec": _exec, "run": _run, "debug": _debug, "attach": _attach, "get": _get, "events": _get,
    "logs": _logs, "port-forward": _serve, "proxy": _serve,
}
