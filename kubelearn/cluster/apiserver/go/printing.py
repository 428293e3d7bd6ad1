"""A struct as Go prints it with ``%#v`` and ``spew``: what Kubernetes hashes (apimachinery/pkg/util/dump, ForHash).

Every field is printed, in the order of Go's declaration and with its Go type, whether it is set
or not.
"""

from __future__ import annotations

import re
from typing import Any, Final

from kubelearn.cluster.apiserver.structure import types

_ZERO: Final = {"string": "", "bool": "false", "int32": "0", "int64": "0"}
_TIME: Final = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}"


def show(message: str, value: dict[str, Any]) -> str:
    """Return a struct as Go prints it.

    Args:
        message: its type, ``core.v1.PodTemplateSpec``.
        value: it as JSON; times in it are not printed but as zero.
    """
    return f"({types.go_type(message)}){_struct(message, value)}"


def _struct(message: str, value: dict[str, Any]) -> str:
    parts = []
    found = types.of(message)
    for field in found.declared if found is not None else ():
        item = value if field.embedded else value.get(field.name)
        kind = f"(*{field.go_type})" if field.pointer else f"({field.go_type})"
        parts.append(f"{field.go_name}:{kind}{_any(field, item)}")
    return "{" + " ".join(parts) + "}"


def _any(field: types.Field, value: Any) -> str:
    if (field.cardinality != "one" and not value) or (field.pointer and value is None):
        return "<nil>"
    if field.cardinality == "list":
        return "[" + " ".join(_one(field.type, item) for item in value) + "]"
    if field.cardinality == "map":
        return "map[" + " ".join(f"{key}:{_one(field.type, value[key])}" for key in sorted(value)) + "]"
    return _one(field.type, value)


def _one(message: str, value: Any) -> str:
    if message in _ZERO:
        if value is None:
            return _ZERO[message]
        return str(value).lower() if message == "bool" else str(value)
    if message == "meta.v1.Time":
        return _TIME
    if message == "intstr.IntOrString":
        number = value if isinstance(value, int) else 0
        text = value if isinstance(value, str) else ""
        return f"{{Type:(intstr.Type){int(isinstance(value, str))} IntVal:(int32){number} StrVal:(string){text}}}"
    if message == "resource.Quantity":
        return _quantity(str(value))
    return _struct(message, value or {})


def _quantity(text: str) -> str:
    """Return a Quantity that fits into 64 bits as ParseQuantity leaves it.

    Source: k8s.io/apimachinery/pkg/api/resource/quantity.go.
    """
    found = re.fullmatch(r"([+-]?)(\d*)(?:\.(\d*))?(.*)", text)
    assert found is not None  # noqa: S101 - validation has seen it
    sign, whole, fraction, suffix = found[1], found[2].lstrip("0") or "0", found[3] or "", found[4]
    form, scale, factor = "DecimalSI", -len(fraction), 1
    if suffix in _BINARY:
        form, factor = "BinarySI", 1 << _BINARY[suffix]
    elif suffix in _DECIMAL:
        scale += _DECIMAL[suffix]
    else:
        form, scale = "DecimalExponent", scale + int(suffix[1:])
    number = int(f"{sign}{whole}{fraction}") * factor
    return (
        f"{{i:(resource.int64Amount){{value:(int64){number} scale:(resource.Scale){scale}}} "
        f"d:(resource.infDecAmount){{Dec:(*inf.Dec)<nil>}} s:(string){text} Format:(resource.Format){form}}}"
    )


_BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
