"""What a kubelet serves at its node's port 10250 (K/pkg/kubelet/server): its health, its pods and their logs.

It lets in whom the API server lets in, and asks for rights on ``nodes/proxy`` and the like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

import orjson

from kubelearn.cluster.apiserver import limits
from kubelearn.cluster.apiserver.authentication import User
from kubelearn.cluster.apiserver.authorization.attributes import Attributes
from kubelearn.cluster.apiserver.authorization.rbac import Rbac
from kubelearn.cluster.apiserver.endpoints.metrics import CONTENT_TYPE
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.streaming.kubelets import Kubelet
from kubelearn.cluster.containers.images import web

from . import reports

if TYPE_CHECKING:
    from kubelearn.cluster.network import Receive, Scope, Send

#: First word of a path → the subresource of nodes of which a right is needed; one on ``proxy`` will do, too, except for
#: those in ``_ALONE``.
_RIGHTS: Final = {
    "healthz": "healthz",
    "pods": "pods",
    "runningpods": "pods",
    "configz": "configz",
    "metrics": "metrics",
    "stats": "stats",
}
_ALONE: Final = ("metrics", "stats")
_VERBS: Final = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
#: What a kubelet answers → how, and of which type.
_REPORTS: Final[Mapping[str, tuple[Callable[[Registry, str], str | bytes], bytes]]] = {
    "/healthz": (lambda _registry, _node: "ok", web.TEXT),
    "/pods": (lambda *of: orjson.dumps(reports.pods(*of)), web.JSON),
    "/runningpods": (lambda *of: orjson.dumps(reports.running_pods(*of)), web.JSON),
    "/configz": (lambda *of: orjson.dumps(reports.configuration(*of)), web.JSON),
    "/metrics": (reports.metrics, CONTENT_TYPE.encode()),
    "/stats/summary": (lambda *of: orjson.dumps(reports.summary(*of)), web.JSON),
}
_LOGS: Final = "/containerLogs/"
#: What a real kubelet has besides.
_OTHERS: Final = ("/attach", "/checkpoint", "/debug", "/exec", "/logs", "/metrics", "/portForward", "/run")


async def serve(kubelet: Kubelet, registry: Registry, scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer one request."""
    if scope["scheme"] != "https":
        await web.reply(send, "Client sent an HTTP request to an HTTPS server.\n", 400)
        return
    header = dict(scope["headers"]).get(b"authorization", b"")
    try:
        await _answer(kubelet, registry, kubelet.tokens.authenticate(header.decode("latin-1")), scope, send)
    except ApiError as error:  # nobody comes in with that, or the node is no more
        await web.reply(send, error.message, error.code)


async def _answer(kubelet: Kubelet, registry: Registry, user: User, scope: Scope, send: Send) -> None:
    path = scope["path"].rstrip("/")
    if refused := _refusal(registry, kubelet.node, user, scope["method"], path):
        await web.reply(send, refused, 403)
    elif path in _REPORTS:
        report, content_type = _REPORTS[path]
        await web.reply(send, report(registry, kubelet.node), 200, content_type)
    elif path.startswith(_LOGS):
        await _send_log(kubelet, path.removeprefix(_LOGS).split("/"), parse_qs(scope["query_string"].decode()), send)
    else:
        words = limits.words(f"{path} of kubelets") if path.startswith(_OTHERS) else "404 page not found"
        await web.reply(send, f"{words}\n", 404)


def _refusal(registry: Registry, node: str, user: User, method: str, path: str) -> str:
    """Return why somebody may not ask for a path, empty if they may."""
    own = _RIGHTS.get(path.strip("/").partition("/")[0], "")
    needed = [each for each in (own, "" if own in _ALONE else "proxy") if each]
    rbac, verb = Rbac(registry), _VERBS.get(method, "")
    asked = (Attributes(verb, resource="nodes", subresource=each, name=node) for each in needed)
    if any(rbac.decide(user, each).allowed for each in asked):
        return ""
    return f"Forbidden (user={user.name}, verb={verb}, resource=nodes, subresource(s)=[{' '.join(needed)}])"


async def _send_log(kubelet: Kubelet, place: list[str], query: Mapping[str, list[str]], send: Send) -> None:
    """Send a container's log, for which a path has namespace, pod and name."""

    def is_wanted(option: str) -> bool:
        return query.get(option, ["false"])[0] in ("true", "1")

    tail = query.get("tailLines", [""])[0]
    lines = None
    if len(place) == 3 and (not tail or tail.isdecimal()):
        lines = kubelet.logs(
            *place,
            follow=is_wanted("follow"),
            previous=is_wanted("previous"),
            timestamps=is_wanted("timestamps"),
            tail=int(tail) if tail else None,
        )
    if lines is None:
        await web.reply(send, f"there is no such log: {'/'.join(place)}\n", 404)
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    async for line in lines:
        await send({"type": "http.response.body", "body": line, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
