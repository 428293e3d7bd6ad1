"""ClusterRoles that are put together from others (K/pkg/controller/clusterroleaggregation)."""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.authorization.rbac import CLUSTER_ROLES
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent
from kubelearn.semantics.labels import selects

from .framework.informer import Informers, Key
from .framework.workqueue import Controller


class ClusterRoleAggregationController(Controller):
    """Writes the rules of ClusterRoles that have an ``aggregationRule``."""

    manager = "clusterrole-aggregation-controller"

    def __init__(self, informers: Informers):
        super().__init__(informers)
        self._roles = informers.of(CLUSTER_ROLES)
        self._roles.add_index("aggregated", _is_aggregated)
        self._roles.add_handler(self._changed)

    def _changed(self, _event: StoreEvent) -> None:
        """Have all looked at again: which of them a ClusterRole belongs to is in their selectors."""
        for role in self._roles.indexed("aggregated", "yes"):
            self.enqueue(role)

    def reconcile(self, key: Key) -> None:
        """Give a ClusterRole the rules of all that its selectors select."""
        role = self.registry.find(CLUSTER_ROLES, *key)
        if role is None or not role.get("aggregationRule"):
            return
        rules = self._gathered(role)
        if rules == (role.get("rules") or []):
            return

        def change(obj: Object) -> None:
            obj["rules"] = meta.thaw(rules)

        self.registry.modify(CLUSTER_ROLES, *key, change, manager=self.manager)

    def _gathered(self, role: Object) -> list[Object]:
        rules: list[Object] = []
        for selector in role["aggregationRule"].get("clusterRoleSelectors") or ():
            for other in self.registry.list(CLUSTER_ROLES):
                if meta.name_of(other) != meta.name_of(role) and selects(selector, meta.labels_of(other)):
                    rules += [rule for rule in other.get("rules") or () if rule not in rules]
        return rules


def _is_aggregated(role: Object) -> Iterable[str]:
    return ("yes",) if role.get("aggregationRule") else ()
