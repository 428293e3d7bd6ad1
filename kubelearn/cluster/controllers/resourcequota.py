"""Counts what is used of quotas (K/pkg/controller/resourcequota)."""

from __future__ import annotations

from fractions import Fraction

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.admission import usage
from kubelearn.cluster.apiserver.admission.quota import written
from kubelearn.cluster.apiserver.kinds.quota.resourcequota import QUOTAS
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.store import StoreEvent

from .framework.informer import Informers, Key
from .framework.workqueue import Controller

#: What can be counted: all that can be made in a namespace.
_COUNTED = tuple(key for key, resource in BY_KEY.items() if resource.namespaced and "delete" in resource.verbs)


class ResourceQuotaController(Controller):
    """Keeps the status of quotas; what is new is counted when it is admitted, and here when it goes or ends."""

    def __init__(self, informers: Informers):
        super().__init__(informers)
        informers.of(QUOTAS).add_handler(self.enqueue_event)
        for resource in _COUNTED:
            informers.of(resource).add_handler(self._changed)

    def _changed(self, event: StoreEvent) -> None:
        """Count again when something gives back what it took."""
        if event.resource == QUOTAS and event.type != "DELETED":
            return
        namespace = meta.namespace_of(event.object)
        quotas = self.registry.list(QUOTAS, namespace)
        if quotas and (event.type == "DELETED" or _takes_less(event)):
            for quota in quotas:
                self.enqueue(quota)

    def reconcile(self, key: Key) -> None:
        """Count what one quota is about (syncResourceQuota)."""
        quota = self.registry.find(QUOTAS, *key)
        if quota is None:
            return
        hard = quota["spec"].get("hard") or {}
        used: dict[str, Fraction] = {}
        for resource in {usage.resource_of(name) for name in hard} & BY_KEY.keys():
            names = [name for name in hard if usage.resource_of(name) == resource]
            used |= dict.fromkeys(names, Fraction(0))
            for obj in self.registry.list(resource, key[0]):
                if usage.is_in_scope(quota, resource, obj):
                    taken = usage.usage(resource, obj)
                    for name in names:
                        used[name] += taken.get(name, 0)
        status = {"hard": hard, "used": {name: written(name, used[name]) for name in sorted(used)}}
        self.write_status(QUOTAS, quota, {name: listed for name, listed in status.items() if listed})


def _takes_less(event: StoreEvent) -> bool:
    """Return whether an object has given something back."""
    if event.previous is None or event.resource not in ("pods", "services", "persistentvolumeclaims"):
        return False
    before, now = (usage.usage(event.resource, obj) for obj in (event.previous, event.object))
    return any(now.get(name, 0) < amount for name, amount in before.items())
