"""Values in messages of field errors (apimachinery/pkg/util/validation/field/errors.go, ErrorBody)."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver.go.internal import as_internal
from kubelearn.cluster.apiserver.go.values import go_value, string_map


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a<b", '"a<b"'),
        ('say "hi"', '"say \\"hi\\""'),
        (5, "5"),
        (True, "true"),
        (None, "null"),
        ([], "[]"),
        (["a<b", "ü"], '["a\\u003cb","ü"]'),
        ({"matchLabels": {"app": "a&b"}}, '{"matchLabels":{"app":"a\\u0026b"}}'),
    ],
)
def test_values(value: Any, shown: str) -> None:
    assert go_value(value) == shown


def test_maps_are_sorted_and_nil_is_null() -> None:
    assert go_value(string_map({"b": "2", "a": "1"})) == '{"a":"1","b":"2"}'
    assert go_value(string_map(None)) == "null"


def test_internal_types_have_every_field_in_their_order() -> None:
    context = {"privileged": True, "capabilities": {"add": ["NET_ADMIN"]}}
    assert go_value(as_internal("core.v1.SecurityContext", context)) == (
        '{"Capabilities":{"Add":["NET_ADMIN"],"Drop":null},"Privileged":true,"SELinuxOptions":null,'
        '"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,'
        '"AllowPrivilegeEscalation":null,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}'
    )


def test_a_template_has_its_metadata_in_line_and_the_hosts_in_the_security_context() -> None:
    container = {"name": "c", "image": "i", "readinessProbe": {"httpGet": {"port": "web"}}}
    spec = {"containers": [container], "hostNetwork": True, "securityContext": {"runAsUser": 7}}
    shown = as_internal("core.v1.PodTemplateSpec", {"metadata": {"labels": {"app": "x"}}, "spec": spec})
    assert list(shown) == ["labels", "Spec"]
    inner = shown["Spec"]
    assert list(inner)[:3] == ["Volumes", "InitContainers", "Containers"]
    assert "HostNetwork" not in inner
    assert (inner["SecurityContext"]["HostNetwork"], inner["SecurityContext"]["RunAsUser"]) == (True, 7)
    probe = inner["Containers"][0]["ReadinessProbe"]
    assert (probe["Exec"], probe["HTTPGet"]["Port"], probe["PeriodSeconds"]) == (None, "web", 0)


def test_maps_inside_a_struct_are_sorted_too() -> None:
    term = {"topologyKey": "zone", "labelSelector": {"matchLabels": {"b": "2", "a": "1"}}}
    affinity = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    metadata = {"annotations": {"z": "", "y": ""}, "labels": {"job-name": "j", "controller-uid": "u"}}
    spec = {"containers": [{"name": "c"}], "affinity": affinity, "nodeSelector": {"d": "4", "c": "3"}}
    shown = go_value(as_internal("core.v1.PodTemplateSpec", {"metadata": metadata, "spec": spec}))
    assert shown.startswith('{"labels":{"controller-uid":"u","job-name":"j"},"annotations":{"y":"","z":""},"Spec":{')
    assert '"LabelSelector":{"matchLabels":{"a":"1","b":"2"}}' in shown
    assert '"NodeSelector":{"c":"3","d":"4"}' in shown
