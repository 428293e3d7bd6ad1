"""What curl sends: ``-d`` and its kin, ``-F``, ``-T``."""

from __future__ import annotations

import posixpath

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.containers.tools.options import read_all

from .options import Options
from .urls import CurlError

_FORM = "application/x-www-form-urlencoded"
_BOUNDARY = "------------------------kubelearn0123456789ab"


async def body_of(process: Process, options: Options) -> tuple[bytes, str]:
    """Return the body of a request, and of which type it is; empty for no body, and for one of no type.

    Raises:
        CurlError: 26, a file cannot be read.
    """
    if options.data:
        return b"&".join([await _data(process, kind, text) for kind, text in options.data]), _FORM
    if options.form:
        parts = [await _part(process, text) for text in options.form]
        return b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={_BOUNDARY}"
    if "upload-file" in options.values:
        return await _file(process, options.values["upload-file"]), ""
    return b"", ""


async def _data(process: Process, kind: str, text: str) -> bytes:
    if not text.startswith("@") or kind == "data-raw":
        return text.encode()
    data = await _file(process, text[1:])
    return data if kind in ("data-binary", "json") else data.replace(b"\r", b"").replace(b"\n", b"")


async def _part(process: Process, text: str) -> bytes:
    """Return one part of a form: ``NAME=TEXT``, ``NAME=@FILE`` or ``NAME=<FILE``."""
    name, equals, value = text.partition("=")
    if not equals:
        raise CurlError(2, f"option -F: is badly used here: {text}")
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    content = value.encode()
    if value[:1] in ("@", "<"):
        content = await _file(process, value[1:].partition(";")[0])
        if value[0] == "@":
            head += f'; filename="{posixpath.basename(value[1:].partition(";")[0])}"'
            head += "\r\nContent-Type: application/octet-stream"
    return head.encode() + b"\r\n\r\n" + content + b"\r\n"


async def _file(process: Process, name: str) -> bytes:
    if name == "-":
        return await read_all(process)
    try:
        return process.files.read(resolve(process.cwd, name))
    except OSError:
        raise CurlError(26, f"Failed to open {name}") from None
