"""curl at work: connections, requests, redirects, retries, and what it prints."""

from __future__ import annotations

import asyncio
import base64
import posixpath
import re
import time

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.containers.tools.network.nc import both_ways
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

from .body import body_of
from .facts import NOTHING_YET, facts_of, write_out
from .options import Options
from .told import VERSION, Told, head
from .urls import CurlError, Url, parse_url

_MOST_REDIRECTS = 50
_RETRIED_STATUS = ("408", "429", "500", "502", "503", "504")
#: How many seconds curl's resolver asks name servers that do not answer: longer than the cluster's own
#: (``Timing.dns_timeout``), so that a limit of curl's ends it while it still asks.
_RESOLVER = 10.0
#: What curl says after an error with the number 60.
_ADVICE = """More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the webpage mentioned above."""
#: Switches for which an answer has to be there as a whole before anything is printed.
_WHOLE = ("fail", "fail-with-body", "include", "head", "location", "verbose", "remote-name")
Facts = dict[str, object]


class Curl:
    """One run of curl; connections live until it ends."""

    def __init__(self, process: Process, options: Options):
        self._process = process
        self._options = options
        self._told = Told(process, options)
        self._connections: dict[tuple[str, int], Connection] = {}
        self._resolving = False
        self._metered = False

    async def run(self) -> int:
        """Fetch all URLs and return the exit code, which is that of the last."""
        status, begin = 0, time.monotonic()
        try:
            for index, text in enumerate(self._options.urls):
                if self._options.interval:
                    await asyncio.sleep(begin + index * self._options.interval - time.monotonic())
                output = self._options.outputs[index] if index < len(self._options.outputs) else None
                status = await self._url(text, output, index)
        finally:
            for connection in self._connections.values():
                connection.close()
        return status

    async def _url(self, text: str, output: str | None, index: int) -> int:
        options, begin = self._options, time.monotonic()
        facts: Facts = {**NOTHING_YET, "url": text, "url_effective": text, "urlnum": index}
        code, failure = 0, ""
        tries = options.count("retry", 0)
        meters = self._told.meters(output)
        for attempt in range(tries + 1):
            if meters:
                self._told.begun(is_first=not self._metered)
                self._metered = True
            try:
                code, failure = await self._deadline(parse_url(text), output, facts, begin), ""
            except CurlError as error:
                code, failure = error.code, str(error)
            if meters:
                sizes = (int(str(facts["size_download"])), int(str(facts["size_upload"])))
                self._told.ended(*sizes, time.monotonic() - begin, is_well=not failure)
            why = self._passing(code, facts)
            if attempt == tries or not why:
                break
            facts["num_retries"] = attempt + 1
            pause = float(options.values.get("retry-delay", "0")) or min(2**attempt, 600)
            seconds, left = f"{pause:g} second{'s' * (pause != 1)}", tries - attempt
            self._warn(f"Problem: {why}. Will retry in {seconds}. {left} retr{'y' if left == 1 else 'ies'} left.")
            await asyncio.sleep(pause)
        if failure:
            facts["errormsg"] = failure.partition("\n")[0]
            if "silent" not in options.flags or "show-error" in options.flags:
                self._process.complain(f"curl: ({code}) {failure}")
        self._write_out(facts, code, time.monotonic() - begin)
        await self._process.stdout.drain()
        return code

    def _passing(self, code: int, facts: Facts) -> str:
        """Return why a transfer may go well if it is tried again; empty if it may not."""
        if code in self._options.transient:
            if code == 7 and "retry-connrefused" in self._options.flags:
                return "connection refused"
            return "timeout" if code in (6, 28) else "(retrying all errors)"
        return "HTTP error" if not code and facts["http_code"] in _RETRIED_STATUS else ""

    def _warn(self, text: str) -> None:
        if "silent" not in self._options.flags:
            self._process.complain(f"Warning: {text}")

    def _write_out(self, facts: Facts, code: int, spent: float) -> None:
        form = self._options.values.get("write-out", "")
        if not form:
            return
        facts |= {"time_total": f"{spent:.6f}", "exitcode": code}
        if facts["http_code"] != "000":
            scheme = parse_url(str(facts["url_effective"])).scheme
            facts |= {"time_starttransfer": facts["time_total"], "scheme": scheme}
        if form.startswith("@"):
            try:
                form = self._process.files.read(resolve(self._process.cwd, form[1:])).decode(errors="replace")
            except OSError:
                self._process.complain(f"curl: Failed to open {form[1:]}")
                return
        for place, text in re.findall(r"(?:%\{(stdout|stderr)\})?((?:(?!%\{stdout\}|%\{stderr\}).)*)", form, re.DOTALL):
            stream = self._process.stderr if place == "stderr" else self._process.stdout
            stream.write(write_out(self._process, text, facts).encode())

    async def _deadline(self, url: Url, output: str | None, facts: Facts, begin: float) -> int:
        try:
            async with asyncio.timeout(self._options.seconds("max-time")):
                return await self._follow(url, output, facts)
        except TimeoutError:
            spent = _milliseconds(begin)
            if facts["remote_ip"]:  # it was connected
                text = f"Operation timed out after {spent} milliseconds with 0 bytes received"
            elif self._resolving:
                text = f"Resolving timed out after {spent} milliseconds"
            else:
                text = f"Connection timed out after {spent} milliseconds"
            raise self._failed(28, text) from None

    def _failed(self, code: int, text: str) -> CurlError:
        """Return an error that ends a connection, and is told among what ``-v`` prints."""
        self._told.note(text.partition("\n")[0])
        self._told.note("closing connection #0")
        return CurlError(code, text)

    async def _follow(self, url: Url, output: str | None, facts: Facts) -> int:
        most = self._options.count("max-redirs", _MOST_REDIRECTS)
        for hop in range(most + 1 if most >= 0 else 1000):
            facts["url_effective"], facts["num_redirects"] = url.text, hop
            location = await self._transfer(url, output, facts)
            if location is None:
                return 0
            if "://" not in location:
                start = "" if location.startswith("/") else url.target.partition("?")[0].rpartition("/")[0] + "/"
                location = f"{url.scheme}://{url.authority}{start}{location}"
            self._told.note(f"Issue another request to this URL: '{location}'")
            url = parse_url(location)
        raise CurlError(47, f"Maximum ({most}) redirects followed")

    async def _transfer(self, url: Url, output: str | None, facts: Facts) -> str | None:
        options = self._options
        connection = await self._connect(url, facts)
        if url.scheme == "telnet":
            await both_ways(self._process, connection.open_stream())
            return None
        method, target, body, kind = await self._request(url)
        headers = self._headers(url, method, body, kind)
        self._told.request(method, target, headers)
        try:
            if "no-buffer" in options.flags and output is None and options.flags.isdisjoint(_WHOLE):
                await self._stream(connection, (method, target, headers, body), facts)
                return None
            response = await connection.request(method, target, headers, body)
        except ConnectionReset:
            self._drop(url)
            if facts.get("reused") or connection.aborted:
                raise self._failed(56, "Recv failure: Connection reset by peer") from None
            raise self._failed(52, "Empty reply from server") from None
        facts |= {"http_code": f"{response.status:03d}", "size_download": len(response.body), "method": method}
        facts |= {"size_upload": len(body), **facts_of(response, url)}
        if any(h.lower().replace(" ", "") == "connection:close" for h in options.headers):
            self._drop(url)
        return self._received(response, output, url, facts)

    def _received(self, response: Response, output: str | None, url: Url, facts: Facts) -> str | None:
        """Do with a response what is asked for; return where the page really is, if it is to be followed."""
        flags = self._options.flags
        self._told.response(response, url)
        self._dump(response)
        where = (response.header(b"location") or b"").decode()
        is_error = response.status >= 400
        if where and "location" in flags and 300 <= response.status < 400:
            if not flags.isdisjoint(("include", "head")):
                self._save(response, b"", output, url, facts)
            return where
        if is_error and "fail" in flags:
            raise self._failed(22, f"The requested URL returned error: {response.status}")
        self._save(response, response.body, output, url, facts)
        if is_error and "fail-with-body" in flags:
            raise self._failed(22, f"The requested URL returned error: {response.status}")
        return None

    def _dump(self, response: Response) -> None:
        """Write the headers where ``-D`` says."""
        name = self._options.values.get("dump-header")
        if name is None:
            return
        lines = "".join(f"{line}\r\n" for line in head(response)).encode()
        if name == "-":
            self._process.stdout.write(lines)
        else:
            self._write(name, lines)

    def _save(self, response: Response, body: bytes, output: str | None, url: Url, facts: Facts) -> None:
        flags = self._options.flags
        if "remote-name" in flags and output is None:
            output = url.target.partition("?")[0].rpartition("/")[2]
            if not output:
                raise CurlError(23, "Remote file name has no length")
        if not flags.isdisjoint(("include", "head")):
            body = "".join(f"{line}\r\n" for line in head(response)).encode() + body
        if output is None or output == "-":
            self._process.stdout.write(body)
            return
        facts["filename_effective"] = output
        self._write(posixpath.join(self._options.values.get("output-dir", ""), output), body)

    def _write(self, name: str, data: bytes) -> None:
        files, path = self._process.files, resolve(self._process.cwd, name)
        try:
            if "create-dirs" in self._options.flags:
                files.mkdir(posixpath.dirname(path), parents=True)
            files.write(path, data)
        except OSError:
            self._warn(f"Failed to open the file {name}: No such file or directory")
            raise CurlError(23, "Failure writing output to destination") from None

    async def _stream(
        self, connection: Connection, request: tuple[str, str, list[tuple[bytes, bytes]], bytes], facts: Facts
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

    async def _request(self, url: Url) -> tuple[str, str, bytes, str]:
        """Return method, target, body and its type; with ``-G`` the data goes into the target."""
        options = self._options
        body, kind = await body_of(self._process, options)
        target, method = url.target, "GET"
        if "get" in options.flags:
            if body:
                target += ("&" if "?" in target else "?") + body.decode(errors="replace")
            body = b""
        elif options.data or options.form:
            method = "POST"
        elif "upload-file" in options.values:
            method = "PUT"
            if target.endswith("/"):
                target += posixpath.basename(options.values["upload-file"])
        if "head" in options.flags:
            method = "HEAD"
        return options.values.get("request", method), target, body, kind

    def _headers(self, url: Url, method: str, body: bytes, kind: str) -> list[tuple[bytes, bytes]]:
        found = {"host": url.authority, "user-agent": f"curl/{VERSION}", "accept": "*/*"}
        if body or (kind and method != "HEAD"):
            found |= {"content-length": str(len(body)), **({"content-type": kind} if kind else {})}
        if url.user:
            found["authorization"] = f"Basic {base64.b64encode(url.user.encode()).decode()}"
        for header in self._options.headers:
            name, colon, value = header.partition(":")
            if colon and not value.strip():
                found.pop(name.strip().lower(), None)
            else:
                found[name.strip().lower().removesuffix(";")] = value.strip()
        return [(name.encode(), value.encode()) for name, value in found.items()]

    def _drop(self, url: Url) -> None:
        connection = self._connections.pop((url.host, url.port), None)
        if connection is not None:
            connection.close()

    async def _connect(self, url: Url, facts: Facts) -> Connection:
        key = (url.host, url.port)
        self._resolving = False
        found = self._connections.get(key)
        if found is not None and not found.closed:
            facts["reused"] = True
            facts |= {"remote_ip": found.peer[0], "remote_port": found.peer[1]}
            self._told.note(f"Re-using existing connection with host {url.host}")
            return found
        begin = time.monotonic()
        name, port = self._options.reroute.get(f"{url.host}:{url.port}", (url.host, url.port))
        try:
            host = await self._resolve(self._options.resolve.get(f"{url.host}:{url.port}", name))
            self._told.trying(url, host)
            limit = self._options.seconds("connect-timeout")
            connection = await self._process.network.connect_to(host, port or url.port, timeout=limit)
        except NameNotFound:
            raise self._failed(6, f"Could not resolve host: {name}") from None
        except (ConnectionRefused, NoRoute) as error:
            where, spent = f"{url.host} port {url.port}", _milliseconds(begin)
            at = f"{host.addresses[0]} port {url.port} from {self._process.network.ip} port 40000"
            self._told.note(f"connect to {at} failed: {error.reason}")
            raise self._failed(
                7, f"Failed to connect to {where} after {spent} ms: Couldn't connect to server"
            ) from None
        except ConnectionTimedOut:
            raise self._failed(28, f"Connection timed out after {_milliseconds(begin)} milliseconds") from None
        self._told.note(f"Connected to {url.host} ({connection.peer[0]}) port {url.port}")
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
        if "ipv6" in self._options.flags:  # nothing here has such an address
            raise NameNotFound(name)
        self._resolving = True
        begin = time.monotonic()
        try:
            found = await self._process.network.lookup(name)
        except NameNotFound as unknown:
            limit = self._options.seconds("connect-timeout") or _RESOLVER
            silent = isinstance(unknown.__cause__, ConnectionTimedOut)  # one that refuses is not asked again
            if silent and min(limit, self._options.seconds("max-time") or _RESOLVER) < _RESOLVER:
                await asyncio.sleep(begin + limit - time.monotonic())
                raise self._failed(28, f"Resolving timed out after {_milliseconds(begin)} milliseconds") from None
            raise
        self._resolving = False
        return found

    def _start_tls(self, connection: Connection, url: Url, facts: Facts) -> None:
        """Speak TLS on a connection, with a server that curl believes; it believes no authority of its own accord."""
        trusted = self._trusted()
        try:
            connection.start_tls(url.host, None if "insecure" in self._options.flags else trusted)
        except NotTls as error:
            raise self._failed(35, f"TLS connect error: error:0A00010B:SSL routines::{error}") from None
        except CertificateError as error:
            facts["ssl_verify_result"] = error.code
            kind = "SSL certificate problem" if error.code else "SSL"
            raise self._failed(60, f"{kind}: {error}\n{_ADVICE}") from None
        if connection.listener.tls is not None:
            doubt = connection.listener.tls.doubt(trusted)
            facts["ssl_verify_result"] = doubt[0]
            self._told.handshake(connection.listener.tls, url.host, doubt)

    def _trusted(self) -> bytes:
        """Return the certificates of the authorities that the command line names."""
        name = self._options.values.get("cacert")
        if not name:
            return b""
        try:
            return self._process.files.read(resolve(self._process.cwd, name))
        except OSError:
            why = f"error setting certificate verify locations:  CAfile: {name} CApath: none"
            raise CurlError(77, why) from None


def _seconds(begin: float) -> str:
    return f"{time.monotonic() - begin:.6f}"


def _milliseconds(begin: float) -> int:
    """Return the time since a moment of the monotonic clock."""
    return int((time.monotonic() - begin) * 1000)
