"""What is only tried changes nothing: every verb on every kind, and every subresource that takes a body."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import pytest

from kubelearn.cluster import bootstrap
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.resources import BY_KEY, RESOURCES, Resource
from kubelearn.cluster.apiserver.server import ApiServer
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store
from tests.fuzz.valid import SUBRESOURCES, VALID

JSON, APPLY = "application/json", "application/apply-patch+yaml"
PATCHES = {
    "application/merge-patch+json": {"metadata": {"labels": {"a": "b"}}},
    "application/strategic-merge-patch+json": {"metadata": {"labels": {"a": "b"}}},
    "application/json-patch+json": [{"op": "add", "path": "/metadata/labels", "value": {"a": "b"}}],
}
STORED = [
    one
    for one in RESOURCES
    if {"create", "delete"} <= set(one.verbs) and BY_KEY[one.key] == one and one.plural in VALID
]
Ask = Callable[..., Coroutine[Any, Any, int]]


def body(resource: Resource, name: str) -> Object:
    metadata = {"name": name, **({"namespace": "fuzz"} if resource.namespaced else {})}
    return {"kind": resource.kind, "apiVersion": resource.api_version, **VALID[resource.plural], "metadata": metadata}


def path(resource: Resource) -> str:
    root = f"/apis/{resource.group}/{resource.version}" if resource.group else "/api/v1"
    return f"{root}/namespaces/fuzz/{resource.plural}" if resource.namespaced else f"{root}/{resource.plural}"


def on_a_server(test: Callable[[Registry, Ask], Coroutine[Any, Any, None]]) -> None:
    """Run a test on a server in whose namespace ``fuzz`` there is nothing yet, and nobody acts."""

    async def main() -> None:
        registry = Registry(Store(), 1)
        bootstrap.namespaces(registry)
        registry.create("namespaces", "", {"metadata": {"name": "fuzz"}})
        registry.create("serviceaccounts", "fuzz", {"metadata": {"name": "default"}})
        server = ApiServer(registry, {})
        await server.start()
        headers = {"Authorization": f"Bearer {server.tokens.administrator}"}
        try:
            async with aiohttp.ClientSession(headers=headers) as session:

                async def ask(method: str, place: str, sent: Any = None, content: str = JSON) -> int:
                    data = None if sent is None else json.dumps(sent)
                    said = {"Content-Type": content}
                    url = server.url + place
                    async with session.request(method, url, data=data, headers=said, ssl=False) as answer:
                        return answer.status

                await test(registry, ask)
        finally:
            await server.stop()

    asyncio.run(main())


@pytest.mark.parametrize("resource", STORED, ids=lambda one: one.key)
def test_nothing_changes(resource: Resource) -> None:
    async def test(registry: Registry, ask: Ask) -> None:
        place, name = path(resource), "other" if resource.plural == "namespaces" else "web"
        made = body(resource, name)
        before = registry.store.revision
        assert await ask("POST", f"{place}?dryRun=All", made) == 201
        assert registry.store.revision == before
        assert await ask("POST", place, made) == 201
        before = registry.store.revision
        one = f"{place}/{name}?dryRun=All"
        stored = registry.get(resource.key, "fuzz" if resource.namespaced else "", name)
        changed = {**stored, "metadata": {**stored["metadata"], "labels": {"a": "b"}}}
        for sub in ("", *(each for each in ("status", "approval", "finalize") if each in resource.subresources)):
            where = one.replace("?", f"/{sub}?") if sub else one
            assert await ask("PUT", where, changed) == 200
            if sub != "finalize":
                for content, patch in PATCHES.items():
                    assert await ask("PATCH", where, patch, content) == 200
        identity = {key: stored[key] for key in ("kind", "apiVersion")}
        applied = {**identity, "metadata": {"name": name, "labels": {"a": "b"}}}
        assert await ask("PATCH", f"{one}&fieldManager=me", applied, APPLY) == 200
        assert await ask("PATCH", f"{place}/new?dryRun=All&fieldManager=me", body(resource, "new"), APPLY) == 201
        assert await ask("DELETE", one) == 200
        assert await ask("DELETE", f"{place}/{name}", {"dryRun": ["All"], "propagationPolicy": "Foreground"}) == 200
        if "deletecollection" in resource.verbs:
            assert await ask("DELETE", f"{place}?dryRun=All") == 200
        assert registry.store.revision == before

    on_a_server(test)


@pytest.mark.parametrize("resource", [one for one in STORED if "scale" in one.subresources], ids=lambda one: one.key)
def test_nothing_is_scaled(resource: Resource) -> None:
    async def test(registry: Registry, ask: Ask) -> None:
        place = path(resource)
        assert await ask("POST", place, body(resource, "web")) == 201
        before, where = registry.store.revision, f"{place}/web/scale?dryRun=All"
        wanted = {"metadata": {"name": "web", "namespace": "fuzz"}, "spec": {"replicas": 3}}
        assert await ask("PUT", where, {**SUBRESOURCES["scale"], **wanted}) == 200
        assert await ask("PATCH", where, {"spec": {"replicas": 3}}, "application/merge-patch+json") == 200
        identity = {key: SUBRESOURCES["scale"][key] for key in ("kind", "apiVersion")}
        applied = {**identity, "metadata": {"name": "web"}, "spec": {"replicas": 3}}
        assert await ask("PATCH", f"{where}&fieldManager=me&force=true", applied, APPLY) == 200
        assert registry.store.revision == before

    on_a_server(test)


def test_nothing_happens_to_a_pod() -> None:
    async def test(registry: Registry, ask: Ask) -> None:
        pods = BY_KEY["pods"]
        assert await ask("POST", path(pods), body(pods, "web")) == 201
        before, pod = registry.store.revision, f"{path(pods)}/web"
        for sub in ("binding", "eviction"):
            sent = {**SUBRESOURCES[sub], "metadata": {"name": "web"}}
            assert await ask("POST", f"{pod}/{sub}?dryRun=All", sent) == 201
        sent = {**SUBRESOURCES["binding"], "metadata": {"name": "web"}}
        assert await ask("POST", f"{path(BY_KEY['bindings'])}?dryRun=All", sent) == 201
        looking = {"spec": {"ephemeralContainers": [{"name": "look", "image": "busybox"}]}}
        content = "application/strategic-merge-patch+json"
        assert await ask("PATCH", f"{pod}/ephemeralcontainers?dryRun=All", looking, content) == 200
        assert registry.store.revision == before
        assert await ask("POST", f"{pod}/binding", sent) == 201
        assert registry.store.revision > before

    on_a_server(test)
