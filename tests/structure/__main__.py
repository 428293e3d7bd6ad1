"""``python -m tests.structure VERSION-FOLDER``: writes the package's data on Kubernetes' types anew.

The schemas that tests compare with are written, too.

The folder has, for one version of Kubernetes:

* ``schemas.json``: the components of all documents of a server's OpenAPI v3, joined;
* ``discovery.json``: documents by path, ``/version``, ``/apis``, ``/api/v1``, ``/apis/apps/v1``, …;
* ``api``, ``apimachinery`` and ``kube-aggregator``: the Go modules of k8s.io at the version's tag.

With ``--server``, the first two are asked of the cluster that kubectl reaches, and written there.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from kubelearn.cluster.apiserver.structure import data

from . import SCHEMAS
from .generate import lines
from .go_types import Sources


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.structure", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--server", action="store_true", help="write schemas.json and discovery.json, by kubectl")
    options = parser.parse_args()
    folder: Path = options.folder
    if options.server:
        ask(folder)
    schemas = json.loads((folder / "schemas.json").read_text())
    made = lines(
        schemas,
        json.loads((folder / "discovery.json").read_text()),
        Sources(folder),
    )
    data.FILE.write_text("".join(f"{line}\n" for line in made), encoding="utf-8")
    SCHEMAS.write_bytes(gzip.compress(json.dumps(unworded(schemas), sort_keys=True).encode(), mtime=0))
    for path in (data.FILE, SCHEMAS):
        print(f"{path}: {path.stat().st_size:,} bytes")
    return 0


def ask(folder: Path) -> None:
    """Write what a server says of its types and resources."""
    schemas: dict[str, Any] = {}
    for path in _raw("/openapi/v3")["paths"]:
        schemas |= _raw(f"/openapi/v3/{path}").get("components", {}).get("schemas", {})
    discovery = {path: _raw(path) for path in ("/version", "/apis", "/api/v1")}
    for group in discovery["/apis"]["groups"]:
        discovery |= {path: _raw(path) for path in (f"/apis/{v['groupVersion']}" for v in group["versions"])}
    for name, content in (("schemas", schemas), ("discovery", discovery)):
        (folder / f"{name}.json").write_text(json.dumps(content))


def unworded(value: Any) -> Any:
    """Return schemas without descriptions; a field may have that name, too."""
    if isinstance(value, list):
        return [unworded(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: unworded(item) for key, item in value.items() if key != "description" or isinstance(item, dict)}


def _raw(path: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(subprocess.check_output(["kubectl", "get", "--raw", path]))
    return answer


if __name__ == "__main__":
    sys.exit(main())
