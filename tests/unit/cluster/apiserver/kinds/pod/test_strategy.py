"""Pods: defaults, admission, validation, changes, deletion (facts 6.1, 6.6, 6.8)."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.apiserver.kinds.pod.strategy import check_graceful, qos_class
from kubelearn.cluster.apiserver.podspec.defaults import pull_policy
from kubelearn.cluster.apiserver.validation import quantities
from kubelearn.cluster.meta import Object
from tests.unit.strategy_fakes import FakeApi, causes_of


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


def _pod(*containers: Object, **spec: Any) -> Object:
    listed = [{"name": "c", "image": "nginx", **container} for container in containers or ({},)]
    return {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "p"}, "spec": {"containers": listed, **spec}}


def test_full_pod(api: FakeApi) -> None:
    pod = api.create("pods", _pod({"ports": [{"containerPort": 80}]}))
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
        "volumes": [
            {
                "name": volume,
                "projected": {
                    "defaultMode": 420,
                    "sources": [
                        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                        {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
                        {
                            "downwardAPI": {
                                "items": [
                                    {
                                        "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"},
                                        "path": "namespace",
                                    }
                                ]
                            }
                        },
                    ],
                },
            }
        ],
    }
    assert pod["status"] == {"phase": "Pending", "qosClass": "BestEffort"}


def test_probe_defaults(api: FakeApi) -> None:
    spec = api.create("pods", _pod({"readinessProbe": {"httpGet": {"port": 80}, "initialDelaySeconds": 0}}))["spec"]
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
        _pod({"env": env, "resources": {"limits": {"cpu": "1000m", "memory": "1024Mi"}, "requests": {"cpu": 0.5}}}),
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
        api.create("pods", _pod({"resources": {"limits": {"cpu": text}}}))
    assert (caught.value.code, caught.value.message) == (400, f'Pod in version "v1" cannot be handled as a Pod: {why}')


_LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with"
    " an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is"
    " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_C = "spec.containers[0]"
_MISTAKES: list[tuple[Object, list[str]]] = [
    (_pod({}, {}), ['spec.containers[1].name: Duplicate value: "c"']),
    (_pod({"image": ""}), [f"{_C}.image: Required value"]),
    (_pod({"name": ""}), [f"{_C}.name: Required value"]),
    (_pod({"name": "C_1"}), [f'{_C}.name: Invalid value: "C_1": {_LABEL}']),
    (_pod({"image": " nginx"}), [f'{_C}.image: Invalid value: " nginx": must not have leading or trailing whitespace']),
    (_pod({"ports": [{}]}), [f"{_C}.ports[0].containerPort: Required value"]),
    (_pod({"ports": [{"containerPort": 0}]}), [f"{_C}.ports[0].containerPort: Required value"]),
    (
        _pod({"ports": [{"containerPort": 70000}]}),
        [f"{_C}.ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive"],
    ),
    (
        _pod({"ports": [{"containerPort": 80, "name": "a-very-long-name"}]}),
        [f'{_C}.ports[0].name: Invalid value: "a-very-long-name": must be no more than 15 characters'],
    ),
    (
        _pod({"ports": [{"containerPort": 1, "name": "a"}, {"containerPort": 2, "name": "a"}]}),
        [f'{_C}.ports[1].name: Duplicate value: "a"'],
    ),
    (
        _pod({"ports": [{"containerPort": 1, "protocol": "tcp"}]}),
        [f'{_C}.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"'],
    ),
    (_pod({"env": [{"value": "x"}]}), [f"{_C}.env[0].name: Required value"]),
    (
        _pod({"env": [{"name": "A=B", "value": "x"}]}),
        [
            f'{_C}.env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of'
            " printable ASCII characters other than '='"
        ],
    ),
    (
        _pod({"env": [{"name": "A", "valueFrom": {}}]}),
        [
            f'{_C}.env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`,'
            " `configMapKeyRef` or `secretKeyRef`"
        ],
    ),
    (
        _pod({"imagePullPolicy": "Sometimes"}),
        [f'{_C}.imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"'],
    ),
    (_pod({"readinessProbe": {}}), [f"{_C}.readinessProbe: Required value: must specify a handler type"]),
    (
        _pod({"livenessProbe": {"tcpSocket": {"port": 80}, "successThreshold": 2}}),
        [f"{_C}.livenessProbe.successThreshold: Invalid value: 2: must be 1"],
    ),
    (
        _pod({"readinessProbe": {"httpGet": {"port": 0}, "periodSeconds": -1}}),
        [
            f"{_C}.readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive",
            f"{_C}.readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
        ],
    ),
    (
        _pod({"readinessProbe": {"exec": {}, "tcpSocket": {"port": 1}}}),
        [
            f"{_C}.readinessProbe.exec.command: Required value",
            f"{_C}.readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
        ],
    ),
    (_pod({"volumeMounts": [{"name": "data", "mountPath": "/d"}]}), [f'{_C}.volumeMounts[0].name: Not found: "data"']),
    (_pod(volumes=[{"name": "v"}, {"name": "v"}]), ['spec.volumes[1].name: Duplicate value: "v"']),
    (_pod(volumes=[{"name": "v", "configMap": {}}]), ["spec.volumes[0].configMap.name: Required value"]),
    (
        _pod(restartPolicy="Sometimes"),
        ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
    ),
    (
        _pod(dnsPolicy="Mine"),
        [
            'spec.dnsPolicy: Unsupported value: "Mine": supported values: "ClusterFirstWithHostNet", "ClusterFirst",'
            ' "Default", "None"'
        ],
    ),
    (_pod({"restartPolicy": "Always"}), [f"{_C}.restartPolicy: Forbidden: may not be set for non-init containers"]),
    (
        _pod(initContainers=[{"name": "c", "image": "i", "readinessProbe": {"tcpSocket": {"port": 1}}}]),
        [
            'spec.initContainers[0].name: Duplicate value: "c"',
            (
                "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without"
                " restartPolicy=Always"
            ),
        ],
    ),
    (
        _pod({"resources": {"limits": {"cpu": "1"}, "requests": {"cpu": "2"}}}),
        [f'{_C}.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ),
    (
        _pod({"resources": {"limits": {"cpu": "-1"}}}),
        [
            f'{_C}.resources.{kind}[cpu]: Invalid value: "-1": must be greater than or equal to 0'
            for kind in ("limits", "requests")
        ],
    ),
    (
        _pod({"resources": {"requests": {"cpus": "1"}}}),
        [
            f"{_C}.resources.requests[cpus]: Invalid value: cpus: must be a standard resource type or fully qualified",
            f"{_C}.resources.requests[cpus]: Invalid value: cpus: must be a standard resource for containers",
        ],
    ),
    (
        _pod({"lifecycle": {"preStop": {"sleep": {"seconds": 60}}}}),
        [
            f"{_C}.lifecycle.preStop.sleep: Invalid value: 60: must be greater than 0 and less than"
            " terminationGracePeriodSeconds (30). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero"
            " sleep."
        ],
    ),
    (_pod(hostNetwork=True), []),
    (_pod({"lifecycle": {"preStop": {"sleep": {"seconds": 5}}}}), []),
]


@pytest.mark.parametrize(("pod", "expected"), _MISTAKES)
def test_mistakes(api: FakeApi, pod: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create("pods", pod)) == expected


def test_no_containers(api: FakeApi) -> None:
    assert causes_of(lambda: api.create("pods", {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "p"}})) == [
        "spec.containers: Required value"
    ]


def test_name(api: FakeApi) -> None:
    pod = _pod()
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
            {"volumes": [{"name": "v", "hostPath": {"path": "/"}}]},
            'volume "v": hostPath volumes are not available on this cluster',
        ),
        (
            {"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "x"}}]},
            'volume "v": persistentVolumeClaim volumes are not available on this cluster',
        ),
        (
            {"serviceAccountName": "robot"},
            'error looking up service account course/robot: serviceaccount "robot" not found',
        ),
        ({"priorityClassName": "gold"}, "no PriorityClass with name gold was found"),
    ],
)
def test_admission(api: FakeApi, spec: Object, why: str) -> None:
    with pytest.raises(errors.ApiError) as caught:
        api.create("pods", _pod(**spec))
    assert (caught.value.code, caught.value.message) == (403, f'pods "p" is forbidden: {why}')


def test_no_token(api: FakeApi) -> None:
    spec = api.create("pods", _pod(automountServiceAccountToken=False))["spec"]
    assert "volumes" not in spec
    assert "volumeMounts" not in spec["containers"][0]


def test_warnings(api: FakeApi) -> None:
    pod = api.create(
        "pods",
        _pod(
            {"name": "a", "ports": [{"name": "http", "containerPort": 80}]},
            {"name": "b", "ports": [{"containerPort": 80}]},
            {"name": "d", "ports": [{"name": "http", "containerPort": 81}]},
        ),
    )
    assert for_resource("pods").warnings(pod, None) == [
        "spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]",
    ]


def _container(**values: Any) -> Any:
    return lambda obj: obj["spec"]["containers"][0].update(values)


def _spec(**values: Any) -> Any:
    return lambda obj: obj["spec"].update(values)


@pytest.mark.parametrize(
    "change",
    [
        _container(image="nginx:1.27"),
        _spec(activeDeadlineSeconds=60),
        lambda obj: obj["spec"]["tolerations"].append({"operator": "Exists"}),
        lambda obj: obj["metadata"].update(labels={"a": "b"}),
    ],
)
def test_allowed_changes(api: FakeApi, change: Any) -> None:
    api.create("pods", _pod())
    assert causes_of(lambda: api.update("pods", "p", change)) == []


_FORBIDDEN = (
    "spec: Forbidden: pod updates may not change fields other than"
    " `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only"
    " additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was"
    " previously negative)\n"
)


@pytest.mark.parametrize(
    "change",
    [_container(command=["sh"]), _spec(nodeName="node"), _spec(terminationGracePeriodSeconds=1), _spec(hostname="x")],
)
def test_forbidden_changes(api: FakeApi, change: Any) -> None:
    api.create("pods", _pod())
    found = causes_of(lambda: api.update("pods", "p", change))
    assert len(found) == 1
    assert found[0].startswith(_FORBIDDEN)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda obj: obj["spec"]["containers"].append({"name": "d", "image": "i"}),
            "spec.containers: Forbidden: pod updates may not add or remove containers",
        ),
    ],
)
def test_other_forbidden_changes(api: FakeApi, change: Any, expected: str) -> None:
    api.create("pods", _pod())
    assert causes_of(lambda: api.update("pods", "p", change)) == [expected]


@pytest.mark.parametrize(
    ("spec", "phase", "asked", "period"),
    [
        ({"terminationGracePeriodSeconds": 30}, "Pending", None, 0),
        ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Running", None, 30),
        ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Running", 5, 5),
        ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Running", 0, 0),
        ({"nodeName": "n", "terminationGracePeriodSeconds": 30}, "Failed", None, 0),
        ({"nodeName": "n", "terminationGracePeriodSeconds": -1}, "Running", None, 1),
        ({"nodeName": "n", "terminationGracePeriodSeconds": 0}, "Running", None, 0),
    ],
)
def test_graceful_deletion(spec: Object, phase: str, asked: int | None, period: int) -> None:
    assert check_graceful({"spec": spec, "status": {"phase": phase}}, asked) == period


@pytest.mark.parametrize(
    ("resources", "quality"),
    [
        ({}, "BestEffort"),
        ({"requests": {"cpu": "1"}}, "Burstable"),
        ({"limits": {"cpu": "1"}, "requests": {"cpu": "1"}}, "Burstable"),
        ({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1Gi"}}, "Guaranteed"),
    ],
)
def test_qos(resources: Object, quality: str) -> None:
    assert qos_class({"containers": [{"resources": resources}]}) == quality


def test_status_subresource_touches_nothing_else(api: FakeApi) -> None:
    from kubelearn.cluster import meta

    old = api.create("pods", _pod())
    new = meta.thaw(old)
    new["spec"]["hostname"] = "x"
    new["metadata"]["labels"] = {"a": "b"}
    new["status"] = {"phase": "Running"}
    for_resource("pods").prepare_status(new, old)
    assert new == {**old, "status": {"phase": "Running", "qosClass": "BestEffort"}}
