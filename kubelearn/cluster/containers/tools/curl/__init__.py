"""curl, as far as HTTP goes.

``options`` reads its command line, ``urls`` its URLs, ``transfer`` does the work.
"""

from __future__ import annotations

from kubelearn.cluster.containers.process import Process, Program

from .options import parse_command
from .transfer import Curl
from .urls import CurlError, Url, parse_url

__all__ = ["NETWORK", "CurlError", "Url", "curl", "parse_command", "parse_url"]


async def curl(process: Process) -> int:
    """``curl [OPTION…] URL…``"""
    try:
        return await Curl(process, parse_command(tuple(process.argv))).run()
    except CurlError as error:
        if error.code == 2:  # the command line
            process.complain(f"curl: {error}\ncurl: try 'curl --help' for more information")
        else:
            process.complain(f"curl: ({error.code}) {error}")
        return error.code


NETWORK: dict[str, Program] = {"curl": curl}
