"""ConfigMaps and Secrets."""

from __future__ import annotations

import base64

from ...meta import Object
from ..errors import Cause, forbidden_field, invalid_value, required
from ..validation import metadata, names
from .base import Strategy


def _immutable(new: Object, old: Object) -> list[Cause]:
    causes: list[Cause] = []
    if old.get("immutable"):
        if not new.get("immutable"):
            causes.append(forbidden_field("immutable", "field is immutable when `immutable` is set"))
        causes += [forbidden_field(key, "field is immutable when `immutable` is set") for key in ("data", "binaryData") if new.get(key) != old.get(key)]
    return causes


class ConfigMapStrategy(Strategy):
    """K/pkg/registry/core/configmap."""

    def validate(self, obj: Object) -> list[Cause]:
        causes = metadata.validate(obj, self.name_rule)
        for part in ("data", "binaryData"):
            causes += [invalid_value(f"{part}[{key}]", key, text) for key in obj.get(part) or () for text in names.config_key(key)]
        return causes

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        return [*super().validate_update(new, old), *_immutable(new, old)]


class SecretStrategy(Strategy):
    """K/pkg/registry/core/secret."""

    field_selectors = {"type": lambda obj: obj.get("type", "")}

    def default(self, obj: Object) -> None:
        texts = obj.pop("stringData", None)
        if texts:
            obj.setdefault("data", {}).update({key: base64.b64encode(text.encode()).decode() for key, text in texts.items()})
        obj.setdefault("type", "Opaque")

    def validate(self, obj: Object) -> list[Cause]:
        causes = metadata.validate(obj, self.name_rule)
        for key, value in (obj.get("data") or {}).items():
            causes += [invalid_value(f"data[{key}]", key, text) for text in names.config_key(key)]
            try:
                base64.b64decode(value, validate=True)
            except ValueError:
                causes.append(invalid_value(f"data[{key}]", value, "must be base64"))
        needed = {"kubernetes.io/tls": ("tls.crt", "tls.key"), "kubernetes.io/dockerconfigjson": (".dockerconfigjson",)}
        causes += [required(f"data[{key}]") for key in needed.get(obj["type"], ()) if key not in (obj.get("data") or {})]
        return causes

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        changed = [invalid_value("type", new["type"], "field is immutable")] if new["type"] != old["type"] else []
        return [*super().validate_update(new, old), *changed, *_immutable(new, old)]
