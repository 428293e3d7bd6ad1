"""Certificates and keys that a kubeconfig carries as data, in private files that live as long as a handle.

The official client would write them to temporary files of its own. It removes those when Python ends, which may be
before the handle has removed its namespaces, and leaves them, private key and all, when the process is killed.
"""

from __future__ import annotations

import base64
from typing import Any

from .workdir import PrivateFolder

#: What a kubeconfig may carry, by section and kind of entry; with this suffix as data, without it as a file's path.
_CARRIED = (
    ("clusters", "cluster", ("certificate-authority",)),
    ("users", "user", ("client-certificate", "client-key")),
)
_DATA = "-data"


def as_files(document: dict[str, Any], folder: PrivateFolder) -> dict[str, Any]:
    """Return a kubeconfig with one context whose certificates are files; data counts more than a path.

    Args:
        document: the kubeconfig.
        folder: the handle's, where the files are written.

    Raises:
        ValueError: the data is not base64, or no text.
        OSError: a file cannot be written.
    """
    sections = {
        section: [{**entry, kind: _written(entry.get(kind) or {}, names, folder)} for entry in document[section]]
        for section, kind, names in _CARRIED
    }
    return {**document, **sections}


def _written(entry: dict[str, Any], names: tuple[str, ...], folder: PrivateFolder) -> dict[str, Any]:
    found = {key: value for key, value in entry.items() if key.removesuffix(_DATA) not in names or value}
    for name in names:
        if data := found.pop(name + _DATA, None):
            found[name] = str(folder.write(f"{name}.pem", base64.standard_b64decode(data).decode()))
    return found
