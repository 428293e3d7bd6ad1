"""How nginx answers a request: rewrites, the location, files, redirects."""

from __future__ import annotations

import gzip
import posixpath
import re
import time
from collections.abc import Callable

from kubelearn.cluster.containers.images.web import http_date
from kubelearn.cluster.containers.process import Process
from kubelearn.cluster.network import Receive, Send
from kubelearn.cluster.network import Scope as AsgiScope

from . import expressions, logs, proxy
from .access import check_access, check_size
from .expressions import LimitError
from .matching import location_of, server_of, wants_slash
from .model import Config, seconds
from .pages import page
from .request import Request, normalized
from .static import Answer, Headers, found, listing
from .syntax import Directive

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Internal redirects and rewrites end after so many.
_MOST_CYCLES = 10
#: What ``add_header`` without ``always`` is for.
_ADDED = frozenset({200, 201, 204, 206, 301, 302, 303, 304, 307, 308})


class Handler:
    """Answers the requests of one port (ASGI)."""

    def __init__(self, process: Process, config: Config, port: int, proxies: proxy.Proxies):
        self.process = process
        self._config = config
        self._port = port
        self._proxies = proxies

    def configure(self, config: Config, proxies: proxy.Proxies) -> None:
        """Answer by another configuration from now on (``nginx -s reload``)."""
        self._config, self._proxies = config, proxies

    async def __call__(self, asgi: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        config = self._config
        servers = config.ports[self._port]
        request = Request(self.process, config, servers[0], asgi, self._proxies.count())
        message = await receive()
        request.body = message.get("body", b"")
        try:
            request.enter(server_of(request, servers))
            if request.is_bad:
                raise Answer(400)
            if config.listen_of(self._port).ssl and asgi["scheme"] != "https":
                raise Answer(400, page(400, "The plain HTTP request was sent to HTTPS port", request))
            answer = await self._answer(request)
        except Answer as found:
            answer = found
        except LimitError:
            answer = Answer(500)
        for text in request.alerts:
            logs.error(request, text, "alert")
        await self._send(request, answer, send)

    async def _answer(self, request: Request) -> Answer:
        """Return the answer, by ``error_page`` if there is one for it."""
        answer = await self._find(request)
        for _ in range(_MOST_CYCLES):
            target = None if answer.body is not None and not answer.status >= 300 else _error_page(request, answer)
            if target is None:
                return answer
            status, uri = target
            if uri.startswith("http"):
                return Answer(302, None, "", [("Location", request.value(uri))])
            kept = answer
            request.method = "GET" if request.method != "HEAD" else "HEAD"
            request.location = None
            if uri.startswith("@"):
                answer = await self._find(request, uri)
            else:
                request.uri, _, request.args = request.value(uri).partition("?")
                answer = await self._find(request)
            answer.status = answer.status if status == 0 else (status or kept.status)
            return answer
        return answer

    async def _find(self, request: Request, named: str = "") -> Answer:
        try:
            if not named:
                request.scope = request.server.scope
                self._rewrite(request, request.server.scope.own)
            for _ in range(_MOST_CYCLES):
                if named:
                    request.location = next(each for each in request.server.locations if each.pattern == named)
                    named = ""
                elif wants_slash(request):
                    raise _moved(request, f"{request.uri}/{request.query}")
                else:
                    request.location = location_of(request)
                request.scope = request.location.scope if request.location else request.server.scope
                check_size(request)
                if self._rewrite(request, request.scope.own if request.location else []):
                    continue
                again = await self._content(request)
                if not again:
                    break
                named = again if again.startswith("@") else ""
            raise Answer(500)
        except Answer as answer:
            return answer

    def _rewrite(self, request: Request, own: list[Directive]) -> bool:
        """Do what the rewrite module does; return whether a location has to be looked for again."""
        for directive in own:
            if directive.name == "return":
                raise _returned(request, directive.args)
            if directive.name == "set":
                request.set[directive.args[0].lstrip("$")] = request.value(directive.args[1])
            elif directive.name == "break":
                return False
            elif directive.name == "if" and _holds(request, directive):
                if self._rewrite(request, directive.block or []):
                    return True
            elif directive.name == "rewrite":
                flag = _rewritten(request, directive)
                if flag in ("last", "again"):
                    request.rewrites += 1
                    if request.rewrites > _MOST_CYCLES:
                        raise Answer(500)
                    return True
                if flag == "break":
                    return False
        return False

    async def _content(self, request: Request) -> str:
        """Answer, or return the named location (or ``/`` for the URI) that is to answer.

        Raises:
            Answer: always, but for that.
        """
        scope = request.scope
        check_access(request)
        tried = [each for each in scope.own if each.name == "try_files"]
        if not tried and request.location is None:
            tried = scope.all("try_files")
        if tried:
            again = _try_files(request, tried[0].args)
            if again:
                return again
        own = {each.name: each for each in scope.own}
        if request.location is not None and "proxy_pass" in own:
            status, headers, body = await self._proxies.answer(request, own["proxy_pass"])
            raise Answer(status, body, "", headers)
        if request.location is not None and "stub_status" in own:
            raise Answer(200, self._proxies.status(), "text/plain")
        return self._file(request)

    def _file(self, request: Request) -> str:
        """Answer with a file.

        Raises:
            Answer: always, but for an index in another location.
        """
        files, name = self.process.files, request.file_name()
        if request.method not in ("GET", "HEAD"):
            raise Answer(405)
        if request.uri.endswith("/"):
            for index in request.scope.args("index", "index.html"):
                path = posixpath.join(name, request.value(index).lstrip("/"))
                if files.is_file(path):
                    request.uri = posixpath.join(request.uri, index)
                    return "/"
            if request.scope.on("autoindex") and files.is_dir(name.rstrip("/") or "/"):
                raise Answer(200, listing(request, name), "text/html")
            if files.is_dir(name.rstrip("/") or "/"):
                logs.error(request, f'directory index of "{name}" is forbidden', "error")
                raise Answer(403)
            first = request.scope.args("index", "index.html")[0]
            missing = posixpath.join(name, first)
            logs.error(request, f'"{missing}" is not found (2: No such file or directory)', "error")
            raise Answer(404)
        if files.is_dir(name):
            raise _moved(request, f"{request.uri}/{request.query}")
        if not files.is_file(name):
            if request.scope.args("log_not_found", "on") == ["on"]:
                logs.error(request, f'open() "{name}" failed (2: No such file or directory)', "error")
            raise Answer(404)
        raise found(request, files.read(name), name)

    async def _send(self, request: Request, answer: Answer, send: Send) -> None:
        status, scope = answer.status, request.scope
        kind, body = answer.kind, answer.body
        if status == 444:
            logs.access(request, 444, 0)
            return
        if body is None:
            body, kind = (b"" if status in (204, 304) else page(status, "", request)), "text/html"
        version = self.process.env.get("NGINX_VERSION", "")
        tokens = scope.args("server_tokens", "on")[0]
        headers: Headers = [("Server", f"nginx/{version}" if tokens == "on" else "nginx"), ("Date", http_date())]
        upstream = dict(answer.headers).get("Content-Type")
        if kind and upstream is None and status not in (204, 304):
            headers.append(("Content-Type", kind))
        headers += answer.headers
        if packed := _packed(request, body, kind or upstream or ""):
            body = packed
            headers = [pair for pair in headers if pair[0] not in ("Accept-Ranges", "Content-Length")]
            headers.append(("Content-Encoding", "gzip"))
        if status not in (204, 304):
            headers.insert(2 + bool(kind and upstream is None), ("Content-Length", str(len(body))))
        late = [pair for pair in headers if pair[0] in ("ETag", "Accept-Ranges", "Content-Range")]
        goes_on = request.headers.get("connection", "").lower() != "close"
        headers = [pair for pair in headers if pair not in late]
        headers += [("Connection", "keep-alive" if goes_on else "close"), *late]
        request.status = status
        request.sent_headers = {name.lower(): value for name, value in headers}
        headers += _added(request, status)
        size = 0 if request.asgi["method"] == "HEAD" else len(body)
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        await send({"type": "http.response.body", "body": body})
        logs.access(request, status, size)


def _expiry(request: Request, status: int) -> Headers:
    """Return what ``expires`` adds."""
    words = request.scope.args("expires", "off")
    if words[-1] == "off" or status not in _ADDED:
        return []
    if words[-1] == "epoch":
        return [("Expires", http_date(1)), ("Cache-Control", "no-cache")]
    if words[-1] == "max":
        return [("Expires", "Thu, 31 Dec 2037 23:55:55 GMT"), ("Cache-Control", "max-age=315360000")]
    away = seconds(words[-1].lstrip("-")) * (-1 if words[-1].startswith("-") else 1)
    control = "no-cache" if away < 0 else f"max-age={away:.0f}"
    return [("Expires", http_date(time.time() + away)), ("Cache-Control", control)]


def _added(request: Request, status: int) -> Headers:
    found = _expiry(request, status)
    for directive in request.scope.all("add_header"):
        name, value, *always = directive.args
        text = request.value(value)
        if text and (always == ["always"] or status in _ADDED):
            found.append((name, text))
    return found


def _packed(request: Request, body: bytes, kind: str) -> bytes:
    """Return a body that the client wants as gzip, empty if it is sent as it is."""
    scope = request.scope
    if not scope.on("gzip") or "gzip" not in request.headers.get("accept-encoding", ""):
        return b""
    types = {"text/html", *scope.args("gzip_types")}
    fits = "*" in types or kind.partition(";")[0] in types
    if not fits or len(body) < int(scope.args("gzip_min_length", "20")[0]):
        return b""
    return gzip.compress(body, mtime=0)


def _error_page(request: Request, answer: Answer) -> tuple[int | None, str] | None:
    """Return the status (None for the same, 0 for the page's own) and the URI that answer instead."""
    if answer.status < 300 or (answer.body is not None and not request.scope.on("proxy_intercept_errors")):
        return None
    for directive in request.scope.all("error_page"):
        *codes, uri = directive.args
        change = next((code for code in codes if code.startswith("=")), "")
        if str(answer.status) in codes:
            return (int(change[1:] or 0) if change else None), uri
    return None


def _returned(request: Request, args: list[str]) -> Answer:
    first, text = args[0], args[1] if len(args) > 1 else None
    if not first.isdigit():
        return _moved(request, request.value(first), 302)
    status = int(first)
    if status in _REDIRECTS and text is not None:
        return _moved(request, request.value(text), status)
    if text is None:
        return Answer(status)
    kind = request.scope.args("default_type", "text/plain")[0]
    return Answer(status, request.value(text).encode(), kind)


def _moved(request: Request, target: str, status: int = 301) -> Answer:
    return Answer(status, None, "", [("Location", request.absolute(target))])


def _rewritten(request: Request, directive: Directive) -> str:
    """Apply a rewrite; return its flag, ``again`` without one, empty if it does not match.

    Raises:
        Answer: it is a redirect.
    """
    pattern, replacement, *flags = directive.args
    if not request.search(pattern, request.uri):
        return ""
    target = request.value(replacement)
    flag = flags[0] if flags else ""
    if flag in ("redirect", "permanent") or re.match(r"https?://", target):
        query = f"{'&' if '?' in target else '?'}{request.args}" if request.args and not target.endswith("?") else ""
        raise _moved(request, target.removesuffix("?") + query, 301 if flag == "permanent" else 302)
    path, mark, query = target.partition("?")
    if mark:
        request.args = "&".join(filter(None, (query, request.args))) if query else ""
    request.uri = normalized(path)
    return flag or "next"


def _holds(request: Request, directive: Directive) -> bool:
    """Return whether an ``if`` holds."""
    left, *rest = expressions.of_condition(directive)
    if left in ("-f", "!-f", "-d", "!-d", "-e", "!-e"):
        files, path = request.process.files, request.value(rest[0])
        test: Callable[[str], bool] = {"f": files.is_file, "d": files.is_dir, "e": files.exists}[left[-1]]
        return test(path) != left.startswith("!")
    value = request.value(left)
    if not rest:
        return value not in ("", "0")
    operator, right = rest[0], rest[1] if len(rest) > 1 else ""
    if operator in ("=", "!="):
        return (value == request.value(right).strip("\"'")) == (operator == "=")
    return request.search(right, value, ignore_case=operator.endswith("*")) != operator.startswith("!")


def _try_files(request: Request, args: list[str]) -> str:
    """Take the first file that is there; return where to go on if none is, empty to go on here."""
    files, uri = request.process.files, request.uri
    for name in args[:-1]:
        wanted = request.value(name)
        request.uri = normalized(wanted)
        path = request.file_name()
        if files.is_dir(path.rstrip("/") or "/") if wanted.endswith("/") else files.is_file(path):
            return ""
    last = args[-1]
    request.uri = uri
    if last.startswith("="):
        raise Answer(int(last[1:]))
    if last.startswith("@"):
        return last
    request.uri, mark, args_text = request.value(last).partition("?")
    request.args = args_text if mark else request.args
    request.rewrites += 1
    if request.rewrites > _MOST_CYCLES:
        logs.error(request, f'rewrite or internal redirection cycle while internally redirecting to "{uri}"', "error")
        raise Answer(500)
    return "/"
