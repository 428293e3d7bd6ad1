"""What Go's sources say of API types: pointers, omitempty, embedding, names of types, and protobuf's numbers.

Schemas leave these out.  The sources are read line by line: their structs are written by one formatter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

_STRUCT = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"^\s*(?:type )?(\w+) ((?:\[\]|map\[)?[\w.\]]+)(?: //.*)?$", re.MULTILINE)
_IMPORT = re.compile(r'^\s+(?:(\w+) )?"k8s\.io/(?:api|apimachinery)/([\w/]+)"$', re.MULTILINE)
_FIELD = re.compile(r"^\t(?:(\w+)\s+)?(\S+)\s+`(.*)`", re.MULTILINE)
#: Folders outside k8s.io/api → package.
_PACKAGES = {
    "pkg/apis/meta/v1": "meta.v1",
    "pkg/util/intstr": "intstr",
    "pkg/api/resource": "resource",
    "pkg/runtime": "runtime",
    "pkg/types": "types",
}
_BUILTIN = {
    "string": "string",
    "bool": "bool",
    "int32": "int32",
    "int64": "int64",
    "float64": "double",
    "[]byte": "bytes",
}
_SHOWN = {"[]byte": "[]uint8"}
#: Structs that JSON has as one value; those behind the first four have no zero that ``omitempty`` would leave out.
_STRUCT_VALUES = frozenset({"intstr.IntOrString", "resource.Quantity", "meta.v1.Time", "meta.v1.MicroTime"})
VALUES = frozenset({*_STRUCT_VALUES, "meta.v1.FieldsV1", "runtime.RawExtension"})


@dataclass
class GoField:
    """One field of a struct.

    Attributes:
        json: name in JSON, empty for an embedded struct.
        go: name in Go.
        type: ``[]`` and ``{}`` for each list and map around a scalar, a value or a message: ``[]core.v1.Container``.
        shown: the type as Go prints it: ``[]v1.Container``.
        number: protobuf's number, 0 for none.
        always: encoding/json writes the field even when it is zero.
    """

    json: str
    go: str
    type: str
    shown: str
    number: int
    pointer: bool
    always: bool


@dataclass
class GoStruct:
    """A struct: its fields in their order, and whether it has a kind and an apiVersion (embeds TypeMeta)."""

    fields: list[GoField] = field(default_factory=list)
    is_kind: bool = False


@dataclass
class _Package:
    structs: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)


class Sources:
    """The types of the Go modules ``api``, ``apimachinery`` and ``kube-aggregator`` in a folder."""

    def __init__(self, folder: Path):
        groups = [*folder.glob("api/*/v*"), *folder.glob("kube-aggregator/pkg/apis/*/v*")]
        folders = {f"{path.parent.name}.{path.name}": path for path in groups if path.is_dir()}
        folders |= {package: folder / "apimachinery" / path for path, package in _PACKAGES.items()}
        self._packages = {package: _read(folder) for package, folder in folders.items()}

    def struct(self, message: str) -> GoStruct | None:
        """Return a struct by its message's name, ``core.v1.Service``; None when there is none."""
        package, _, name = message.rpartition(".")
        known = self._packages.get(package)
        if known is None or name not in known.structs:
            return None
        found = GoStruct()
        for go, text, tag in _FIELD.findall(known.structs[name]):
            json = re.search(r'json:"([^"]*)"', tag)
            if json is None or json[1] == "-":
                continue
            if text.rpartition(".")[2] == "TypeMeta":
                found.is_kind = True
                continue
            found.fields.append(self._field(package, go, text, tag, json[1].split(",")))
        return found

    def _field(self, package: str, go: str, text: str, tag: str, json: list[str]) -> GoField:
        number = re.search(r'protobuf:"\w+,(\d+),', tag)
        bare = text.removeprefix("*")
        pointer = bare != text
        kind, shown = self._resolve(package, bare)
        is_struct = not kind.startswith(("[]", "{}")) and "." in kind and kind not in VALUES - _STRUCT_VALUES
        omitted = "omitzero" in json or ("omitempty" in json and not is_struct)
        return GoField(
            json="" if "inline" in json else json[0],
            go=go or bare.rpartition(".")[2],
            type=kind,
            shown=shown,
            number=int(number[1]) if number else 0,
            pointer=pointer,
            always=not pointer and not omitted,
        )

    def _resolve(self, package: str, text: str) -> tuple[str, str]:
        """Return the type that a text stands for in a package, and how Go prints it."""
        if text in _BUILTIN:
            return _BUILTIN[text], _SHOWN.get(text, "float64" if text == "float64" else text)
        if text.startswith("[]"):
            kind, shown = self._resolve(package, text[2:])
            return f"[]{kind}", f"[]{shown}"
        if text.startswith("map["):
            kind, shown = self._resolve(package, text.partition("]")[2])
            return f"{{}}{kind}", f"map[string]{shown}"
        qualifier, _, name = text.rpartition(".")
        home = self._packages[package].imports[qualifier] if qualifier else package
        shown = f"{home.rpartition('.')[2]}.{name}"
        if f"{home}.{name}" in VALUES:
            return f"{home}.{name}", shown
        named = self._packages[home].named.get(name)
        if named is None:
            return f"{home}.{name}", shown
        kind = self._resolve(home, named)[0]
        return ("strings" if kind == "[]string" else kind), shown


def _read(folder: Path) -> _Package:
    found = _Package()
    for path in sorted(folder.glob("*.go")):
        if path.name.endswith("_test.go") or path.name.startswith("zz_generated") or path.name == "generated.pb.go":
            continue
        text = path.read_text(encoding="utf-8")
        found.structs |= dict(_STRUCT.findall(text))
        outside = _STRUCT.sub("", text)
        found.named |= {
            name: kind
            for name, kind in _NAMED.findall("\n".join(re.findall(r"^type .*$", outside, re.MULTILINE)))
            if kind not in ("interface", "struct", "func")
        }
        for alias, path_text in _IMPORT.findall(text):
            parts = path_text.split("/")
            home = _PACKAGES.get(path_text) or ".".join(parts[-2:])
            found.imports[alias or parts[-1]] = home
    return found
