"""The kubelets' own API, which the real API server calls for exec, attach, logs and port-forward."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable

import trustme
from aiohttp import web
from yarl import URL

from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.streaming.exec import attach_pod, exec_pod
from kubelearn.cluster.apiserver.streaming.kubelets import Kubelets
from kubelearn.cluster.apiserver.streaming.logs import pod_log
from kubelearn.cluster.apiserver.streaming.portforward import portforward_pod

Action = Callable[[web.Request, Registry, Kubelets, str, str], Awaitable[web.StreamResponse]]
#: The kubelet's paths, and who serves them.
_ACTIONS: dict[str, Action] = {
    "exec": exec_pod,
    "attach": attach_pod,
    "containerLogs": pod_log,
    "portForward": portforward_pod,
}
#: What the API calls a parameter that the kubelet calls otherwise.
_PARAMETERS = {"input": "stdin", "output": "stdout", "error": "stderr", "port": "ports"}


async def serve(registry: Registry, kubelets: Kubelets) -> tuple[web.AppRunner, int]:
    """Listen on a free port of 127.0.0.1, for every node; return what to clean up, and the port."""

    async def act(request: web.Request) -> web.StreamResponse:
        matched = request.match_info
        query = [(_PARAMETERS.get(key, key), value) for key, value in request.query.items()]
        if "container" in matched:
            query.append(("container", matched["container"]))
        translated = request.clone(rel_url=URL.build(path=request.path, query=query))
        try:
            return await _ACTIONS[matched["action"]](
                translated, registry, kubelets, matched["namespace"], matched["name"]
            )
        except ApiError as error:
            return web.Response(status=error.code, text=error.message)

    app = web.Application()
    app.router.add_route("*", "/{action:exec|attach|containerLogs}/{namespace}/{name}/{container}", act)
    app.router.add_route("*", "/{action:portForward}/{namespace}/{name}", act)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    return runner, runner.addresses[0][1]
