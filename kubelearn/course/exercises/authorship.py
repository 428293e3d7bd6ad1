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
#: Programs that write what a manifest says.
_FROM_MANIFESTS = {"kubectl-client-side-apply", "kubectl-replace"}
#: The last part of an image's name, which ``kubectl create deployment`` gives to the container.
_PROGRAM = re.compile(r"([^/:@]+)(?::[^/]*)?(?:@.*)?$")
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


def deployment_by_manifest(found: Found) -> None:
    """Raise unless a Deployment was made from a manifest.

    Raises:
        NotYet: it was made by ``kubectl create deployment``, and no manifest has changed it since.
    """
    entries = found.metadata.managed_fields or ()
    applied = any(entry.operation == "Apply" or entry.manager in _FROM_MANIFESTS for entry in entries)
    if not applied and "kubectl-create" in {entry.manager for entry in entries} and _is_created(found):
        raise NotYet(
            f"the Deployment `{found.metadata.name}` looks as `kubectl create deployment` makes it. Here the manifest "
            "itself is the task. Write it into a file and apply that"
        )


def _is_created(found: Found) -> bool:
    """Say whether a Deployment looks as ``kubectl create deployment`` makes it; ``create -f`` has the same name."""
    spec, labels = found.spec, {"app": found.metadata.name}
    alike = found.metadata.labels == spec.selector.match_labels == spec.template.metadata.labels == labels
    return alike and all(_PROGRAM.findall(each.image)[:1] == [each.name] for each in spec.template.spec.containers)


def _is_more_than_a_note(entry: Found) -> bool:
    """Say whether a program wrote more than annotations and labels; what `kubectl apply` reads may be there already."""
    return entry.manager == "kubectl-client-side-apply" or set(entry.fields_v1 or ()) != {"f:metadata"}


def _is_generated(found: Found) -> bool:
    """Say whether a Service looks as ``kubectl create service`` makes it; ``create -f`` has the same name."""
    ports = found.spec.ports or ()
    return (found.metadata.labels or {}).get("app") == found.metadata.name and all(
        _GENERATED.fullmatch(port.name or "") for port in ports
    )
