"""Merge rules: markers of Kubernetes' Go types (k8s.io/api v0.32)."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver.go import messages
from kubelearn.cluster.apiserver.managedfields import structure

SERVICE, POD = "core.v1.ServiceSpec", "core.v1.PodSpec"


def test_walking_from_a_kind_to_its_lists() -> None:
    spec = structure.field(messages.message_for("apps/v1", "Deployment"), "spec")
    assert spec is not None
    template = structure.field(spec.message, "template")
    assert template is not None
    pod = structure.field(template.message, "spec")
    assert pod is not None
    containers = structure.field(pod.message, "containers")
    assert containers == ("list", "core.v1.Container", structure.Merge("merge", "name", ("name",)), False)
    assert structure.field(pod.message, "nonsense") is None


@pytest.mark.parametrize(
    ("message", "name", "strategy", "key", "kind"),
    [
        (POD, "containers", "merge", "name", ("map", ("name",))),
        (POD, "volumes", "merge,retainKeys", "name", ("map", ("name",))),
        (POD, "tolerations", "", "", "atomic"),
        (POD, "hostAliases", "merge", "ip", ("map", ("ip",))),
        (POD, "imagePullSecrets", "merge", "name", ("map", ("name",))),
        (POD, "topologySpreadConstraints", "merge", "topologyKey", ("map", ("topologyKey", "whenUnsatisfiable"))),
        ("core.v1.Container", "ports", "merge", "containerPort", ("map", ("containerPort", "protocol"))),
        ("core.v1.Container", "env", "merge", "name", ("map", ("name",))),
        ("core.v1.Container", "volumeMounts", "merge", "mountPath", ("map", ("mountPath",))),
        ("core.v1.EphemeralContainer", "env", "merge", "name", ("map", ("name",))),
        ("core.v1.Container", "args", "", "", "atomic"),
        (SERVICE, "ports", "merge", "port", ("map", ("port", "protocol"))),
        (SERVICE, "externalIPs", "", "", "atomic"),
        ("meta.v1.ObjectMeta", "finalizers", "merge", "", "set"),
        ("meta.v1.ObjectMeta", "ownerReferences", "merge", "uid", ("map", ("uid",))),
        ("core.v1.PodStatus", "conditions", "merge", "type", ("map", ("type",))),
        ("core.v1.PodStatus", "hostIPs", "merge", "ip", "atomic"),
        ("batch.v1.JobStatus", "conditions", "merge", "type", "atomic"),
        ("discovery.v1.EndpointSlice", "endpoints", "", "", "atomic"),
        ("discovery.v1.EndpointSlice", "ports", "", "", "atomic"),
        ("discovery.v1.Endpoint", "addresses", "", "", "set"),
        ("apps.v1.DeploymentStatus", "conditions", "merge", "type", ("map", ("type",))),
        ("core.v1.ServiceAccount", "imagePullSecrets", "", "", "atomic"),
    ],
)
def test_lists(message: str, name: str, strategy: str, key: str, kind: object) -> None:
    assert (structure.patch_strategy(message, name), structure.patch_merge_key(message, name)) == (strategy, key)
    assert structure.list_kind(message, name) == kind
    assert structure.fields(message)[name][0] == "list"


def test_atomic_maps_and_structs() -> None:
    assert structure.map_kind(SERVICE, "selector") == "atomic"
    assert structure.map_kind(POD, "nodeSelector") == "atomic"
    assert structure.map_kind("meta.v1.ObjectMeta", "labels") == "granular"
    for message, name in (
        ("apps.v1.DeploymentSpec", "selector"),
        ("core.v1.EnvVarSource", "fieldRef"),
        ("discovery.v1.Endpoint", "targetRef"),
    ):
        found = structure.field(message, name)
        assert found is not None
        assert found.atomic
    assert structure.patch_strategy("apps.v1.DeploymentSpec", "strategy") == "retainKeys"


def test_embedded_structs_are_their_owners_fields() -> None:
    assert structure.fields("core.v1.Volume")["emptyDir"] == ("one", "core.v1.EmptyDirVolumeSource")
    assert structure.fields("core.v1.Probe")["httpGet"] == ("one", "core.v1.HTTPGetAction")
    assert structure.fields("core.v1.ConfigMapKeySelector")["name"] == ("one", "string")
    assert "volumeSource" not in structure.fields("core.v1.Volume")


def test_templates_are_no_kinds() -> None:
    assert "kind" in structure.fields("core.v1.Pod")
    assert "kind" not in structure.fields("core.v1.PodTemplateSpec")
