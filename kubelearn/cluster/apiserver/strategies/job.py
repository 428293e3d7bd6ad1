"""Jobs (K/pkg/registry/batch/job)."""

from __future__ import annotations

from ...meta import Object
from ..errors import Cause, GoText, go_value, invalid_value, not_supported
from ..validation import metadata
from ..validation import podspec as pod_rules
from . import podspec
from .base import Context, Strategy


class JobStrategy(Strategy):
    """Rules of Jobs."""

    has_generation = True
    field_selectors = {"status.successful": lambda obj: str((obj.get("status") or {}).get("succeeded", 0))}

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        if "completions" not in spec and "parallelism" not in spec:
            spec["completions"] = 1
        spec.setdefault("parallelism", 1)
        spec.setdefault("backoffLimit", 6)
        spec.setdefault("completionMode", "NonIndexed")
        spec.setdefault("suspend", False)
        spec.setdefault("manualSelector", False)
        spec.setdefault("podReplacementPolicy", "TerminatingOrFailed")
        template = spec.setdefault("template", {"metadata": {"creationTimestamp": None}, "spec": {}})
        template.setdefault("metadata", {"creationTimestamp": None})
        podspec.default(template.setdefault("spec", {}))

    def prepare_create(self, obj: Object, context: Context) -> None:
        obj["status"] = {}
        spec, uid, name = obj["spec"], obj["metadata"]["uid"], obj["metadata"].get("name", "")
        if spec["manualSelector"]:
            return
        labels = spec["template"]["metadata"].setdefault("labels", {})
        labels |= {"batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": name, "controller-uid": uid, "job-name": name}
        spec["selector"] = {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}

    def validate(self, obj: Object) -> list[Cause]:
        causes = metadata.validate(obj, self.name_rule)
        template = obj["spec"]["template"]
        causes += pod_rules.validate(template["spec"], "spec.template.spec")
        if template["spec"]["restartPolicy"] == "Always":
            causes.append(not_supported("spec.template.spec.restartPolicy", "Always", ["OnFailure", "Never"]))
        return causes

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        causes = super().validate_update(new, old)
        for key in ("selector", "completions", "template"):
            if new["spec"].get(key) != old["spec"].get(key):
                causes.append(invalid_value(f"spec.{key}", GoText(go_value(new["spec"].get(key))), "field is immutable"))
        return causes
