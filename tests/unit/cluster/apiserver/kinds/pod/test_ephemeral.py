"""Ephemeral containers: which can be added, and that those which are there stay."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.meta import Object, thaw
from kubelearn.cluster.store import Store
from tests.objects import bare
from tests.unit.cluster.apiserver.kinds.pod.pods import pod_with

LOOK: Object = {"name": "look", "image": "busybox:1.36"}
NOT_EPHEMERAL = "Forbidden: cannot be set for an Ephemeral Container"


@pytest.fixture
def registry() -> Registry:
    registry = Registry(Store(), 1)
    registry.create("namespaces", "", bare("Namespace", "course"))
    registry.create("serviceaccounts", "course", bare("ServiceAccount", "default"))
    registry.create("pods", "course", pod_with({}, volumes=[{"name": "v", "emptyDir": {}}]))
    return registry


def write(registry: Registry, *containers: Object) -> Object:
    wanted = {**bare("Pod", "p"), "spec": {"ephemeralContainers": thaw(list(containers))}}
    return registry.update("pods", "course", wanted, subresource="ephemeralcontainers")


def causes(registry: Registry, *containers: Object) -> list[str]:
    with pytest.raises(ApiError) as caught:
        write(registry, *containers)
    assert caught.value.code == 422
    return [f"{cause['field']}: {cause['message']}" for cause in (caught.value.details or {})["causes"]]


def test_one_after_the_other(registry: Registry) -> None:
    first = write(registry, LOOK)["spec"]["ephemeralContainers"][0]
    assert first["imagePullPolicy"] == "IfNotPresent"
    added = write(registry, first, {**LOOK, "name": "second", "targetContainerName": "c"})
    assert [item["name"] for item in added["spec"]["ephemeralContainers"]] == ["look", "second"]
    assert added["metadata"]["generation"] == 3


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"name": "c"}, 'name: Duplicate value: "c"'),
        ({"name": ""}, "name: Required value"),
        ({"image": ""}, "image: Required value"),
        ({"targetContainerName": "nobody"}, 'targetContainerName: Not found: "nobody"'),
        ({"targetContainerName": "look"}, 'targetContainerName: Not found: "look"'),
        ({"ports": [{"containerPort": 80}]}, f"ports: {NOT_EPHEMERAL}"),
        ({"resources": {"limits": {"cpu": "1"}}}, f"resources: {NOT_EPHEMERAL}"),
        ({"readinessProbe": {"exec": {"command": ["true"]}}}, f"readinessProbe: {NOT_EPHEMERAL}"),
        ({"lifecycle": {"preStop": {"sleep": {"seconds": 1}}}}, f"lifecycle: {NOT_EPHEMERAL}"),
        ({"lifecycle": {}}, f"lifecycle: {NOT_EPHEMERAL}"),
        ({"restartPolicy": "Always"}, f"restartPolicy: {NOT_EPHEMERAL}"),
        (
            {"volumeMounts": [{"name": "v", "mountPath": "/v", "subPath": "x"}]},
            f"volumeMounts[0].subPath: {NOT_EPHEMERAL}",
        ),
        ({"volumeMounts": [{"name": "nosuch", "mountPath": "/v"}]}, 'volumeMounts[0].name: Not found: "nosuch"'),
    ],
)
def test_what_is_refused(registry: Registry, more: Object, expected: str) -> None:
    assert causes(registry, {**LOOK, **more}) == [f"spec.ephemeralContainers[0].{expected}"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda items: items[:0], 'existing ephemeral containers "look" may not be removed\n'),
        (
            lambda items: [{**items[0], "image": "nginx:1.27"}],
            'existing ephemeral containers "look" may not be changed\n  core.EphemeralContainer{\n'
            '- \tImage: "busybox:1.36",\n+ \tImage: "nginx:1.27",\n  }\n',
        ),
    ],
)
def test_those_that_are_there_stay(registry: Registry, change: Any, expected: str) -> None:
    there = write(registry, LOOK)["spec"]["ephemeralContainers"]
    assert causes(registry, *change(there)) == [f"spec.ephemeralContainers: Forbidden: {expected}"]


def test_a_new_pod_has_none(registry: Registry) -> None:
    with pytest.raises(ApiError, match=r"spec\.ephemeralContainers: Forbidden: cannot be set on create"):
        registry.create("pods", "course", {**pod_with({}, ephemeralContainers=[LOOK]), "metadata": {"name": "q"}})
