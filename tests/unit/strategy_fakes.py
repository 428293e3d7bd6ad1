"""What strategies need of the registry, on a bare store."""

from __future__ import annotations

import random
from collections.abc import Callable

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.kinds.by_resource import Context, for_resource
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store


class FakeApi:
    """Creates and updates with strategies only: no managed fields, no preconditions."""

    def __init__(self, seed: int = 1) -> None:
        self.store, self.random = Store(), random.Random(seed)

    def find(self, resource: str, namespace: str, name: str) -> Object | None:
        return self.store.get(resource, namespace, name)

    def list(self, resource: str, namespace: str = "") -> list[Object]:
        return self.store.list(resource, namespace)

    def create(self, resource: str, obj: Object, *, namespace: str = "course", dry_run: bool = False) -> Object:
        kind, strategy = BY_KEY[resource], for_resource(resource)
        described = obj.setdefault("metadata", {})
        if kind.namespaced:
            described["namespace"] = namespace
        strategy.default(obj)
        described["uid"] = meta.new_uid(self.random)
        if strategy.has_generation:
            described["generation"] = 1
        context = Context(self, dry_run, self.random)
        strategy.prepare_create(obj, context)
        causes = strategy.validate(obj)
        if causes:
            raise errors.invalid(kind.kind, described.get("name", ""), causes, kind.group)
        return obj if dry_run else self.store.put(resource, obj)

    def update(
        self, resource: str, name: str, change: Callable[[Object], None], *, namespace: str = "course"
    ) -> Object:
        kind, strategy = BY_KEY[resource], for_resource(resource)
        old = self.store.get(resource, namespace if kind.namespaced else "", name)
        assert old is not None
        new: Object = meta.thaw(old)
        change(new)
        strategy.default(new)
        strategy.prepare_update(new, old, Context(self, False, self.random))
        causes = strategy.validate_update(new, old)
        if causes:
            raise errors.invalid(kind.kind, name, causes, kind.group)
        return self.store.put(resource, new)


def causes_of(call: Callable[[], object]) -> list[str]:
    """Return the causes of a refused write, each as ``field: message``."""
    try:
        call()
    except errors.ApiError as error:
        if error.code != 422 or error.details is None:
            raise
        return [f"{cause['field']}: {cause['message']}" for cause in error.details["causes"]]
    return []
