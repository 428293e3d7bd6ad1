"""pod-template-hash: the values are those of the recorded cluster (Kubernetes 1.36)."""

from __future__ import annotations

import pytest

from kubelearn.cluster import bootstrap
from kubelearn.cluster.apiserver.go import printing
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.controllers.framework.hashing import template_hash
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store


def template(app: str, container: Object, **spec: object) -> Object:
    """Return a pod template as the API server stores it, with its defaults."""
    registry = Registry(Store(), 1)
    bootstrap.namespaces(registry)
    pod = {"metadata": {"labels": {"app": app}}, "spec": {"containers": [container], **spec}}
    body = {"metadata": {"name": app}, "spec": {"selector": {"matchLabels": {"app": app}}, "template": pod}}
    created: Object = registry.create("deployments.apps", "default", body)["spec"]["template"]
    return created


@pytest.mark.parametrize(
    ("app", "container", "value"),
    [
        ("hello", {"name": "hello-app", "image": "gcr.io/google-samples/hello-app:1.0"}, "7f96f5c4b8"),
        ("hello", {"name": "hello-app", "image": "gcr.io/google-samples/hello-app:2.0"}, "5ccd757955"),
        ("blue", {"name": "nginx", "image": "nginx"}, "689c94d4b4"),
        ("green", {"name": "nginx", "image": "nginx"}, "79c49c777"),
    ],
)
def test_hashes_of_a_real_cluster(app: str, container: Object, value: str) -> None:
    assert template_hash(template(app, container), None) == value


def test_a_collision_gives_another_hash() -> None:
    found = template("hello", {"name": "hello-app", "image": "gcr.io/google-samples/hello-app:1.0"})
    assert len({template_hash(found, count) for count in (None, 0, 1, 2)}) == 4


def test_what_is_printed() -> None:
    container = {
        "name": "c",
        "image": "i:1",
        "ports": [{"containerPort": 80}],
        "readinessProbe": {"httpGet": {"port": "web"}, "periodSeconds": 5},
        "resources": {"limits": {"memory": "64Mi", "cpu": "0.5"}},
        "env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "k"}}}],
    }
    text = printing.show(
        "core.v1.PodTemplateSpec",
        template("x", container, volumes=[{"name": "v", "emptyDir": {}}], nodeSelector={"b": "2", "a": "1"}),
    )
    for part in (
        (
            "Ports:([]v1.ContainerPort)[{Name:(string) HostPort:(int32)0 ContainerPort:(int32)80"
            " Protocol:(v1.Protocol)TCP HostIP:(string)}]"
        ),
        (
            "HTTPGet:(*v1.HTTPGetAction){Path:(string)/ Port:(intstr.IntOrString){Type:(intstr.Type)1 IntVal:(int32)0"
            " StrVal:(string)web} Host:(string) Scheme:(v1.URIScheme)HTTP"
        ),
        "ReadinessProbe:(*v1.Probe){ProbeHandler:(v1.ProbeHandler){Exec:(*v1.ExecAction)<nil> HTTPGet:",
        "memory:{i:(resource.int64Amount){value:(int64)67108864 scale:(resource.Scale)0}",
        (
            "ConfigMapKeyRef:(*v1.ConfigMapKeySelector){LocalObjectReference:(v1.LocalObjectReference){Name:(string)m}"
            " Key:(string)k Optional:(*bool)<nil>}"
        ),
        (
            "Volumes:([]v1.Volume)[{Name:(string)v"
            " VolumeSource:(v1.VolumeSource){HostPath:(*v1.HostPathVolumeSource)<nil>"
            " EmptyDir:(*v1.EmptyDirVolumeSource){Medium:(v1.StorageMedium) SizeLimit:(*resource.Quantity)<nil>}"
        ),
        "NodeSelector:(map[string]string)map[a:1 b:2]",
        "TerminationGracePeriodSeconds:(*int64)30",
    ):
        assert part in text
