"""Who may ask for what: ``allow``, ``deny``, ``limit_except`` and the size of bodies."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from . import logs
from .model import Scope
from .request import Request
from .static import Answer
from .syntax import Directive


def check_size(request: Request) -> None:
    """Refuse a body that is too large for a location, whatever the location does.

    Raises:
        Answer: 413.
    """
    limit = _size(request.scope.args("client_max_body_size", "1m")[0])
    if limit and len(request.body) > limit:
        logs.error(request, f"client intended to send too large body: {len(request.body)} bytes", "error")
        raise Answer(413)


def check_access(request: Request) -> None:
    """Do what ``allow`` and ``deny`` say, in their order.

    Raises:
        Answer: 403.
    """
    for limit in [each for each in request.scope.own if each.name == "limit_except"]:
        methods = {*limit.args, *(["HEAD"] if "GET" in limit.args else [])}
        if request.method not in methods and _decided(request, limit.block or []):
            return
    level: Scope | None = request.scope
    while level is not None and not _decided(request, level.own):
        level = level.parent


def _decided(request: Request, directives: list[Directive]) -> bool:
    """Go by the rules of one level; return whether it has any.

    Raises:
        Answer: 403.
    """
    client = ip_address(request.asgi["client"][0])
    rules = [each for each in directives if each.name in ("allow", "deny")]
    for rule in rules:
        if rule.args[0] == "all" or client in ip_network(rule.args[0], strict=False):
            if rule.name == "deny":
                logs.error(request, "access forbidden by rule", "error")
                raise Answer(403)
            break
    return bool(rules)


def _size(text: str) -> int:
    units = {"k": 2**10, "m": 2**20, "g": 2**30}
    return int(text[:-1]) * units[text[-1].lower()] if text[-1].lower() in units else int(text)
