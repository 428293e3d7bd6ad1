"""NetworkPolicies (K/pkg/registry/networking/networkpolicy, K/pkg/apis/networking/v1/defaults.go)."""

from __future__ import annotations

import ipaddress

from kubelearn.cluster.apiserver.errors import Cause
from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.kinds.strategy import Strategy
from kubelearn.cluster.meta import Object
from kubelearn.semantics.policies import policy_types

from . import policy_validation as validation


class NetworkPolicyStrategy(Strategy):
    """Rules of ``networkpolicies.networking.k8s.io``."""

    has_generation = True

    def default(self, obj: Object) -> None:
        """Set the directions, and the protocol of ports."""
        super().default(obj)
        spec = obj["spec"] = obj.get("spec") or {}
        drop_empty(spec, "networking.v1.NetworkPolicySpec")
        if spec.get("podSelector") is None:
            spec["podSelector"] = {}
        spec["policyTypes"] = policy_types(spec)
        for direction, rules in (("ingress", "NetworkPolicyIngressRule"), ("egress", "NetworkPolicyEgressRule")):
            for rule in spec.get(direction) or ():
                drop_empty(rule, f"networking.v1.{rules}")
                for port in rule.get("ports") or ():
                    if port.get("protocol") is None:
                        port["protocol"] = "TCP"

    def validate(self, obj: Object) -> list[Cause]:
        """Check the spec."""
        return super().validate(obj) + validation.policy(obj["spec"])

    def validate_update(self, new: Object, old: Object) -> list[Cause]:
        """Check a replacement; ranges that were there before may stay as they are."""
        return super().validate_update(new, old) + validation.policy(new["spec"], old["spec"])

    def warnings(self, obj: Object, _old: Object | None) -> list[str]:
        """Warn of ranges in an unusual form."""
        return [text for path, cidr in validation.ranges(obj["spec"]) for text in _canonical_warning(cidr, path)]


def _canonical_warning(cidr: str, path: str) -> list[str]:
    """Warn of an IPv6 range that is not written in the usual way (GetWarningsForCIDR); others are refused."""
    usual = str(ipaddress.ip_network(cidr, strict=False))
    if ":" not in cidr or usual == cidr:
        return []
    return [f'{path}: IPv6 CIDR value "{cidr}" should be in RFC 5952 canonical format ("{usual}")']
