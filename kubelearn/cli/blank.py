"""Notebooks as learners get them: without the stored outputs, which would show what a cell does before it is run."""

from __future__ import annotations

import hashlib
import json
from typing import Any

Json = dict[str, Any]


def strip(content: bytes) -> bytes:
    """Return a notebook without outputs and without the numbers of runs; anything else as it is."""
    notebook = _read(content)
    if notebook is None:
        return content
    for cell in _code(notebook):
        cell["outputs"], cell["execution_count"] = [], None
    return _write(notebook)


def sources(content: bytes) -> str:
    """Return a digest of what somebody wrote: a notebook's cells, whatever they showed when they were run."""
    notebook = _read(content)
    if notebook is None:
        return digest(content)
    written = [(cell.get("cell_type"), _text(cell), cell.get("attachments") or {}) for cell in notebook["cells"]]
    return digest(json.dumps(written, sort_keys=True).encode())


def keep_outputs(content: bytes, earlier: bytes) -> bytes:
    """Return a notebook with what its cells showed in an earlier one, as far as they are the same."""
    notebook, before = _read(content), _read(earlier)
    if notebook is None or before is None:
        return content
    shown = {(cell.get("id"), _text(cell)): cell for cell in _code(before)}
    for cell in _code(notebook):
        same = shown.get((cell.get("id"), _text(cell)))
        if same is not None:
            cell["outputs"], cell["execution_count"] = same.get("outputs", []), same.get("execution_count")
    widgets = before.get("metadata", {}).get("widgets")  # without their state, widgets in outputs cannot be shown
    if widgets is not None:
        notebook.setdefault("metadata", {})["widgets"] = widgets
    return _write(notebook)


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _read(content: bytes) -> Json | None:
    """Return a notebook; None for what is none, or is broken."""
    try:
        found = json.loads(content)
    except ValueError:
        return None
    cells = found.get("cells") if isinstance(found, dict) else None
    return found if isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells) else None


def _write(notebook: Json) -> bytes:
    """Return the text that Jupyter would save, so that saving a notebook that nobody changed changes nothing."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _code(notebook: Json) -> list[Json]:
    return [cell for cell in notebook["cells"] if cell.get("cell_type") == "code"]


def _text(cell: Json) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)
