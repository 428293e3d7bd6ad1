"""How an object was made: of the programs that wrote it, the API server keeps the names."""

from __future__ import annotations

import re

from .core import NotYet
from .probe import Found

#: Programs that change an object without reading a manifest.
_WITHOUT = {
    "kubectl-annotate",
    "kubectl-edit",
    "kubectl-expose",
    "kubectl-label",
    "kubectl-patch",
    "kubectl-set",
}
#: How ``kubectl create service`` names a port.
_GENERATED = re.compile(r"\d+-\w+")


def by_manifest(found: Found) -> None:
    """Raise unless a Service was made from a manifest.

    A Service that was exposed first, and changed by a manifest later, counts as well.

    Raises:
        NotYet: it was made by a command that needs none.
    """
    written = {entry.manager for entry in found.metadata.managed_fields or () if _is_more_than_a_note(entry)}
    called = f"the Service `{found.metadata.name}` was made with"
    wanted = "Here the manifest itself is the task. Delete the Service, and apply it from a file"
    if written and written <= _WITHOUT and "kubectl-expose" in written:
        raise NotYet(f"{called} `kubectl expose`. {wanted}")
    if written and written - _WITHOUT == {"kubectl-create"} and _is_generated(found):
        raise NotYet(f"{called} `kubectl create service`. {wanted}")


def _is_more_than_a_note(entry: Found) -> bool:
    """Say whether a program wrote more than annotations and labels; what `kubectl apply` reads may be there already."""
    return entry.manager == "kubectl-client-side-apply" or set(entry.fields_v1 or ()) != {"f:metadata"}


def _is_generated(found: Found) -> bool:
    """Say whether a Service looks as ``kubectl create service`` makes it; ``create -f`` has the same name."""
    ports = found.spec.ports or ()
    return (found.metadata.labels or {}).get("app") == found.metadata.name and all(
        _GENERATED.fullmatch(port.name or "") for port in ports
    )
