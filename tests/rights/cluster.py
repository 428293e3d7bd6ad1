"""The cluster: an embedded one whose API server asks an authorizer first, for everybody but its administrator."""

from __future__ import annotations

import argparse
import json
import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from aiohttp import web
from kubernetes import client, config

from kubelearn.cluster import embedded
from kubelearn.cluster.apiserver.authentication import Tokens, User
from kubelearn.cluster.apiserver.authorization.attributes import Attributes, asked, refusal
from kubelearn.cluster.apiserver.endpoints.responses import reply
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.serializer import bodies
from kubelearn.cluster.apiserver.server import STEPS, ApiServer, Call, authorize
from kubelearn.cluster.timing import Timing
from kubelearn.target import workdir, workspace
from kubelearn.target.preflight import Right

from .authorizer import Authorizer
from .roles import ROLES

LEARNER = User("learner", ("system:authenticated",))


class LearnersTokens(Tokens):
    """Tokens with one for a learner."""

    def __init__(self, registry: Registry) -> None:
        super().__init__(registry)
        self.learner = secrets.token_urlsafe(32)

    def authenticate(self, header: str | None) -> User:
        return LEARNER if header == f"Bearer {self.learner}" else super().authenticate(header)


class GuardedApiServer(ApiServer):
    """An API server with authorization."""

    def __init__(self, registry: Registry, kubelets: Any, timing: Timing, authorizer: Authorizer):
        super().__init__(registry, kubelets, timing)
        self.tokens: LearnersTokens = LearnersTokens(registry)
        self._authorizer = authorizer
        self.steps = tuple(self._authorize if step is authorize else step for step in STEPS)

    async def _authorize(self, call: Call) -> web.StreamResponse | None:
        """Refuse what the learner may not do; say so when asked."""
        if call.user is not LEARNER:
            await authorize(call)
            return None
        request = call.request
        wanted = asked(request.method, request.path, request.query)
        if wanted and wanted[0].resource == "selfsubjectaccessreviews":
            return await self._review(call)
        refused = self._authorizer.first_denied(wanted)
        if refused is not None:
            raise refusal(LEARNER, refused)
        return None

    async def _review(self, call: Call) -> web.Response:
        """Answer as the embedded server does, but for the decision."""
        kind = "SelfSubjectAccessReview"
        body = bodies.parse(await call.request.read(), bodies.media_type(call.request), kind)
        allowed = self._authorizer.allows(Attributes.of_review(body["spec"]))
        status = {"allowed": allowed, **({"reason": "RBAC: allowed by a test"} if allowed else {})}
        return reply({"kind": kind, "metadata": {}, **body, "status": status}, 201)


@contextmanager
def guarded(authorizer: Authorizer, **options: Any) -> Iterator[str]:
    """Run such a cluster in this process; yield a kubeconfig with the contexts ``learner`` and ``admin``."""

    def server(registry: Registry, kubelets: Any, timing: Timing) -> GuardedApiServer:
        return GuardedApiServer(registry, kubelets, timing, authorizer)

    cluster = embedded.EmbeddedCluster(**options)
    with mock.patch.object(embedded, "ApiServer", server):
        cluster.start()
    try:
        assert isinstance(cluster._server, GuardedApiServer)
        for name in authorizer.namespaces or ():
            _make_namespace(cluster, name)
        kubeconfig = yaml.safe_load(cluster.kubeconfig())
        admin, found = kubeconfig["users"][0]["user"], kubeconfig["clusters"][0]["name"]
        kubeconfig["users"] = [
            {"name": "admin", "user": admin},
            {"name": "learner", "user": {"token": cluster._server.tokens.learner}},
        ]
        kubeconfig["contexts"] = [
            {"name": name, "context": {"cluster": found, "user": name}} for name in ("admin", "learner")
        ]
        yield yaml.safe_dump({**kubeconfig, "current-context": "learner"})
    finally:
        cluster.stop()


def _make_namespace(cluster: embedded.EmbeddedCluster, name: str) -> None:
    """Do what the administrator does for somebody who is to have a namespace."""
    with config.new_client_from_config_dict(yaml.safe_load(cluster.kubeconfig()), persist_config=False) as api:
        core = client.CoreV1Api(api)
        core.create_namespace({"metadata": {"name": name}})
        workspace.settle(core, name)


def record(authorizer: Authorizer) -> dict[str, list[dict[str, Any]]]:
    """Return what an authorizer has seen, for another process."""
    return {
        kind: [{**asdict(right), "times": times} for right, times in found.items()]
        for kind, found in (("used", authorizer.used), ("denied", authorizer.denied))
    }


def rights(listed: list[dict[str, Any]]) -> dict[Right, int]:
    """Read a part of a record."""
    return {Right(entry["verb"], entry["resource"], entry["namespaced"]): entry["times"] for entry in listed}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--role", choices=ROLES, default="course")
    parser.add_argument("--folder", type=Path, required=True, help="for the kubeconfig and, in the end, the record")
    parser.add_argument("--pace", type=float, default=1.0)
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    authorizer = ROLES[options.role]()
    with guarded(authorizer, timing=Timing(pace=options.pace), nodes=("head", "left", "right")) as kubeconfig:
        workdir.write_private(options.folder / "config", kubeconfig)
        print("ready", flush=True)
        stop.wait()
    (options.folder / "record.json").write_text(json.dumps(record(authorizer)))


if __name__ == "__main__":
    main()
