"""What tools run other programs with: ``find -exec``, ``xargs``, ``timeout`` and their kin."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Process, execute


async def run_command(process: Process, words: list[str], **changes: object) -> int:
    """Run another program of the container, as a tool that is given a command does.

    Args:
        changes: what is another's than the tool's, ``stdin`` for example.

    Returns:
        its exit code; 127 after a complaint if there is none of the name.
    """
    program = process.program(words[0])
    if program is None:
        process.complain(f"{process.argv[0]}: can't execute '{words[0]}': No such file or directory")
        return 127
    return await execute(program, process.child(words, **changes))
