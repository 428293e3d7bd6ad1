"""One request as nginx sees it, and its variables."""

from __future__ import annotations

import posixpath
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kubelearn.cluster.containers.images.web import clock
from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import Scope as AsgiScope

from . import expressions
from .model import Config, Location, Scope, VirtualServer
from .syntax import VARIABLE, ConfigError, Directive

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIXES = ("arg_", "http_", "cookie_", "sent_http_", "upstream_http_")


class Request:
    """A request on its way through the configuration.

    Attributes:
        uri: the path, which rewrites change.
        args: the query string.
        scope: directives that hold for it: those of its location, or of its server.
        status: of the answer.
        alerts: for the error log.
    """

    def __init__(self, process: Process, config: Config, server: VirtualServer, asgi: AsgiScope, number: int):
        self.process = process
        self.config = config
        self.enter(server)
        self.asgi = asgi
        self.number = number
        self.method: str = asgi["method"]
        self.headers: dict[str, str] = {}
        for name, value in asgi["headers"]:
            self.headers.setdefault(name.decode("latin-1"), value.decode("latin-1"))
        raw: str = asgi["raw_path"].decode("latin-1")
        self.args: str = asgi["query_string"].decode("latin-1")
        self.request_uri = raw + self.query
        self.uri = normalized(unquote(raw))
        self.is_bad = escapes(unquote(raw))
        self.location: Location | None = None
        self.body = b""
        self.captures: dict[str, str] = {}
        self.alerts: list[str] = []
        self.set: dict[str, str] = {}
        self.begin = time.time()
        self.status = 0
        self.sent = 0
        self.sent_headers: dict[str, str] = {}
        self.upstream: dict[str, str] = {}
        self.rewrites = 0

    def enter(self, server: VirtualServer) -> None:
        """Let a server answer."""
        self.server = server
        self.scope: Scope = server.scope

    @property
    def query(self) -> str:
        """The query string after its question mark, empty without one."""
        return f"?{self.args}" if self.args else ""

    @property
    def host(self) -> str:
        """The host that the client named, or the server's name."""
        return self.named_host or self.server.name

    @property
    def named_host(self) -> str:
        """The host that the client named, without port; empty for none."""
        return re.sub(r":\d*$", "", self.headers.get("host", "").lower())

    @property
    def line(self) -> str:
        """The request's first line, as logs show it."""
        return f"{self.method} {self.request_uri} HTTP/{self.asgi['http_version']}"

    def absolute(self, target: str) -> str:
        """Return where a redirect leads: a path becomes a whole URL, as ``absolute_redirect`` has it."""
        if not target.startswith("/") or self.scope.args("absolute_redirect", "on") == ["off"]:
            return target
        scheme, port = self.asgi["scheme"], self.asgi["server"][1]
        usual = port == (443 if scheme == "https" else 80)
        named = self.server.name if self.scope.on("server_name_in_redirect") else self.host
        shown = "" if usual or self.scope.args("port_in_redirect", "on") == ["off"] else f":{port}"
        return f"{scheme}://{named}{shown}{target}"

    def value(self, text: str) -> str:
        """Return a text with its variables filled in."""
        if "$" not in text:
            return text
        return VARIABLE.sub(lambda found: self.variable(found[1] or found[2]), text)

    def variable(self, name: str) -> str:
        """Return a variable, empty for one that has no value."""
        if name in self.captures:
            return self.captures[name]
        if name in self.set:
            return self.set[name]
        make = _VARIABLES.get(name)
        if make is not None:
            return make(self)
        if name.startswith("upstream_") and name in self.upstream:
            return self.upstream[name]
        mapped = next((each for each in self.config.maps if each.args[1] == f"${name}"), None)
        return self._mapped(mapped) if mapped is not None else self._by_prefix(name)

    def _by_prefix(self, name: str) -> str:
        if name.startswith("http_"):
            return self.headers.get(name[5:].replace("_", "-").lower(), "")
        if name.startswith("arg_"):
            pairs = (pair.partition("=") for pair in self.args.split("&"))
            return next((value for key, _, value in pairs if key.lower() == name[4:].lower()), "")
        if name.startswith("cookie_"):
            cookies = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
            return next((value for key, _, value in cookies if key == name[7:]), "")
        if name.startswith("sent_http_"):
            return self.sent_headers.get(name[10:].replace("_", "-").lower(), "")
        return ""

    def _mapped(self, block: Directive) -> str:
        """Return what a ``map`` makes of its source: texts come before expressions."""
        source, lines = self.value(block.args[0]), [line for line in block.block or [] if line.args]
        expected = (line for line in lines if line.name.lower() == source.lower() and line.name != "default")
        found = next(expected, None) or self._mapped_by_expression(source, lines)
        found = found or next((line for line in lines if line.name == "default"), None)
        return self.value(found.args[0]) if found is not None else ""

    def _mapped_by_expression(self, source: str, lines: list[Directive]) -> Directive | None:
        for line in lines:
            if line.name.startswith("~"):
                pattern, ignore_case = expressions.of_word(line.name)
                try:
                    if self.search(pattern, source, ignore_case=ignore_case):
                        return line
                except expressions.LimitError:
                    return None
        return None

    def search(self, pattern: str, text: str, *, ignore_case: bool = False) -> bool:
        """Look for an expression; what its groups catch are variables from then on.

        Raises:
            LimitError: it takes too long.
        """
        try:
            found = expressions.search(pattern, text, ignore_case=ignore_case)
        except expressions.LimitError as error:
            self.alerts.append(str(error))
            raise
        if found is None:
            return False
        named = {name: text for name, text in self.captures.items() if not name.isdigit()}
        numbered = {str(index): text or "" for index, text in enumerate(found.groups(), start=1)}
        self.captures = named | numbered | {name: text or "" for name, text in found.groupdict().items()}
        return True

    def file_name(self) -> str:
        """Return the file that the URI means, by ``root`` or ``alias``."""
        alias = self.scope.args("alias") if self.location is not None else []
        own = [each for each in self.scope.own if each.name == "alias"]
        if alias and own and self.location is not None:
            if self.location.is_expression:
                return self.value(alias[0])
            return self.value(alias[0]) + self.uri[len(self.location.pattern) :]
        return self.root() + self.uri

    def root(self) -> str:
        """Return ``$document_root``."""
        path = self.value(self.scope.args("root", "html")[0]).rstrip("/")
        return path if path.startswith("/") else posixpath.join("/etc/nginx", path)


