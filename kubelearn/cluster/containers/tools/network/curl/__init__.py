"""curl, as far as HTTP goes.

``options`` reads its command line, ``urls`` its URLs, ``transfer`` does the work, ``facts`` are for ``-w``.
"""

from __future__ import annotations

from kubelearn.cluster.containers.process import Process, Program

from .options import parse_command
from .transfer import Curl
from .urls import CurlError, Url, parse_url

__all__ = ["CURL", "CurlError", "Url", "curl", "parse_command", "parse_url"]


async def curl(process: Process) -> int:
    """``curl [OPTION…] URL…``"""
    try:
        options = parse_command(tuple(process.argv))
        if "V" in options.flags:
            process.print("curl 8.9.1 (x86_64-alpine-linux-musl) libcurl/8.9.1\nProtocols: http https telnet")
            return 0
        return await Curl(process, options).run()
    except CurlError as error:
        if error.code == 2:  # the command line
            process.complain(f"curl: {error}\ncurl: try 'curl --help' for more information")
        else:
            process.complain(f"curl: ({error.code}) {error}")
        return error.code


CURL: dict[str, Program] = {"curl": curl}
