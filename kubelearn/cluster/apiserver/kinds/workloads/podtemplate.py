"""PodTemplates, which nobody uses but which can be stored (K/pkg/registry/core/podtemplate)."""

from __future__ import annotations

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.kinds.strategy import Context, Strategy, bump_generation
from kubelearn.cluster.apiserver.podspec import defaults as pod_defaults
from kubelearn.cluster.apiserver.podspec import validation as podspec
from kubelearn.cluster.apiserver.podspec import warnings as pod_warnings
from kubelearn.cluster.apiserver.validation import metadata, names
from kubelearn.cluster.meta import Object


class PodTemplateStrategy(Strategy):
    """Rules of ``podtemplates``."""

    has_generation = True

    def default(self, obj: Object) -> None:
        """Fill in the template."""
        super().default(obj)
        pod_defaults.template(obj, "PodTemplate", "v1")

    def prepare_update(self, new: Object, old: Object, context: Context) -> None:
        """Count a changed template."""
        super().prepare_update(new, old, context)
        if new["template"] != old["template"]:
            bump_generation(new, old)

    def validate(self, obj: Object) -> list[Cause]:
        """Check the template."""
        return metadata.validate(obj, names.dns1123_subdomain) + podspec.template(obj["template"], "template")

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement."""
        return metadata.validate_update(new, old) + podspec.template(new["template"], "template")

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Warn of what the template may surprise with."""
        return pod_warnings.pod_spec(obj["template"]["spec"], "template.spec") if old is None else []