def escapes(path: str) -> bool:
    """Return whether a path leads above the root, which nginx takes for no request."""
    depth = 0
    for part in path.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            return True
    return False


def normalized(path: str) -> str:
    """Return a path without ``.``, ``..`` and double slashes; a slash at the end stays."""
    if not path.startswith("/"):
        path = "/" + path
    short = "/" + posixpath.normpath(path).lstrip("/")
    return short + "/" if path.endswith(("/", "/.", "/..")) and short != "/" else short


def _forwarded(request: Request) -> str:
    earlier = request.headers.get("x-forwarded-for")
    client: str = request.asgi["client"][0]
    return f"{earlier}, {client}" if earlier else client


_VARIABLES: dict[str, Callable[[Request], str]] = {
    "args": lambda request: request.args,
    "query_string": lambda request: request.args,
    "is_args": lambda request: "?" if request.args else "",
    "uri": lambda request: request.uri,
    "document_uri": lambda request: request.uri,
    "request_uri": lambda request: request.request_uri,
    "request": lambda request: request.line,
    "request_method": lambda request: request.method,
    "request_body": lambda request: request.body.decode(errors="replace"),
    "request_length": lambda request: str(len(request.line) + len(request.body)),
    "request_time": lambda request: f"{time.time() - request.begin:.3f}",
    "request_filename": lambda request: request.file_name(),
    "request_id": lambda request: f"{hash((request.number, request.begin)) & (2**128 - 1):032x}",
    "document_root": lambda request: request.root(),
    "host": lambda request: request.host,
    "hostname": lambda request: request.process.hostname,
    "server_name": lambda request: request.server.name,
    "server_addr": lambda request: str(request.asgi["server"][0]),
    "server_port": lambda request: str(request.asgi["server"][1]),
    "server_protocol": lambda request: f"HTTP/{request.asgi['http_version']}",
    "scheme": lambda request: str(request.asgi["scheme"]),
    "https": lambda request: "on" if request.asgi["scheme"] == "https" else "",
    "remote_addr": lambda request: str(request.asgi["client"][0]),
    "realip_remote_addr": lambda request: str(request.asgi["client"][0]),
    "remote_port": lambda request: str(request.asgi["client"][1]),
    "remote_user": lambda _: "",
    "content_type": lambda request: request.headers.get("content-type", ""),
    "content_length": lambda request: request.headers.get("content-length", ""),
    "status": lambda request: f"{request.status:03d}",
    "body_bytes_sent": lambda request: str(request.sent),
    "bytes_sent": lambda request: str(request.sent),
    "connection": lambda request: str(request.number),
    "connection_requests": lambda _: "1",
    "msec": lambda _: f"{time.time():.3f}",
    "pid": lambda _: "29",
    "nginx_version": lambda request: request.process.env.get("NGINX_VERSION", ""),
    "time_local": lambda _: clock("%d/%b/%Y:%H:%M:%S +0000"),
    "time_iso8601": lambda _: clock("%Y-%m-%dT%H:%M:%S+00:00"),
    "proxy_add_x_forwarded_for": _forwarded,
    "proxy_host": lambda request: request.upstream.get("proxy_host", ""),
    "proxy_port": lambda request: request.upstream.get("proxy_port", ""),
    "upstream_addr": lambda request: request.upstream.get("upstream_addr", ""),
    "upstream_status": lambda request: request.upstream.get("upstream_status", ""),
    "upstream_response_time": lambda request: request.upstream.get("upstream_response_time", ""),
    "upstream_connect_time": lambda request: request.upstream.get("upstream_response_time", ""),
    "upstream_header_time": lambda request: request.upstream.get("upstream_response_time", ""),
    "ssl_protocol": lambda request: "TLSv1.3" if request.asgi["scheme"] == "https" else "",
    "ssl_cipher": lambda request: "TLS_AES_256_GCM_SHA384" if request.asgi["scheme"] == "https" else "",
    "gzip_ratio": lambda _: "",
    "pipe": lambda _: ".",
}


def check_variables(config: Config, found: Iterable[Directive]) -> None:
    """Refuse variables that nobody sets.

    Raises:
        ConfigError: the first.
    """
    directives = list(found)
    known = {*_VARIABLES, *(each.args[1].lstrip("$") for each in config.maps)}
    known |= expressions.names(directives)
    for directive in directives:
        if directive.name == "set":
            known.add(directive.args[0].lstrip("$"))
    for directive in directives:
        if directive.name in ("location", "log_format", "server_name") or directive.context[-1:] == ("types",):
            continue
        words = directive.args[1:] if directive.name in ("if", "set", "rewrite", "map") else directive.args
        for name in (first or second for word in words for first, second in VARIABLE.findall(word)):
            if name not in known and not name.isdigit() and not name.startswith(_PREFIXES):
                raise ConfigError(f'unknown "{name}" variable')
