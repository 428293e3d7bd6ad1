"""curl at work: connections, requests, redirects, retries, and what it prints."""

from __future__ import annotations

import asyncio
import time

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.containers.tools.network.nc import both_ways
from kubelearn.cluster.containers.tools.options import read_all
from kubelearn.cluster.network import (
    CertificateError,
    Connection,
    ConnectionRefused,
    ConnectionReset,
    ConnectionTimedOut,
    Host,
    NameNotFound,
    NoRoute,
    NotTls,
    Response,
)

from .facts import NOTHING_YET, facts_of, write_out
from .options import Options
from .urls import CurlError, Url, parse_url

_MOST_REDIRECTS = 50
#: How many seconds curl's resolver asks name servers that do not answer: longer than the cluster's own
#: (``Timing.dns_timeout``), so that a limit of curl's ends it while it still asks.
_RESOLVER = 10.0
#: What curl says after an error with the number 60.
_ADVICE = """More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the webpage mentioned above."""


class Curl:
    """One run of curl; connections live until it ends."""

    def __init__(self, process: Process, options: Options):
        self._process = process
        self._options = options
        self._connections: dict[tuple[str, int], Connection] = {}
        self._resolving = False

    async def run(self) -> int:
        """Fetch all URLs and return the exit code, which is that of the last."""
        status, begin = 0, time.monotonic()
        try:
            for index, text in enumerate(self._options.urls):
                if self._options.interval:
                    await asyncio.sleep(begin + index * self._options.interval - time.monotonic())
                output = self._options.outputs[index] if index < len(self._options.outputs) else None
                status = await self._url(text, output)
        finally:
            for connection in self._connections.values():
                connection.close()
        return status

    async def _url(self, text: str, output: str | None) -> int:
        options, begin = self._options, time.monotonic()
        facts: dict[str, object] = {**NOTHING_YET, "url": text, "url_effective": text}
        code = 0
        for attempt in range(options.retry + 1):
            try:
                code = await self._deadline(parse_url(text), output, facts, begin)
                break
            except CurlError as error:
                code = error.code
                if attempt < options.retry and code in options.transient:
                    await asyncio.sleep(options.retry_delay or min(2**attempt, 600))
                    continue
                facts["errormsg"] = str(error).partition("\n")[0]
                if "s" not in options.flags or "S" in options.flags:
                    self._process.complain(f"curl: ({code}) {error}")
        spent = time.monotonic() - begin
        facts |= {"time_total": f"{spent:.6f}", "exitcode": code}
        if facts["http_code"] != "000":
            facts |= {
                "time_starttransfer": facts["time_total"],
                "scheme": parse_url(str(facts["url_effective"])).scheme,
            }
        if options.write_out:
            self._process.stdout.write(write_out(self._process, options.write_out, facts).encode())
        await self._process.stdout.drain()
        return code

    async def _deadline(self, url: Url, output: str | None, facts: dict[str, object], begin: float) -> int:
        if self._options.max_time is None:
            return await self._follow(url, output, facts)
        try:
            async with asyncio.timeout(self._options.max_time):
                return await self._follow(url, output, facts)
        except TimeoutError:
            spent = _milliseconds(begin)
            if facts["remote_ip"]:  # it was connected
                text = f"Operation timed out after {spent} milliseconds with 0 bytes received"
            elif self._resolving:
                text = f"Resolving timed out after {spent} milliseconds"
            else:
                text = f"Connection timed out after {spent} milliseconds"
            raise CurlError(28, text) from None

    async def _follow(self, url: Url, output: str | None, facts: dict[str, object]) -> int:
        for hop in range(_MOST_REDIRECTS + 1):
            facts["url_effective"], facts["num_redirects"] = url.text, hop
            location = await self._transfer(url, output, facts)
            if location is None:
                return 0
            if not location.startswith("http"):
                location = f"{url.scheme}://{url.authority}{location if location.startswith('/') else '/' + location}"
            url = parse_url(location)
        raise CurlError(47, f"Maximum ({_MOST_REDIRECTS}) redirects followed")

    async def _transfer(self, url: Url, output: str | None, facts: dict[str, object]) -> str | None:
        options = self._options
        connection = await self._connect(url, facts)
        if url.scheme == "telnet":
            await both_ways(self._process, connection.open_stream())
            return None
        method, target, body = await self._request(url)
        headers = self._headers(url, body)
        self._tell_request(method, target, headers)
        try:
            if "N" in options.flags and output is None and options.flags.isdisjoint("fiILv"):
                await self._stream(connection, (method, target, headers, body), facts)
                return None
            response = await connection.request(method, target, headers, body)
        except ConnectionReset:
            self._drop(url)
            if facts.get("reused") or connection.aborted:
                raise CurlError(56, "Recv failure: Connection reset by peer") from None
            raise CurlError(52, "Empty reply from server") from None
        facts |= {"http_code": f"{response.status:03d}", "size_download": len(response.body), "method": method}
        facts |= facts_of(response, url)
        if any(h.lower().replace(" ", "") == "connection:close" for h in options.headers):
            self._drop(url)
        where = (response.header(b"location") or b"").decode()
        if where and "L" in options.flags and 300 <= response.status < 400:
            return where
        if "f" in options.flags and response.status >= 400:
            self._tell_response(response, url)
            raise CurlError(22, f"The requested URL returned error: {response.status}")
        self._show(response, output, url)
        return None

    async def _stream(
        self,
        connection: Connection,
        request: tuple[str, str, list[tuple[bytes, bytes]], bytes],
        facts: dict[str, object],
    ) -> None:
        """Print an answer as it comes: ``-N``, for one that does not end."""
        streamed = await connection.request_stream(*request)
        size = 0
        facts["http_code"] = f"{streamed.status:03d}"
        async for chunk in streamed:
            size += len(chunk)
            facts["size_download"] = size
            self._process.stdout.write(chunk)
            await self._process.stdout.drain()

    def _tell_request(self, method: str, target: str, headers: list[tuple[bytes, bytes]]) -> None:
        """Print what is sent: ``-v``."""
        if "v" in self._options.flags:
            self._process.complain(f"> {method} {target} HTTP/1.1")
            for name, value in headers:
                self._process.complain(f"> {name.decode().title()}: {value.decode()}")
            self._process.complain("> ")

    def _tell_response(self, response: Response, url: Url) -> None:
        """Print what comes back: ``-v``."""
        if "v" in self._options.flags:
            lines = "".join(f"< {line}\n" for line in _head(response))
            if response.body:
                lines += f"{{ [{len(response.body)} bytes data]\n"
            self._process.stderr.write(f"{lines}* Connection #0 to host {url.host} left intact\n".encode())

    async def _request(self, url: Url) -> tuple[str, str, bytes]:
        """Return method, target and body; with ``-G`` the data goes into the target."""
        flags, data = self._options.flags, "&".join([await self._data(each) for each in self._options.data])
        target, method = url.target, "GET"
        if "G" in flags and data:
            target += ("&" if "?" in target else "?") + data
        if "I" in flags:
            method = "HEAD"
        elif self._options.data and "G" not in flags:
            method = "POST"
        method = self._options.method or method
        return method, target, b"" if method in ("GET", "HEAD") else data.encode()

    async def _data(self, text: str) -> str:
        """Return what is sent for ``-d``: a text, or what a file or standard input has."""
        if not text.startswith("@"):
            return text
        if text == "@-":
            return (await read_all(self._process)).decode(errors="replace").replace("\n", "")
        try:
            data = self._process.files.read(resolve(self._process.cwd, text[1:]))
        except OSError:
            raise CurlError(26, f"Failed to open {text[1:]}") from None
        return data.decode(errors="replace").replace("\n", "")

    def _headers(self, url: Url, body: bytes) -> list[tuple[bytes, bytes]]:
        found = {"host": url.authority, "user-agent": "curl/8.9.1", "accept": "*/*"}
        if body:
            found |= {"content-length": str(len(body)), "content-type": "application/x-www-form-urlencoded"}
        for header in self._options.headers:
            name, _, value = header.partition(":")
            found[name.strip().lower()] = value.strip()
        return [(name.encode(), value.encode()) for name, value in found.items()]

    def _show(self, response: Response, output: str | None, url: Url) -> None:
        flags, body = self._options.flags, response.body
        self._tell_response(response, url)
        if "O" in flags and output is None:
            output = url.target.partition("?")[0].rpartition("/")[2]
            if not output:
                raise CurlError(23, "Remote file name has no length")
        if not flags.isdisjoint("iI"):
            body = "".join(f"{line}\r\n" for line in _head(response)).encode() + body
        if output is None or output == "-":
            self._process.stdout.write(body)
        elif output != "/dev/null":
            try:
                self._process.files.write(resolve(self._process.cwd, output), body)
            except OSError:
                raise CurlError(23, "Failure writing output to destination") from None

    def _drop(self, url: Url) -> None:
        connection = self._connections.pop((url.host, url.port), None)
        if connection is not None:
            connection.close()

    async def _connect(self, url: Url, facts: dict[str, object]) -> Connection:
        key = (url.host, url.port)
        self._resolving = False
        found = self._connections.get(key)
        if found is not None and not found.closed:
            facts["reused"] = True
            facts |= {"remote_ip": found.peer[0], "remote_port": found.peer[1]}
            return found
        begin = time.monotonic()
        verbose = "v" in self._options.flags
        try:
            host = await self._resolve(self._options.resolve.get(f"{url.host}:{url.port}", url.host))
            if verbose:
                self._process.complain(f"* Host {url.host}:{url.port} was resolved.\n* IPv6: (none)")
                self._process.complain(f"* IPv4: {', '.join(host.addresses)}")
                self._process.complain(f"*   Trying {host.addresses[0]}:{url.port}...")
            connection = await self._process.network.connect_to(host, url.port, timeout=self._options.connect_timeout)
        except NameNotFound:
            raise CurlError(6, f"Could not resolve host: {url.host}") from None
        except (ConnectionRefused, NoRoute):
            where, spent = f"{url.host} port {url.port}", _milliseconds(begin)
            raise CurlError(7, f"Failed to connect to {where} after {spent} ms: Couldn't connect to server") from None
        except ConnectionTimedOut:
            raise CurlError(28, f"Connection timed out after {_milliseconds(begin)} milliseconds") from None
        if verbose:
            self._process.complain(f"* Connected to {url.host} ({connection.peer[0]}) port {url.port}")
        if url.scheme == "https":
            self._start_tls(connection, url, facts)
        self._connections[key] = connection
        facts |= {"num_connects": 1, "remote_ip": connection.peer[0], "remote_port": connection.peer[1]}
        facts |= {"local_ip": connection.local[0], "local_port": connection.local[1]}
        facts |= {"time_connect": _seconds(begin), "time_namelookup": _seconds(begin)}
        return connection

    async def _resolve(self, name: str) -> Host:
        """Look a name up, and say so meanwhile.

        Raises:
            NameNotFound: there is no such name, or no name server answered.
            CurlError: a limit of curl's is over while no name server answers.
        """
        self._resolving = True
        begin = time.monotonic()
        try:
            found = await self._process.network.lookup(name)
        except NameNotFound as unknown:
            limit = self._options.connect_timeout or _RESOLVER
            silent = isinstance(unknown.__cause__, ConnectionTimedOut)  # one that refuses is not asked again
            if silent and min(limit, self._options.max_time or _RESOLVER) < _RESOLVER:
                await asyncio.sleep(begin + limit - time.monotonic())
                raise CurlError(28, f"Resolving timed out after {_milliseconds(begin)} milliseconds") from None
            raise
        self._resolving = False
        return found

    def _start_tls(self, connection: Connection, url: Url, facts: dict[str, object]) -> None:
        """Speak TLS on a connection, with a server that curl believes; it believes no authority of its own accord."""
        try:
            connection.start_tls(url.host, None if "k" in self._options.flags else self._trusted())
            if connection.listener.tls is not None:
                facts["ssl_verify_result"] = connection.listener.tls.doubt(self._trusted())[0]
        except NotTls as error:
            raise CurlError(35, f"TLS connect error: error:0A00010B:SSL routines::{error}") from None
        except CertificateError as error:
            facts["ssl_verify_result"] = error.code
            kind = "SSL certificate problem" if error.code else "SSL"
            raise CurlError(60, f"{kind}: {error}\n{_ADVICE}") from None

    def _trusted(self) -> bytes:
        """Return the certificates of the authorities that the command line names."""
        name = self._options.cacert
        if not name:
            return b""
        try:
            return self._process.files.read(resolve(self._process.cwd, name))
        except OSError:
            why = f"error setting certificate verify locations:  CAfile: {name} CApath: none"
            raise CurlError(77, why) from None


def _head(response: Response) -> list[str]:
    """Return the lines before the body; the last is empty."""
    headers = [f"{name.decode()}: {value.decode()}" for name, value in response.headers]
    return [f"HTTP/1.1 {response.status} {response.reason}", *headers, ""]


def _seconds(begin: float) -> str:
    return f"{time.monotonic() - begin:.6f}"


def _milliseconds(begin: float) -> int:
    """Return the time since a moment of the monotonic clock."""
    return int((time.monotonic() - begin) * 1000)
