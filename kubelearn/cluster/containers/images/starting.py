"""The start scripts of images (``docker-entrypoint.sh``)."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Process, Program


def start_script(server: str) -> Program:
    """Make the script of an image whose arguments are a command, or options of its server alone."""

    async def entrypoint(process: Process) -> int:
        words = process.argv[1:]
        if not words or words[0].startswith("-") or words[0].endswith(".conf"):
            words = [server, *words]
        program = process.program(words[0])
        if program is None:
            process.complain(f"/usr/local/bin/docker-entrypoint.sh: exec: {words[0]}: not found")
            return 127
        process.argv = words
        return await program(process)

    return entrypoint
