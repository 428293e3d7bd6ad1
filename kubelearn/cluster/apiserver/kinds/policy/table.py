"""PodDisruptionBudgets (printPodDisruptionBudget)."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.printers import AGE, NAME, Column, Printer, created, name_of, part
from kubelearn.cluster.meta import Object

_NOT_SET = "N/A"


def _budget(obj: Object) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    least, most = (spec.get(key) for key in ("minAvailable", "maxUnavailable"))
    return [
        name_of(obj),
        _NOT_SET if least is None else str(least),
        _NOT_SET if most is None else str(most),
        status.get("disruptionsAllowed", 0),
        created(obj),
    ]


PRINTERS = {
    "poddisruptionbudgets.policy": Printer(
        (
            NAME,
            Column("Min Available", "The minimum number of pods that must be available."),
            Column("Max Unavailable", "The maximum number of pods that may be unavailable."),
            Column("Allowed Disruptions", "Calculated number of pods that may be disrupted at this time.", "integer"),
            AGE,
        ),
        _budget,
    )
}
