"""What the file says of types: fields, pointers, merge rules, what Go always writes."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver.structure import types
from kubelearn.cluster.apiserver.structure.names import message_for
from kubelearn.cluster.apiserver.structure.types import Field

SERVICE, POD = "core.v1.ServiceSpec", "core.v1.PodSpec"


def field(message: str, name: str) -> Field:
    return types.fields(message)[name]


def test_walking_from_a_kind_to_its_lists() -> None:
    spec = field(message_for("apps/v1", "Deployment"), "spec")
    pod = field(field(spec.type, "template").type, "spec")
    containers = field(pod.type, "containers")
    assert (containers.cardinality, containers.type, containers.keys) == ("list", "core.v1.Container", ("name",))
    assert "nonsense" not in types.fields(pod.type)


@pytest.mark.parametrize(
    ("message", "name", "strategy", "key", "keys"),
    [
        (POD, "containers", "merge", "name", ("name",)),
        (POD, "volumes", "merge,retainKeys", "name", ("name",)),
        (POD, "tolerations", "", "", ()),
        (POD, "hostAliases", "merge", "ip", ("ip",)),
        (POD, "imagePullSecrets", "merge", "name", ("name",)),
        (POD, "topologySpreadConstraints", "merge", "topologyKey", ("topologyKey", "whenUnsatisfiable")),
        ("core.v1.Container", "ports", "merge", "containerPort", ("containerPort", "protocol")),
        ("core.v1.Container", "env", "merge", "name", ("name",)),
        ("core.v1.Container", "volumeMounts", "merge", "mountPath", ("mountPath",)),
        ("core.v1.EphemeralContainer", "env", "merge", "name", ("name",)),
        ("core.v1.Container", "args", "", "", ()),
        (SERVICE, "ports", "merge", "port", ("port", "protocol")),
        (SERVICE, "externalIPs", "", "", ()),
        ("meta.v1.ObjectMeta", "ownerReferences", "merge", "uid", ("uid",)),
        ("core.v1.PodStatus", "conditions", "merge", "type", ("type",)),
        ("core.v1.PodStatus", "hostIPs", "merge", "ip", ()),
        ("batch.v1.JobStatus", "conditions", "merge", "type", ()),
        ("discovery.v1.EndpointSlice", "endpoints", "", "", ()),
        ("discovery.v1.EndpointSlice", "ports", "", "", ()),
        ("apps.v1.DeploymentStatus", "conditions", "merge", "type", ("type",)),
        ("core.v1.ServiceAccount", "imagePullSecrets", "", "", ()),
    ],
)
def test_lists(message: str, name: str, strategy: str, key: str, keys: tuple[str, ...]) -> None:
    found = field(message, name)
    assert (found.cardinality, found.strategy, found.merge_key, found.keys) == ("list", strategy, key, keys)
    assert (found.list_type == "map") == bool(keys)


@pytest.mark.parametrize(
    ("message", "name"), [("meta.v1.ObjectMeta", "finalizers"), ("discovery.v1.Endpoint", "addresses")]
)
def test_sets(message: str, name: str) -> None:
    assert field(message, name).list_type == "set"


def test_atomic_maps_and_structs() -> None:
    assert field(SERVICE, "selector").map_type == "atomic"
    assert field(POD, "nodeSelector").map_type == "atomic"
    assert field("meta.v1.ObjectMeta", "labels").map_type != "atomic"
    for message in ("meta.v1.LabelSelector", "core.v1.ObjectFieldSelector", "core.v1.ObjectReference"):
        found = types.of(message)
        assert found is not None
        assert found.atomic
    assert field("core.v1.PersistentVolumeSpec", "claimRef").map_type == "granular"
    assert field("apps.v1.DeploymentSpec", "strategy").strategy == "retainKeys"


def test_embedded_structs_are_their_owners_fields() -> None:
    assert field("core.v1.Volume", "emptyDir").type == "core.v1.EmptyDirVolumeSource"
    assert field("core.v1.Probe", "httpGet").type == "core.v1.HTTPGetAction"
    assert field("core.v1.ConfigMapKeySelector", "name").type == "string"
    assert "VolumeSource" not in types.fields("core.v1.Volume")
    declared = types.of("core.v1.Volume")
    assert declared is not None
    assert [(item.go_name, item.embedded) for item in declared.declared] == [("Name", False), ("VolumeSource", True)]


def test_templates_are_no_kinds() -> None:
    assert "kind" in types.fields("core.v1.Pod")
    assert "kind" not in types.fields("core.v1.PodTemplateSpec")


@pytest.mark.parametrize(
    ("message", "name", "pointer", "always"),
    [
        ("apps.v1.DeploymentSpec", "replicas", True, False),
        ("apps.v1.DeploymentSpec", "paused", False, False),
        ("apps.v1.DeploymentSpec", "strategy", False, True),  # a struct is written in spite of omitempty
        ("apps.v1.ReplicaSetStatus", "replicas", False, True),
        ("core.v1.ServicePort", "targetPort", False, True),
        ("core.v1.PodSpec", "containers", False, True),
        ("core.v1.Container", "securityContext", True, False),
        ("meta.v1.ObjectMeta", "creationTimestamp", False, False),  # omitzero
        ("meta.v1.ObjectMeta", "deletionTimestamp", True, False),
    ],
)
def test_zeros(message: str, name: str, pointer: bool, always: bool) -> None:
    found = field(message, name)
    assert (found.pointer, found.always) == (pointer, always)


@pytest.mark.parametrize(
    ("message", "name", "default"),
    [
        ("core.v1.ServicePort", "protocol", "TCP"),
        ("core.v1.ServicePort", "port", 0),
        ("core.v1.Service", "spec", {}),
        ("core.v1.Service", "kind", None),
        ("core.v1.ReplicationControllerSpec", "replicas", 1),
        ("core.v1.ContainerPort", "hostPort", None),
    ],
)
def test_defaults(message: str, name: str, default: object) -> None:
    assert field(message, name).default == default


@pytest.mark.parametrize(
    ("message", "name", "shown", "item"),
    [
        ("core.v1.ServiceSpec", "ports", "[]v1.ServicePort", "v1.ServicePort"),
        ("core.v1.ServiceSpec", "ipFamilies", "[]v1.IPFamily", "v1.IPFamily"),
        ("core.v1.ServiceSpec", "selector", "map[string]string", "string"),
        ("core.v1.ServiceSpec", "type", "v1.ServiceType", "v1.ServiceType"),
        ("core.v1.Secret", "data", "map[string][]uint8", "[]uint8"),
        ("core.v1.ResourceRequirements", "limits", "v1.ResourceList", "resource.Quantity"),
        ("meta.v1.ObjectMeta", "uid", "types.UID", "types.UID"),
        ("authentication.v1.UserInfo", "extra", "map[string]v1.ExtraValue", "v1.ExtraValue"),
    ],
)
def test_how_go_names_types(message: str, name: str, shown: str, item: str) -> None:
    found = field(message, name)
    assert (found.go_type, found.go_item) == (shown, item)


def test_what_is_no_type() -> None:
    assert types.of("meta.v1.Time") is None
    assert types.of("core.v1.Nonsense") is None
    assert types.fields("string") == {}


def test_what_stays_when_it_is_empty() -> None:
    assert {"port", "targetPort", "appProtocol"} == types.kept("core.v1.ServicePort")
    assert {"name", "resources", "livenessProbe", "restartPolicy"} <= types.kept("core.v1.Container")
    assert "image" not in types.kept("core.v1.Container")
    # An empty list is no list, but an empty list of managers asks for a reset.
    assert {"deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"} == types.kept("meta.v1.ObjectMeta")
