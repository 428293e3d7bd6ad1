"""curl, as far as HTTP goes.

``options`` reads its command line, ``urls`` its URLs, ``transfer`` does the work, ``body`` is what it sends, ``told``
what it says meanwhile, and ``facts`` are for ``-w``.
"""

from __future__ import annotations

from kubelearn.cluster.containers.process import Process, Program

from .options import parse_command
from .told import VERSION
from .transfer import Curl
from .urls import CurlError, Url, parse_url

__all__ = ["CURL", "CurlError", "Url", "curl", "parse_command", "parse_url"]


async def curl(process: Process) -> int:
    """``curl [OPTION…] URL…``"""
    try:
        options = parse_command(tuple(process.argv))
        if "version" in options.flags:
            process.print(f"curl {VERSION} (x86_64-alpine-linux-musl) libcurl/{VERSION} OpenSSL/3.3.2")
            process.print("Release-Date: 2024-07-31\nProtocols: file http https telnet\nFeatures: IPv6 SSL")
            return 0
        if "help" in options.flags:
            process.print("Usage: curl [options...] <url>")
            return 0
        return await Curl(process, options).run()
    except CurlError as error:
        if error.code == 2:  # the command line
            process.complain(f"curl: {error}\n" * bool(str(error)) + "curl: try 'curl --help' for more information")
        else:
            process.complain(f"curl: ({error.code}) {error}")
        return error.code


CURL: dict[str, Program] = {"curl": curl}
