"""The registry: every write goes through here, whether it came over HTTP or from a controller.

This is the API without HTTP: defaults, admission, allocation, validation, preconditions,
generation and managed fields, in the order of k8s.io/apiserver/pkg/registry/generic/registry/store.go.
"""

from __future__ import annotations

import builtins
import random
from collections import Counter
from collections.abc import Callable, Iterable

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.admission import limitranger, quota
from kubelearn.cluster.apiserver.kinds import by_resource
from kubelearn.cluster.apiserver.kinds.others.namespace import check_namespace
from kubelearn.cluster.apiserver.kinds.pod.strategy import check_graceful
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy
from kubelearn.cluster.apiserver.managedfields import managed_fields
from kubelearn.cluster.apiserver.resources import BY_KEY, Resource
from kubelearn.cluster.apiserver.validation.metadata import validate_update as validate_metadata_update
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store, Watch

from . import creation, deletion
from .stored import (
    check_preconditions,
    check_stored,
    check_versioned,
    claims_to_be_stored,
    keep_server_metadata,
    same_but_for_times,
)


class Registry:
    """Reads and writes objects as the API server would.

    All methods are synchronous and atomic.  Objects that come out are frozen
    (see :mod:`kubelearn.cluster.meta`).

    Attributes:
        store: where the objects are.
        random: source of chance for addresses.
    """

    def __init__(self, store: Store, seed: int | None = None, port_in_use: Callable[[int], bool] = lambda _: False):
        """Make a registry.

        Args:
            seed: repeats names, uids and addresses, whatever the timing: each name
                depends only on its prefix and on how often it was asked for.
            port_in_use: whether the machine under the nodes uses a port for something else; automatic node ports pass
                those over.
        """
        self.store = store
        self.seed = random.SystemRandom().getrandbits(64) if seed is None else seed
        self.random = random.Random(f"{self.seed}/addresses")
        self._port_in_use = port_in_use
        self._counts: Counter[str] = Counter()

    # Reading

    def find(self, resource: str, namespace: str, name: str) -> Object | None:
        """Return what is stored, or None when there is no such object."""
        return self.store.get(resource, namespace, name)

    def get(self, resource: str, namespace: str, name: str) -> Object:
        """Return an object.

        Raises:
            ApiError: 404 when there is none.
        """
        found = self.store.get(resource, namespace, name)
        if found is None:
            kind = BY_KEY[resource]
            raise errors.not_found(kind.plural, name, kind.group)
        return found

    def list(self, resource: str, namespace: str = "") -> builtins.list[Object]:
        """Return the stored objects of a resource, of all namespaces when none is named."""
        return self.store.list(resource, namespace)

    def watch(self, resource: str, since: int | None = None) -> Watch:
        """Watch a resource in all namespaces (see :meth:`kubelearn.cluster.store.Store.watch`)."""
        return self.store.watch(resource, since)

    # Writing

    def create(
        self,
        resource: str,
        namespace: str,
        obj: Object,
        *,
        manager: str = "unknown",
        dry_run: bool = False,
        operation: str = "Update",
    ) -> Object:
        """Create an object; the caller gives it away.

        Args:
            resource: name as in RBAC, ``deployments.apps``.
            namespace: the request's namespace, ``""`` for cluster-scoped resources.
            obj: the object, without unknown fields.
            manager: field manager.
            dry_run: check everything, store nothing.
            operation: ``Apply`` when managedFields are already right.

        Raises:
            ApiError: as the real server answers, in the order of its Store.Create and rest.BeforeCreate.
        """
        kind = BY_KEY[resource]
        obj = creation.typed(obj, kind)
        strategy = by_resource.for_resource(resource)
        context = self._context(dry_run)
        has_version = not dry_run and claims_to_be_stored(obj["metadata"])
        self._prepare_new(kind, obj, strategy, namespace)
        # Before allocation: nobody owns an address that the server chose.
        _record(kind, obj, None, manager, operation)
        limitranger.fill_in(self, kind, obj)
        strategy.prepare_create(obj, context)
        taken = self._check_new(kind, obj, strategy, has_version)
        if dry_run:
            return obj
        self._charge(taken)
        created = self.store.put(resource, obj)
        self._keep_companions(strategy, None, created)
        return created

    def _prepare_new(self, kind: Resource, obj: Object, strategy: Strategy, namespace: str) -> None:
        """Fill in what the client left out, and what makes an object a new one.

        Raises:
            ApiError: 400 for another namespace than the request's, 403 or 404 for one that takes nothing new.
        """
        metadata = obj["metadata"]
        creation.put_into(namespace, metadata)
        strategy.default(obj)
        if kind.namespaced:
            check_namespace(self, namespace, kind, metadata.get("name", ""))
        self._name(metadata)
        creation.fill_in_server_metadata(metadata, self.chance("uid"), has_generation=strategy.has_generation)

    def _charge(self, taken: Iterable[tuple[Object, Object]]) -> None:
        """Note in quotas what a write takes of them."""
        for known, used in taken:
            changed = {**known, "metadata": dict(known["metadata"]), "status": {**known["status"], "used": used}}
            namespace = meta.namespace_of(known)
            self.update("resourcequotas", namespace, changed, subresource="status", manager="kube-apiserver")

    def _check_new(
        self, kind: Resource, obj: Object, strategy: Strategy, has_version: bool
    ) -> builtins.list[tuple[Object, Object]]:
        """Refuse an object that is not valid, is too much, claims to be stored, or whose name is taken.

        Returns:
            The quotas that it takes from, and what is used of them then.

        Raises:
            ApiError: 422, 403, 400 and 409.
        """
        metadata = obj["metadata"]
        if causes := strategy.validate(obj):
            raise errors.invalid(kind.kind, metadata.get("name", ""), causes, kind.group)
        limitranger.check(self, kind, obj)
        taken = quota.check(self, kind, obj)
        if has_version:
            raise errors.unexplained("resourceVersion should not be set on objects to be created")
        found = self.find(kind.key, metadata.get("namespace", ""), metadata["name"])
        if found is not None:
            terminating = meta.is_terminating(found)
            raise errors.already_exists(kind.plural, metadata["name"], kind.group, being_deleted=terminating)
        return taken

    def _name(self, metadata: Object) -> None:
        prefix = metadata.get("generateName")
        if prefix and not metadata.get("name"):
            metadata["name"] = prefix[:58] + meta.suffix(self.chance(f"{metadata.get('namespace', '')}/{prefix}"))

    def chance(self, purpose: str) -> random.Random:
        """Return a source of chance that depends only on the seed, the purpose and how often it was asked for."""
        self._counts[purpose] += 1
        return random.Random(f"{self.seed}/{purpose}/{self._counts[purpose]}")

    def update(
        self,
        resource: str,
        namespace: str,
        obj: Object,
        *,
        subresource: str = "",
        manager: str = "unknown",
        dry_run: bool = False,
        operation: str = "Update",
    ) -> Object:
        """Replace an object; the caller gives it away.  Nothing is written when nothing changes.

        Args:
            subresource: ``status`` takes only the status, ``scale`` is an ordinary update that
                managedFields remember as such, ``binding`` and ``finalize`` skip the checks of ordinary updates.
            operation: ``Apply`` when managedFields are already right.

        Raises:
            ApiError: 404, 409 on a stale ``resourceVersion`` or another ``uid``, 422.
        """
        kind = BY_KEY[resource]
        obj = creation.typed(obj, kind)
        metadata = obj["metadata"]
        old = self.get(resource, namespace, metadata["name"])
        check_stored(kind, old, metadata)
        strategy = by_resource.for_resource(resource)
        check_versioned(kind, metadata, strategy)
        keep_server_metadata(metadata, old["metadata"], namespace)
        ordinary = subresource in ("", "scale")
        if ordinary:
            strategy.default(obj)
        strategy.prepare_subresource(subresource, obj, old)
        _record(kind, obj, old, manager, operation, subresource)
        if ordinary:
            taken = self._check_changed(kind, obj, old, strategy, dry_run)
            self._charge(() if dry_run else taken)
        elif causes := strategy.validate_subresource(subresource, obj, old):
            raise errors.invalid(kind.kind, metadata["name"], causes, kind.group)
        return self._write(kind, obj, old, dry_run)

    def _context(self, dry_run: bool) -> Context:
        return Context(self, dry_run, self.random, self._port_in_use)

    def _check_changed(
        self, kind: Resource, obj: Object, old: Object, strategy: Strategy, dry_run: bool
    ) -> builtins.list[tuple[Object, Object]]:
        """Keep and allocate what a replacement needs; refuse one that is not valid, or too much.

        Returns:
            The quotas that it takes from, and what is used of them then.

        Raises:
            ApiError: 422 and 403.
        """
        strategy.prepare_update(obj, old, self._context(dry_run))
        # The real server checks metadata twice, and says so twice: BeforeUpdate does, and the kind's strategy.
        if causes := [*validate_metadata_update(obj, old), *strategy.validate_update(obj, old)]:
            raise errors.invalid(kind.kind, obj["metadata"]["name"], causes, kind.group)
        limitranger.check(self, kind, obj, old)
        return quota.check(self, kind, obj, old)

    def _write(self, kind: Resource, obj: Object, old: Object, dry_run: bool) -> Object:
        metadata = obj["metadata"]
        metadata["resourceVersion"] = old["metadata"]["resourceVersion"]
        if same_but_for_times(obj, old):
            return old
        if dry_run:
            return obj
        written = self.store.put(kind.key, obj)
        self._keep_companions(by_resource.for_resource(kind.key), old, written)
        if meta.is_terminating(written) and deletion.is_finished(kind, written):
            return self._remove(kind, written)
        return written

    def modify(
        self,
        resource: str,
        namespace: str,
        name: str,
        change: Callable[[Object], None],
        *,
        subresource: str = "",
        manager: str = "unknown",
    ) -> Object:
        """Change an object in place: read, copy, change, update.

        Raises:
            ApiError: 404, 422.
        """
        obj = meta.thaw(self.get(resource, namespace, name))
        change(obj)
        return self.update(resource, namespace, obj, subresource=subresource, manager=manager)

    def delete(
        self,
        resource: str,
        namespace: str,
        name: str,
        *,
        grace_period: int | None = None,
        propagation: str | None = None,
        uid: str | None = None,
        resource_version: str | None = None,
        dry_run: bool = False,
    ) -> Object:
        """Delete an object, or start its graceful deletion; return its last or its terminating state.

        Args:
            grace_period: seconds; only pods use it, 0 removes the object at once.
            propagation: ``Background`` (default), ``Foreground`` or ``Orphan``.
            uid, resource_version: preconditions.

        Raises:
            ApiError: 404, 403 for namespaces that may not go, 409 on a failed precondition.
        """
        kind = BY_KEY[resource]
        old = self.get(resource, namespace, name)
        check_preconditions(kind, old, uid, resource_version)
        strategy = by_resource.for_resource(resource)
        strategy.check_delete(old)
        grace = check_graceful(old, grace_period) if resource == "pods" else 0
        finalizers = deletion.finalizers_for(old, propagation)
        held = bool(finalizers) or (resource == "namespaces" and bool((old.get("spec") or {}).get("finalizers")))
        if not held and not grace:
            return old if dry_run else self._remove(kind, old)
        if deletion.is_pending(kind, old, grace, finalizers):
            return old
        begun = deletion.begun(kind, old, strategy, grace, finalizers)
        return begun if dry_run else self.store.put(resource, begun)

    def _remove(self, kind: Resource, obj: Object) -> Object:
        namespace, name = meta.namespace_of(obj), meta.name_of(obj)
        last = self.store.delete(kind.key, namespace, name)
        strategy = by_resource.for_resource(kind.key)
        self._keep_companions(strategy, last, None)
        if kind.key == "services" and self.find("endpoints", namespace, name) is not None:
            # The API server itself removes a Service's Endpoints (registry/core/service/storage).
            self.store.delete("endpoints", namespace, name)
        return last

    def _keep_companions(self, strategy: Strategy, old: Object | None, new: Object | None) -> None:
        """Create and remove what the server itself keeps beside an object."""
        before = strategy.companions(old) if old is not None else {}
        after = strategy.companions(new) if new is not None else {}
        for resource, name in before:
            if (resource, name) not in after and self.find(resource, "", name) is not None:
                self.delete(resource, "", name)
        for key, companion in after.items():
            if key not in before:
                resource, _ = key
                self.create(resource, "", companion, manager="kube-apiserver")


def _record(
    kind: Resource, obj: Object, old: Object | None, manager: str, operation: str, subresource: str = ""
) -> None:
    """Note in managedFields what a manager changes; what is applied has noted it already."""
    if operation == "Apply":
        return
    if old is None:  # whatever the client says of managers, a new object has none yet
        obj["metadata"].pop("managedFields", None)
    version = kind.api_version
    managed_fields.record(obj, old, manager, api_version=version, kind=kind.kind, subresource=subresource)
