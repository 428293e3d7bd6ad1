"""What ``--write-out`` can tell of a transfer."""

from __future__ import annotations

import json
import re

from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import Response

from .urls import Url

_NO_TIME = "0.000000"
#: The variables before anything has happened.
NOTHING_YET: dict[str, object] = {
    "content_type": "",
    "errormsg": "",
    "filename_effective": "",
    "http_code": "000",
    "http_connect": "000",
    "http_version": "0",
    "local_ip": "",
    "local_port": 0,
    "method": "GET",
    "num_connects": 0,
    "num_headers": 0,
    "num_redirects": 0,
    "num_retries": 0,
    "redirect_url": "",
    "referer": "",
    "remote_ip": "",
    "remote_port": 0,
    "scheme": "",
    "size_download": 0,
    "size_header": 0,
    "size_request": 0,
    "size_upload": 0,
    "speed_download": 0,
    "speed_upload": 0,
    "ssl_verify_result": 0,
    "time_appconnect": _NO_TIME,
    "time_connect": _NO_TIME,
    "time_namelookup": _NO_TIME,
    "time_pretransfer": _NO_TIME,
    "time_redirect": _NO_TIME,
    "time_starttransfer": _NO_TIME,
    "urlnum": 0,
}
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r", "%%": "%"}


def facts_of(response: Response, url: Url) -> dict[str, object]:
    """Return what a response tells."""
    where = response.header(b"location")
    target = "" if where is None else where.decode("latin-1")
    if target.startswith("/"):
        target = f"{url.scheme}://{url.authority}{target}"
    head = sum(len(name) + len(value) + 4 for name, value in response.headers)
    return {
        "content_type": (response.header(b"content-type") or b"").decode("latin-1"),
        "http_version": "1.1",
        "num_headers": len(response.headers),
        "redirect_url": target if 300 <= response.status < 400 else "",
        "size_header": head + len(f"HTTP/1.1 {response.status} {response.reason}\r\n") + 2,
        "headers": {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers},
    }


def write_out(process: Process, text: str, facts: dict[str, object]) -> str:
    """Fill in the variables of ``--write-out``; curl complains of one that it does not know, and leaves it out."""
    known = {**facts, "response_code": facts["http_code"]}
    found = known.pop("headers", {})
    headers: dict[str, str] = found if isinstance(found, dict) else {}

    everything = {name: listed for name, listed in known.items() if name != "errormsg" or listed}
    known |= {"json": json.dumps(everything, sort_keys=True, separators=(",", ":"))}
    known |= {"header_json": json.dumps({name: [text] for name, text in headers.items()}, separators=(",\n", ":"))}

    def value(found: re.Match[str]) -> str:
        if found[0] in _ESCAPES:
            return _ESCAPES[found[0]]
        if found[2]:
            return headers.get(found[2].lower(), "")
        if found[1] not in known:
            process.complain(f"curl: unknown --write-out variable: '{found[1]}'")
            return ""
        return str(known[found[1]])

    return re.sub(r"%\{(\w+)\}|%header\{([^}]*)\}|\\[ntr]|%%", value, text)
