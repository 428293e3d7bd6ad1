"""PriorityClasses as ``kubectl get`` shows them (printPriorityClass)."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.podspec.priority import CLASSES
from kubelearn.cluster.apiserver.printers import AGE, NAME, Column, Printer, created, integer, name_of
from kubelearn.cluster.meta import Object


def _priority_class(obj: Object) -> list[Any]:
    default, policy = bool(obj.get("globalDefault")), obj.get("preemptionPolicy", "")
    return [name_of(obj), obj.get("value", 0), default, created(obj), policy]


PRINTERS = {
    CLASSES: Printer(
        (
            NAME,
            integer("Value", "Priority that pods of the class get"),
            Column("Global-Default", "Whether pods without a class are of this one", "boolean"),
            AGE,
            Column("PreemptionPolicy", "Whether its pods may push others away"),
        ),
        _priority_class,
    )
}
