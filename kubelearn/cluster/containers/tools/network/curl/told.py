"""What curl says while it works: ``-v``, and the progress meter."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import Certificate, Host, Response
from kubelearn.cluster.network.tls import FileCertificate

from .options import Options
from .urls import Url

if TYPE_CHECKING:
    from cryptography.x509 import RelativeDistinguishedName

VERSION = "8.9.1"
_METER = """  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
"""
_HANDSHAKE = """* ALPN: curl offers h2,http/1.1
* TLSv1.3 (OUT), TLS handshake, Client hello (1):
* TLSv1.3 (IN), TLS handshake, Server hello (2):
* TLSv1.3 (IN), TLS handshake, Encrypted Extensions (8):
* TLSv1.3 (IN), TLS handshake, Certificate (11):"""
_FINISHED = """* TLSv1.3 (IN), TLS handshake, CERT verify (15):
* TLSv1.3 (IN), TLS handshake, Finished (20):
* TLSv1.3 (OUT), TLS change cipher, Change cipher spec (1):
* TLSv1.3 (OUT), TLS handshake, Finished (20):
* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384 / x25519 / RSASSA-PSS
* ALPN: server accepted http/1.1"""


class Told:
    """What one run of curl prints on standard error."""

    def __init__(self, process: Process, options: Options):
        self._process = process
        self._verbose = "verbose" in options.flags
        self._bar = "progress-bar" in options.flags
        self._meters = options.flags.isdisjoint(("silent", "no-progress-meter"))

    def note(self, text: str) -> None:
        """Print a line of ``-v``."""
        if self._verbose:
            self._process.complain(f"* {text}")

    def trying(self, url: Url, host: Host) -> None:
        """Print which addresses a host has."""
        self.note(f"Host {url.host}:{url.port} was resolved.")
        self.note("IPv6: (none)")
        self.note(f"IPv4: {', '.join(host.addresses)}")
        self.note(f"  Trying {host.addresses[0]}:{url.port}...")

    def handshake(self, certificate: Certificate, host: str, doubt: tuple[int, str]) -> None:
        """Print how TLS has begun, and whose certificate the server has."""
        if not self._verbose:
            return
        lines = [_HANDSHAKE, _FINISHED]
        if isinstance(certificate, FileCertificate):
            leaf = certificate.chain[0]
            lines += [
                "* Server certificate:",
                f"*  subject: {_name(leaf.subject.rdns)}",
                f"*  start date: {leaf.not_valid_before_utc:%b %e %H:%M:%S %Y GMT}",
                f"*  expire date: {leaf.not_valid_after_utc:%b %e %H:%M:%S %Y GMT}",
                *([] if doubt[0] else [f'*  subjectAltName: host "{host}" matched cert\'s "{host}"']),
                f"*  issuer: {_name(leaf.issuer.rdns)}",
            ]
        number, why = doubt
        result = f"result: {why} ({number}), continuing anyway." if number else "ok."
        self._process.complain("\n".join([*lines, f"*  SSL certificate verify {result}"]))

    def request(self, method: str, target: str, headers: list[tuple[bytes, bytes]]) -> None:
        """Print what is sent."""
        if self._verbose:
            lines = [f"{method} {target} HTTP/1.1"]
            lines += [f"{name.decode().title()}: {value.decode()}" for name, value in headers]
            self._process.complain("\n".join(f"> {line}" for line in [*lines, ""]))
            self.note("Request completely sent off")

    def response(self, response: Response, url: Url) -> None:
        """Print what comes back."""
        if self._verbose:
            lines = "".join(f"< {line}\n" for line in head(response))
            if response.body:
                lines += f"{{ [{len(response.body)} bytes data]\n"
            self._process.stderr.write(lines.encode())
            self.note(f"Connection #0 to host {url.host} left intact")

    def meters(self, output: str | None) -> bool:
        """Return whether the progress of a transfer is shown: not when its output goes to a terminal."""
        return self._meters and not (self._process.tty and output in (None, "-"))

    def begun(self, *, is_first: bool) -> None:
        """Print the head of the meter, and that there is nothing yet."""
        if not self._bar:
            self._process.stderr.write((_METER * is_first + "\r" + _row(0, 0, 0.0)).encode())

    def ended(self, size: int, sent: int, spent: float, *, is_well: bool) -> None:
        """Print the last state of the meter."""
        if self._bar:
            self._process.complain(f"\r{'#' * 72} 100.0%" if is_well else "")
        else:
            self._process.complain(f"\r{_row(size, sent, spent)}")


def head(response: Response) -> list[str]:
    """Return the lines before the body; the last is empty."""
    headers = [f"{name.decode()}: {value.decode()}" for name, value in response.headers]
    return [f"HTTP/1.1 {response.status} {response.reason}", *headers, ""]


def _row(size: int, sent: int, spent: float) -> str:
    down, up = (int(count / spent) if spent else 0 for count in (size, sent))
    total, percent = size + sent, 100 if size + sent else 0
    clock = time.strftime("%-H:%M:%S", time.gmtime(spent)) if spent >= 1 else "--:--:--"
    groups = [(percent, total), (percent if size else 0, size), (percent if sent else 0, sent)]
    cells = [f"{share:3} {_short(count)}" for share, count in groups]
    times = f"{clock if total else '--:--:--'} {clock} --:--:-- {_short(down)}"
    return f"{'  '.join([*cells, _short(down), _short(up)])} {times}"


def _short(number: int) -> str:
    """Return a number in five letters."""
    for unit in ("", "k", "M"):
        if number < 100_000:
            return f"{number}{unit}".rjust(5)
        number //= 1024
    return f"{number}G".rjust(5)


def _name(parts: Iterable[RelativeDistinguishedName]) -> str:
    """Return a distinguished name, as OpenSSL prints it."""
    attributes = (attribute for part in parts for attribute in part)
    return "; ".join(f"{attribute.rfc4514_attribute_name}={attribute.value!s}" for attribute in attributes)
