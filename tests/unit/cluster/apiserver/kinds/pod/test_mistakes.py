"""Pods that are refused, or warned of."""

from __future__ import annotations

import pytest

from kubelearn.cluster.apiserver import errors, limits
from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.meta import Object
from tests.unit.cluster.apiserver.kinds.pod.pods import pod_with
from tests.unit.strategy_fakes import FakeApi, causes_of

_LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with"
    " an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is"
    " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_C = "spec.containers[0]"
_MISTAKES: list[tuple[Object, list[str]]] = [
    (pod_with({}, {}), ['spec.containers[1].name: Duplicate value: "c"']),
    (pod_with({"image": ""}), [f"{_C}.image: Required value"]),
    (pod_with({"name": ""}), [f"{_C}.name: Required value"]),
    (pod_with({"name": "C_1"}), [f'{_C}.name: Invalid value: "C_1": {_LABEL}']),
    (
        pod_with({"image": " nginx"}),
        [f'{_C}.image: Invalid value: " nginx": must not have leading or trailing whitespace'],
    ),
    (pod_with({"ports": [{}]}), [f"{_C}.ports[0].containerPort: Required value"]),
    (pod_with({"ports": [{"containerPort": 0}]}), [f"{_C}.ports[0].containerPort: Required value"]),
    (
        pod_with({"ports": [{"containerPort": 70000}]}),
        [f"{_C}.ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive"],
    ),
    (
        pod_with({"ports": [{"containerPort": 80, "name": "a-very-long-name"}]}),
        [f'{_C}.ports[0].name: Invalid value: "a-very-long-name": must be no more than 15 characters'],
    ),
    (
        pod_with({"ports": [{"containerPort": 1, "name": "a"}, {"containerPort": 2, "name": "a"}]}),
        [f'{_C}.ports[1].name: Duplicate value: "a"'],
    ),
    (
        pod_with({"ports": [{"containerPort": 1, "protocol": "tcp"}]}),
        [f'{_C}.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"'],
    ),
    (pod_with({"env": [{"value": "x"}]}), [f"{_C}.env[0].name: Required value"]),
    (
        pod_with({"env": [{"name": "A=B", "value": "x"}]}),
        [
            f'{_C}.env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of'
            " printable ASCII characters other than '='"
        ],
    ),
    (
        pod_with({"env": [{"name": "A", "valueFrom": {}}]}),
        [
            f'{_C}.env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`,'
            " `configMapKeyRef` or `secretKeyRef`"
        ],
    ),
    (
        pod_with({"imagePullPolicy": "Sometimes"}),
        [f'{_C}.imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"'],
    ),
    (pod_with({"readinessProbe": {}}), [f"{_C}.readinessProbe: Required value: must specify a handler type"]),
    (
        pod_with({"livenessProbe": {"tcpSocket": {"port": 80}, "successThreshold": 2}}),
        [f"{_C}.livenessProbe.successThreshold: Invalid value: 2: must be 1"],
    ),
    (
        pod_with({"readinessProbe": {"httpGet": {"port": 0}, "periodSeconds": -1}}),
        [
            f"{_C}.readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive",
            f"{_C}.readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
        ],
    ),
    (
        pod_with({"readinessProbe": {"exec": {}, "tcpSocket": {"port": 1}}}),
        [
            f"{_C}.readinessProbe.exec.command: Required value",
            f"{_C}.readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
        ],
    ),
    (
        pod_with({"volumeMounts": [{"name": "data", "mountPath": "/d"}]}),
        [f'{_C}.volumeMounts[0].name: Not found: "data"'],
    ),
    (pod_with(volumes=[{"name": "v"}, {"name": "v"}]), ['spec.volumes[1].name: Duplicate value: "v"']),
    (pod_with(volumes=[{"name": "v", "configMap": {}}]), ["spec.volumes[0].configMap.name: Required value"]),
    (
        pod_with(restartPolicy="Sometimes"),
        ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
    ),
    (
        pod_with(dnsPolicy="Mine"),
        [
            'spec.dnsPolicy: Unsupported value: "Mine": supported values: "ClusterFirstWithHostNet", "ClusterFirst",'
            ' "Default", "None"'
        ],
    ),
    (pod_with({"restartPolicy": "Always"}), [f"{_C}.restartPolicy: Forbidden: may not be set for non-init containers"]),
    (
        pod_with(initContainers=[{"name": "c", "image": "i", "readinessProbe": {"tcpSocket": {"port": 1}}}]),
        [
            'spec.initContainers[0].name: Duplicate value: "c"',
            (
                "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without"
                " restartPolicy=Always"
            ),
        ],
    ),
    (
        pod_with({"resources": {"limits": {"cpu": "1"}, "requests": {"cpu": "2"}}}),
        [f'{_C}.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ),
    (
        pod_with({"resources": {"limits": {"cpu": "-1"}}}),
        [
            f'{_C}.resources.{kind}[cpu]: Invalid value: "-1": must be greater than or equal to 0'
            for kind in ("limits", "requests")
        ],
    ),
    (
        pod_with({"resources": {"requests": {"cpus": "1"}}}),
        [
            f'{_C}.resources.requests[cpus]: Invalid value: "cpus": must be a standard resource type or fully'
            " qualified",
            f'{_C}.resources.requests[cpus]: Invalid value: "cpus": must be a standard resource for containers',
        ],
    ),
    (
        pod_with({"lifecycle": {"preStop": {"sleep": {"seconds": 60}}}}),
        [
            f"{_C}.lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than"
            " terminationGracePeriodSeconds (30)"
        ],
    ),
    (pod_with({"lifecycle": {"preStop": {"sleep": {"seconds": 0}}}}), []),
    (pod_with(hostNetwork=True), []),
    (pod_with({"lifecycle": {"preStop": {"sleep": {"seconds": 5}}}}), []),
]


@pytest.mark.parametrize(("pod", "expected"), _MISTAKES)
def test_mistakes(api: FakeApi, pod: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create("pods", pod)) == expected


def test_no_containers(api: FakeApi) -> None:
    assert causes_of(lambda: api.create("pods", {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "p"}})) == [
        "spec.containers: Required value"
    ]


def test_name(api: FakeApi) -> None:
    pod = pod_with()
    pod["metadata"]["name"] = "Hello"
    assert causes_of(lambda: api.create("pods", pod)) == [
        'metadata.name: Invalid value: "Hello": a lowercase RFC 1123 subdomain must consist of lower case'
        " alphanumeric characters, '-' or '.', and must "
        "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ]


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (
            {"serviceAccountName": "robot"},
            'error looking up service account course/robot: serviceaccount "robot" not found',
        ),
        ({"priorityClassName": "gold"}, "no PriorityClass with name gold was found"),
        ({"hostUsers": False}, limits.field("user namespaces")),
        ({"resources": {"requests": {"cpu": "1"}}}, limits.field("resources of a whole pod")),
        ({"resourceClaims": [{"name": "gpu"}]}, limits.field("resource claims")),
    ],
)
def test_admission(api: FakeApi, spec: Object, why: str) -> None:
    with pytest.raises(errors.ApiError) as caught:
        api.create("pods", pod_with(**spec))
    assert (caught.value.code, caught.value.message) == (403, f'pods "p" is forbidden: {why}')


def test_no_token(api: FakeApi) -> None:
    spec = api.create("pods", pod_with(automountServiceAccountToken=False))["spec"]
    assert "volumes" not in spec
    assert "volumeMounts" not in spec["containers"][0]


def test_warnings(api: FakeApi) -> None:
    pod = api.create(
        "pods",
        pod_with(
            {"name": "a", "ports": [{"name": "http", "containerPort": 80}]},
            {"name": "b", "ports": [{"containerPort": 80}]},
            {"name": "d", "ports": [{"name": "http", "containerPort": 81}]},
        ),
    )
    assert for_resource("pods").warnings(pod, None) == [
        "spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]",
    ]
