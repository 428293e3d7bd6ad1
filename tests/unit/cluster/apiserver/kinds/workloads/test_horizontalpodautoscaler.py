"""Autoscalers, in both of their versions."""

from __future__ import annotations

from kubelearn.cluster.apiserver.kinds.workloads.horizontalpodautoscaler import from_v1, to_v1
from kubelearn.cluster.meta import Object
from tests.unit.strategy_fakes import FakeApi, causes_of


def test_autoscaler_is_one_object_in_two_versions(api: FakeApi) -> None:
    v1: Object = {
        "kind": "HorizontalPodAutoscaler",
        "apiVersion": "autoscaling/v1",
        "metadata": {"name": "h"},
        "spec": {
            "scaleTargetRef": {"kind": "Deployment", "name": "web"},
            "maxReplicas": 3,
            "targetCPUUtilizationPercentage": 50,
        },
    }
    stored = api.create("horizontalpodautoscalers.autoscaling", from_v1(v1))
    assert stored["spec"]["minReplicas"] == 1
    assert stored["spec"]["metrics"][0]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 50}
    assert stored["status"] == {"desiredReplicas": 0, "currentMetrics": None}
    shown = to_v1(stored)
    assert shown["spec"] == {**v1["spec"], "minReplicas": 1}
    assert from_v1(shown)["spec"] == stored["spec"]
    v1["spec"]["maxReplicas"] = 0
    assert causes_of(lambda: api.create("horizontalpodautoscalers.autoscaling", from_v1(v1))) == [
        "spec.maxReplicas: Invalid value: 0: must be greater than 0",
        "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`",
    ]
