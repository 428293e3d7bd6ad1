"""Ingresses and IngressClasses (K/pkg/registry/networking/ingress and ingressclass, K/pkg/apis/networking/v1)."""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.kinds import default_class
from kubelearn.cluster.apiserver.kinds.strategy import ClusterScopedStrategy, Context, Strategy
from kubelearn.cluster.apiserver.validation import metadata, names
from kubelearn.cluster.meta import Object, annotations_of

from . import ingress_validation as validation

CLASSES = "ingressclasses.networking.k8s.io"
_DEFAULTS = ("ingressclass.kubernetes.io/is-default-class",)


class IngressStrategy(Strategy):
    """Rules of ``ingresses.networking.k8s.io``."""

    has_generation = True
    has_status = True

    def default(self, obj: Object) -> None:
        """Leave out what is empty."""
        super().default(obj)
        spec = obj["spec"] = obj.get("spec") or {}
        drop_empty(spec, "networking.v1.IngressSpec")
        for tls in spec.get("tls") or ():
            drop_empty(tls, "networking.v1.IngressTLS")
        for rule in spec.get("rules") or ():
            drop_empty(rule, "networking.v1.IngressRule")
        for path in _paths(spec):
            drop_empty(path, "networking.v1.HTTPIngressPath")

    def prepare_create(self, obj: Object, context: Context) -> None:
        """Begin the status, and give the Ingress the default class if it names none (DefaultIngressClass)."""
        obj["status"] = {"loadBalancer": {}}
        spec = obj["spec"]
        if spec.get("ingressClassName") is None and validation.CLASS_ANNOTATION not in annotations_of(obj):
            name = default_class.newest(context.registry, CLASSES, _DEFAULTS)
            if name:
                spec["ingressClassName"] = name

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec, and that an annotation with the class says the same."""
        return validation.ingress(obj) + validation.same_class(obj)

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; what was wrong before may stay so."""
        causes = super().validate_update(new, old) + validation.status(new["status"])
        return causes + [cause for cause in validation.ingress(new, old) if cause not in causes]

    def prepare_status(self, new: Object, old: Object) -> None:
        """Take the status, which has a load balancer's part."""
        super().prepare_status(new, old)
        new["status"].setdefault("loadBalancer", {})

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Warn of the annotation that was there before the field."""
        annotation = validation.CLASS_ANNOTATION
        if old is not None or annotation not in annotations_of(obj) or obj["spec"].get("ingressClassName") is not None:
            return []
        return [f"annotation \"{annotation}\" is deprecated, please use 'spec.ingressClassName' instead"]


class IngressClassStrategy(ClusterScopedStrategy):
    """Rules of ``ingressclasses.networking.k8s.io``."""

    has_generation = True

    def default(self, obj: Object) -> None:
        """Set where a class's parameters are: in the whole cluster."""
        super().default(obj)
        spec = obj["spec"] = obj.get("spec") or {}
        drop_empty(spec, "networking.v1.IngressClassSpec")
        parameters = spec.get("parameters")
        if parameters is not None and parameters.get("scope") is None:
            parameters["scope"] = "Cluster"

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return super().validate(obj) + validation.ingress_class(obj["spec"])

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; the controller stays."""
        causes = metadata.validate_update(new, old) + validation.ingress_class_update(new["spec"], old["spec"])
        repeated = metadata.validate(new, names.dns1123_subdomain, namespaced=False)
        return causes + [cause for cause in repeated if cause not in causes] + validation.ingress_class(new["spec"])


def _paths(spec: Object) -> Iterator[Object]:
    for rule in spec.get("rules") or ():
        yield from (rule.get("http") or {}).get("paths") or ()
