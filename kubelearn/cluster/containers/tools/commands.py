"""What tools run other programs with: ``find -exec``, ``xargs``, ``timeout`` and their kin."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Process, execute

from .options import busybox_of


async def run_command(process: Process, words: list[str], **changes: object) -> int:
    """Run another program of the container, as a tool that is given a command does.

    Args:
        changes: what is another's than the tool's, ``stdin`` for example.

    Returns:
        its exit code; 127 after a complaint if there is none of the name.
    """
    program = process.program(words[0])
    if program is None:
        return cannot_run(process, words[0])
    return await execute(program, process.child(words, **changes))


def cannot_run(process: Process, name: str) -> int:
    """Say that there is no program of a name, or none that may be run, and return the exit code of that."""
    denied = process.denies(name)
    why = "Permission denied" if denied else "No such file or directory"
    if busybox_of(process):
        told = f"{name}: {why}" if process.argv[0] == "xargs" else f"can't execute '{name}': {why}"
        process.complain(f"{process.argv[0]}: {told}")
    else:
        process.complain(f"{process.argv[0]}: failed to run command '{name}': {why}")
    return 126 if denied else 127
