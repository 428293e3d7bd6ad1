"""What images of tools have besides the tools: other names, and how they start."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools import ALPINE


async def entrypoint(process: Process) -> int:
    """``/entrypoint.sh [curl] [OPTION…]`` of curlimages/curl: options alone are curl's."""
    words = process.argv[1:]
    if not words or words[0].startswith("-") or words[0] not in process.programs:
        words = ["curl", *words]
    process.argv = words
    return await process.programs[words[0]](process)


CURL: dict[str, Program] = {"entrypoint.sh": entrypoint}
BASH: dict[str, Program] = {"bash": ALPINE["bash"]}
NETSHOOT: dict[str, Program] = {"zsh": ALPINE["sh"]}
