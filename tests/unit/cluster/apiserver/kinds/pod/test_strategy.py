"""Pods: what the server adds to them."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.podspec.defaults import pull_policy
from kubelearn.cluster.apiserver.validation import quantities
from tests.unit.cluster.apiserver.kinds.pod.pods import pod_with
from tests.unit.strategy_fakes import FakeApi

_NAMESPACE = {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}
#: What a pod gets mounted of its service account.
_TOKEN = [
    {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
    {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
    {"downwardAPI": {"items": [_NAMESPACE]}},
]


def test_full_pod(api: FakeApi) -> None:
    pod = api.create("pods", pod_with({"ports": [{"containerPort": 80}]}))
    spec = pod["spec"]
    volume = spec["volumes"][0]["name"]
    assert volume.startswith("kube-api-access-")
    assert len(volume) == len("kube-api-access-") + 5
    assert spec == {
        "containers": [
            {
                "name": "c",
                "image": "nginx",
                "ports": [{"containerPort": 80, "protocol": "TCP"}],
                "imagePullPolicy": "Always",
                "resources": {},
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
                "volumeMounts": [
                    {"mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "name": volume, "readOnly": True}
                ],
            }
        ],
        "dnsPolicy": "ClusterFirst",
        "enableServiceLinks": True,
        "preemptionPolicy": "PreemptLowerPriority",
        "priority": 0,
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "serviceAccount": "default",
        "serviceAccountName": "default",
        "terminationGracePeriodSeconds": 30,
        "tolerations": [
            {"effect": "NoExecute", "key": f"node.kubernetes.io/{key}", "operator": "Exists", "tolerationSeconds": 300}
            for key in ("not-ready", "unreachable")
        ],
        "volumes": [{"name": volume, "projected": {"defaultMode": 420, "sources": _TOKEN}}],
    }
    assert pod["status"] == {"phase": "Pending", "qosClass": "BestEffort"}


def test_probe_defaults(api: FakeApi) -> None:
    spec = api.create("pods", pod_with({"readinessProbe": {"httpGet": {"port": 80}, "initialDelaySeconds": 0}}))["spec"]
    assert spec["containers"][0]["readinessProbe"] == {
        "failureThreshold": 3,
        "httpGet": {"path": "/", "port": 80, "scheme": "HTTP"},
        "periodSeconds": 10,
        "successThreshold": 1,
        "timeoutSeconds": 1,
    }


def test_environment_and_resources(api: FakeApi) -> None:
    env = [{"name": "A", "value": ""}, {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}]
    pod = api.create(
        "pods",
        pod_with({"env": env, "resources": {"limits": {"cpu": "1000m", "memory": "1024Mi"}, "requests": {"cpu": 0.5}}}),
    )
    container = pod["spec"]["containers"][0]
    assert container["env"] == [
        {"name": "A"},
        {"name": "IP", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}},
    ]
    assert container["resources"] == {
        "limits": {"cpu": "1", "memory": "1Gi"},
        "requests": {"cpu": "500m", "memory": "1Gi"},
    }
    assert pod["status"]["qosClass"] == "Burstable"


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx", "Always"),
        ("nginx:latest", "Always"),
        ("nginx:1.27", "IfNotPresent"),
        ("localhost:5000/nginx", "Always"),
        ("localhost:5000/nginx:1", "IfNotPresent"),
        ("nginx@sha256:0123", "IfNotPresent"),
        ("a/b:latest@sha256:0123", "Always"),
    ],
)
def test_pull_policy(image: str, policy: str) -> None:
    assert pull_policy(image) == policy


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("0", "0"),
        ("1", "1"),
        ("1000", "1k"),
        ("1500m", "1500m"),
        ("0.5", "500m"),
        ("100m", "100m"),
        ("1024Mi", "1Gi"),
        ("0.5Gi", "512Mi"),
        ("1Ki", "1Ki"),
        ("1000Ki", "1000Ki"),
        ("128M", "128M"),
        ("1e3", "1e3"),
        ("0.0001", "100u"),
        ("+2", "2"),
        ("1E", "1E"),
        ("2.", "2"),
    ],
)
def test_quantities(given: str, written: str) -> None:
    assert quantities.canonical(given) == written


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("lots", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
        ("1Gb", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
        ("1GG", "unable to parse quantity's suffix"),
    ],
)
def test_no_quantity(api: FakeApi, text: str, why: str) -> None:
    with pytest.raises(errors.ApiError) as caught:
        api.create("pods", pod_with({"resources": {"limits": {"cpu": text}}}))
    assert (caught.value.code, caught.value.message) == (400, f'Pod in version "v1" cannot be handled as a Pod: {why}')
