"""Deployments, Jobs, Namespaces and the small kinds (facts 6.6, transcripts 03, 07, 10)."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.apiserver.kinds.others.namespace import check_namespace
from kubelearn.cluster.apiserver.kinds.workloads.horizontalpodautoscaler import from_v1, to_v1
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.meta import Object
from tests.unit.strategy_fakes import FakeApi, causes_of


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


def _deployment(**spec: Any) -> Object:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]}}
    return {
        "kind": "Deployment",
        "apiVersion": "apps/v1",
        "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec},
    }


def test_deployment_defaults(api: FakeApi) -> None:
    deployment = api.create("deployments.apps", _deployment())
    assert deployment["spec"] == {
        "progressDeadlineSeconds": 600,
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "selector": {"matchLabels": {"app": "web"}},
        "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}, "type": "RollingUpdate"},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [
                    {
                        "image": "nginx:1.27",
                        "imagePullPolicy": "IfNotPresent",
                        "name": "c",
                        "resources": {},
                        "terminationMessagePath": "/dev/termination-log",
                        "terminationMessagePolicy": "File",
                    }
                ],
                "dnsPolicy": "ClusterFirst",
                "restartPolicy": "Always",
                "schedulerName": "default-scheduler",
                "securityContext": {},
                "terminationGracePeriodSeconds": 30,
            },
        },
    }
    assert (deployment["metadata"]["generation"], deployment["status"]) == (1, {})


_TEMPLATE = _deployment()["spec"]["template"]
_MISMATCH = "`selector` does not match template `labels`"
_MISTAKES: list[tuple[Object, list[str]]] = [
    (
        {"template": {**_TEMPLATE, "metadata": {"labels": {"app": "other"}}}},
        [f'spec.template.metadata.labels: Invalid value: map[string]string{{"app":"other"}}: {_MISMATCH}'],
    ),
    (
        {"selector": None, "template": None},
        [
            "spec.selector: Required value",
            f"spec.template.metadata.labels: Invalid value: map[string]string(nil): {_MISMATCH}",
            "spec.template.spec.containers: Required value",
        ],
    ),
    (
        {"selector": {}},
        [
            "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil),"
            " MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment"
        ],
    ),
    ({"replicas": -1}, ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"]),
    (
        {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}},
        [
            "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:0, IntVal:0,"
            ' StrVal:""}: may not be 0 when `maxSurge` is 0'
        ],
    ),
    (
        {"strategy": {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}},
        ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ),
    (
        {"strategy": {"type": "Fast"}},
        [
            'spec.strategy: Unsupported value: apps.DeploymentStrategy{Type:"Fast",'
            ' RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}: supported values: "Recreate", "RollingUpdate"'
        ],
    ),
    (
        {"template": {**_TEMPLATE, "spec": {**_TEMPLATE["spec"], "restartPolicy": "Never"}}},
        ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ),
    (
        {"template": {**_TEMPLATE, "spec": {"containers": [{"name": "c"}]}}},
        ["spec.template.spec.containers[0].image: Required value"],
    ),
    (
        {"progressDeadlineSeconds": 5, "minReadySeconds": 5},
        ["spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds"],
    ),
    ({"strategy": {"rollingUpdate": {"maxSurge": "50%", "maxUnavailable": 0}}}, []),
]


@pytest.mark.parametrize(("spec", "expected"), _MISTAKES)
def test_deployment_mistakes(api: FakeApi, spec: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create("deployments.apps", _deployment(**spec))) == expected


def test_selector_stays(api: FakeApi) -> None:
    api.create("deployments.apps", _deployment())

    def change(obj: Object) -> None:
        obj["spec"]["selector"]["matchLabels"] = obj["spec"]["template"]["metadata"]["labels"] = {"app": "web9"}

    assert causes_of(lambda: api.update("deployments.apps", "web", change)) == [
        (
            'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"web9"},'
            " MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable"
        ),
    ]


@pytest.mark.parametrize(
    ("change", "generation"),
    [
        (lambda obj: obj["spec"].update(replicas=3), 2),
        (lambda obj: obj["metadata"].update(annotations={"a": "b"}), 2),
        (lambda obj: obj["metadata"].update(labels={"a": "b"}), 1),
        (lambda obj: obj.update(status={"replicas": 5}), 1),
        (lambda obj: None, 1),
    ],
)
def test_generation(api: FakeApi, change: Any, generation: int) -> None:
    api.create("deployments.apps", _deployment())
    changed = api.update("deployments.apps", "web", change)
    assert (changed["metadata"]["generation"], changed["status"]) == (generation, {})


def test_job(api: FakeApi) -> None:
    job = api.create(
        "jobs.batch",
        {
            "kind": "Job",
            "apiVersion": "batch/v1",
            "metadata": {"name": "j"},
            "spec": {
                "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}
            },
        },
    )
    spec, uid = job["spec"], job["metadata"]["uid"]
    assert {
        key: spec[key]
        for key in ("completions", "parallelism", "backoffLimit", "completionMode", "suspend", "podReplacementPolicy")
    } == {
        "completions": 1,
        "parallelism": 1,
        "backoffLimit": 6,
        "completionMode": "NonIndexed",
        "suspend": False,
        "podReplacementPolicy": "TerminatingOrFailed",
    }
    assert spec["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    assert spec["template"]["metadata"]["labels"] == {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": "j",
        "controller-uid": uid,
        "job-name": "j",
    }


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        ({"completionMode": "Indexed", "completions": 2}, "completionMode Indexed"),
        ({"managedBy": "example.com/x"}, "managedBy"),
        ({"podFailurePolicy": {"rules": []}}, "podFailurePolicy"),
    ],
)
def test_what_jobs_do_not_do_is_refused(api: FakeApi, spec: Object, what: str) -> None:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}
    with pytest.raises(errors.ApiError) as caught:
        api.create(
            "jobs.batch",
            {
                "kind": "Job",
                "apiVersion": "batch/v1",
                "metadata": {"name": "j"},
                "spec": {**spec, "template": template},
            },
        )
    assert (caught.value.code, caught.value.message) == (
        403,
        f'jobs.batch "j" is forbidden: {what} is not available on this cluster',
    )


def test_job_must_end(api: FakeApi) -> None:
    job: Object = {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": "j"}, "spec": {"template": _TEMPLATE}}
    assert causes_of(lambda: api.create("jobs.batch", job)) == [
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'
    ]


def test_namespace(api: FakeApi) -> None:
    namespace = api.create("namespaces", {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "alpha"}})
    assert namespace["metadata"]["labels"] == {"kubernetes.io/metadata.name": "alpha"}
    assert (namespace["spec"], namespace["status"]) == ({"finalizers": ["kubernetes"]}, {"phase": "Active"})
    assert causes_of(
        lambda: api.create("namespaces", {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "Beta_1"}})
    ) == [
        (
            'metadata.name: Invalid value: "Beta_1": a lowercase RFC 1123 label must consist of lower case'
            " alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name', "
            " or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
        ),
    ]


@pytest.mark.parametrize(
    ("name", "kept"),
    [("default", True), ("kube-system", True), ("kube-public", True), ("kube-node-lease", False), ("alpha", False)],
)
def test_immortal_namespaces(name: str, kept: bool) -> None:
    check = for_resource("namespaces").check_delete
    if not kept:
        check({"metadata": {"name": name}})
        return
    with pytest.raises(errors.ApiError) as caught:
        check({"metadata": {"name": name}})
    assert (caught.value.code, caught.value.message) == (
        403,
        f'namespaces "{name}" is forbidden: this namespace may not be deleted',
    )


def test_creation_needs_a_living_namespace(api: FakeApi) -> None:
    services = BY_KEY["services"]
    with pytest.raises(errors.ApiError, match=r'^namespaces "gamma" not found$') as missing:
        check_namespace(api, "gamma", services, "q")
    assert missing.value.details == {"name": "gamma", "kind": "namespaces"}
    api.store.put(
        "namespaces",
        {"metadata": {"name": "d7", "deletionTimestamp": "2026-01-01T00:00:00Z"}, "status": {"phase": "Terminating"}},
    )
    with pytest.raises(errors.ApiError) as terminating:
        check_namespace(api, "d7", services, "q")
    assert (
        terminating.value.message
        == 'services "q" is forbidden: unable to create new content in namespace d7 because it is being terminated'
    )
    assert terminating.value.details is not None
    assert terminating.value.details["causes"] == [
        {
            "reason": "NamespaceTerminating",
            "message": "namespace d7 is being terminated",
            "field": "metadata.namespace",
        },
    ]


def test_secret(api: FakeApi) -> None:
    secret = api.create(
        "secrets",
        {
            "kind": "Secret",
            "apiVersion": "v1",
            "metadata": {"name": "s"},
            "stringData": {"a": "x"},
            "data": {"b": "eQ=="},
        },
    )
    assert (secret["type"], secret["data"]) == ("Opaque", {"b": "eQ==", "a": "eA=="})
    assert "stringData" not in secret
    assert causes_of(lambda: api.update("secrets", "s", lambda obj: obj.update(type="x"))) == [
        'type: Invalid value: "x": field is immutable'
    ]
    tls: Object = {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "t"}, "type": "kubernetes.io/tls"}
    assert causes_of(lambda: api.create("secrets", tls)) == [
        "data[tls.crt]: Required value",
        "data[tls.key]: Required value",
    ]


def test_configmap(api: FakeApi) -> None:
    wrong: Object = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c"}, "data": {"a b": "x"}}
    assert causes_of(lambda: api.create("configmaps", wrong)) == [
        (
            "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or"
            " '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
        ),
    ]
    large: Object = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c"}, "data": {"a": "x" * 2**21}}
    assert causes_of(lambda: api.create("configmaps", large)) == ["[]: Too long: may not be more than 1048576 bytes"]
    api.create(
        "configmaps",
        {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c"}, "immutable": True, "data": {"a": "1"}},
    )
    frozen = "Forbidden: field is immutable when `immutable` is set"
    assert causes_of(lambda: api.update("configmaps", "c", lambda obj: obj.update(data={"a": "2"}))) == [
        f"data: {frozen}"
    ]
    assert causes_of(lambda: api.update("configmaps", "c", lambda obj: obj.update(immutable=False))) == [
        f"immutable: {frozen}"
    ]


def _slice(*addresses: str, **more: Any) -> Object:
    endpoints = [{"addresses": list(addresses)}] if addresses else None
    return {
        "kind": "EndpointSlice",
        "apiVersion": "discovery.k8s.io/v1",
        "metadata": {"name": "s"},
        "addressType": "IPv4",
        "endpoints": endpoints,
        **more,
    }


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (_slice("203.0.113.9"), []),
        (_slice(), []),
        (
            _slice("127.0.0.1"),
            [
                'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8,'
                " ::1/128)"
            ],
        ),
        (
            _slice("169.254.1.1"),
            [
                'endpoints[0].addresses[0]: Invalid value: "169.254.1.1": may not be in the link-local range'
                " (169.254.0.0/16, fe80::/10)"
            ],
        ),
        (_slice(addressType=""), ["addressType: Required value"]),
        (_slice(addressType="IP"), ['addressType: Unsupported value: "IP": supported values: "FQDN", "IPv4", "IPv6"']),
        (_slice(endpoints=[{}]), ["endpoints[0].addresses: Required value: must contain at least 1 address"]),
        (_slice(ports=[{"port": 1}, {"port": 2}]), ['ports[1].name: Duplicate value: ""']),
    ],
)
def test_endpointslice(api: FakeApi, obj: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create("endpointslices.discovery.k8s.io", obj)) == expected


def test_endpointslice_changes(api: FakeApi) -> None:
    created = api.create("endpointslices.discovery.k8s.io", _slice("203.0.113.9", ports=[{"port": 5432}]))
    assert created["ports"] == [{"port": 5432, "name": "", "protocol": "TCP"}]
    assert (
        causes_of(
            lambda: api.update("endpointslices.discovery.k8s.io", "s", lambda obj: obj.update(addressType="FQDN"))
        )[-1]
        == 'addressType: Invalid value: "FQDN": field is immutable'
    )
    changed = api.update(
        "endpointslices.discovery.k8s.io", "s", lambda obj: obj["endpoints"].append({"addresses": ["203.0.113.10"]})
    )
    assert changed["metadata"]["generation"] == 2


def test_endpoints(api: FakeApi) -> None:
    obj: Object = {
        "kind": "Endpoints",
        "apiVersion": "v1",
        "metadata": {"name": "e"},
        "subsets": [{"addresses": [{"ip": "127.0.0.1"}], "ports": [{"port": 80}]}, {"ports": [{"port": 1}]}],
    }
    assert causes_of(lambda: api.create("endpoints", obj)) == [
        (
            'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8,'
            " ::1/128)"
        ),
        "subsets[1]: Required value: must specify `addresses` or `notReadyAddresses`",
    ]
    subsets = [{"addresses": [{"ip": "10.1.1.1"}], "ports": [{"port": 80}]}]
    good: Object = {"kind": "Endpoints", "apiVersion": "v1", "metadata": {"name": "e"}, "subsets": subsets}
    assert api.create("endpoints", good)["subsets"][0]["ports"] == [{"port": 80, "protocol": "TCP"}]


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


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (
            {"annotations": {"a": "x" * 2**18}},
            ["metadata.annotations: Too long: may not be more than 262144 bytes"],
        ),
        ({"annotations": {"UPPER": "x", "a/B": "y"}}, []),
        (
            {"labels": {"a/b/c": "x"}},
            [
                (
                    'metadata.labels: Invalid value: "a/b/c": a qualified name must consist of alphanumeric'
                    " characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g."
                    " 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
                    " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g."
                    " 'example.com/MyName')"
                ),
            ],
        ),
        (
            {"labels": {"a": "x" * 64}},
            [f'metadata.labels: Invalid value: "{"x" * 64}": must be no more than 63 characters'],
        ),
        (
            {"ownerReferences": [{"apiVersion": "v1", "kind": "Pod"}]},
            [f'metadata.ownerReferences.{key}: Invalid value: "": {key} must not be empty' for key in ("name", "uid")],
        ),
        (
            {"finalizers": ["orphan", "foregroundDeletion"]},
            [
                (
                    'metadata.finalizers: Invalid value: []string{"orphan", "foregroundDeletion"}: finalizer orphan and'
                    " foregroundDeletion cannot be both set"
                ),
            ],
        ),
    ],
)
def test_metadata(api: FakeApi, metadata: Object, expected: list[str]) -> None:
    obj: Object = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c", **metadata}}
    assert causes_of(lambda: api.create("configmaps", obj)) == expected


def test_no_new_finalizers_while_going(api: FakeApi) -> None:
    api.create(
        "configmaps",
        {
            "kind": "ConfigMap",
            "apiVersion": "v1",
            "metadata": {"name": "c", "finalizers": ["a/b"], "deletionTimestamp": "x"},
        },
    )
    assert causes_of(
        lambda: api.update("configmaps", "c", lambda obj: obj["metadata"]["finalizers"].append("c/d"))
    ) == [
        (
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new"
            ' finalizers []string{"c/d"}'
        ),
    ]


_NAME_PART = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
    " character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
    " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_COMPLETE = {
    "eventTime": "2026-01-01T00:00:00.000000Z",
    "reportingComponent": "a.b/c",
    "reportingInstance": "c-1",
    "action": "A",
    "reason": "R",
}


@pytest.mark.parametrize(
    ("event", "expected"),
    [  # the messages are those of a real 1.32 API server
        ({"involvedObject": {"namespace": "course"}}, []),
        (
            {"involvedObject": {"namespace": "other"}},
            ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
        ),
        ({"involvedObject": {}}, ['involvedObject.namespace: Invalid value: "": does not match event.namespace']),
        ({"involvedObject": {"namespace": "course"}, **_COMPLETE}, []),
        (
            {"involvedObject": {}, **_COMPLETE},
            ['involvedObject.namespace: Invalid value: "": does not match event.namespace'],
        ),
        (
            {"involvedObject": {"namespace": "course"}, "eventTime": _COMPLETE["eventTime"], "reason": "R"},
            [
                "reportingComponent: Required value",
                'reportingComponent: Invalid value: "": name part must be non-empty',
                f'reportingComponent: Invalid value: "": {_NAME_PART}',
                "reportingInstance: Required value",
                "action: Required value",
            ],
        ),
        (
            {
                "involvedObject": {"namespace": "course"},
                **_COMPLETE,
                "reportingComponent": "a b",
                "reportingInstance": "i" * 129,
                "action": "a" * 129,
                "reason": "r" * 129,
                "message": "m" * 1025,
            },
            [
                f'reportingComponent: Invalid value: "a b": {_NAME_PART}',
                *(
                    f'{field}: Invalid value: "": can have at most 128 characters'
                    for field in ("reportingInstance", "action", "reason")
                ),
                'message: Invalid value: "": can have at most 1024 characters',
            ],
        ),
    ],
)
def test_an_event_belongs_to_its_objects_namespace_and_one_of_the_newer_form_is_complete(
    api: FakeApi, event: Object, expected: list[str]
) -> None:
    obj: Object = {"kind": "Event", "apiVersion": "v1", "metadata": {"name": "e"}, **event}
    assert causes_of(lambda: api.create("events", obj)) == expected


def test_an_event_that_is_changed_is_checked_again(api: FakeApi) -> None:
    api.create(
        "events",
        {
            "kind": "Event",
            "apiVersion": "v1",
            "metadata": {"name": "e"},
            "involvedObject": {"namespace": "course"},
            **_COMPLETE,
        },
    )
    assert causes_of(lambda: api.update("events", "e", lambda obj: obj.update(action=""))) == ["action: Required value"]


@pytest.mark.parametrize(
    ("resource", "field", "obj", "value"),
    [
        ("pods", "spec.nodeName", {"spec": {"nodeName": "n"}}, "n"),
        ("pods", "status.phase", {"status": {"phase": "Running"}}, "Running"),
        ("events", "involvedObject.name", {"involvedObject": {"name": "x"}}, "x"),
        ("secrets", "type", {"type": "Opaque"}, "Opaque"),
        ("namespaces", "status.phase", {"status": {"phase": "Active"}}, "Active"),
        ("services", "spec.type", {"spec": {"type": "NodePort"}}, "NodePort"),
        ("nodes", "spec.unschedulable", {"spec": {}}, "false"),
        ("jobs.batch", "status.successful", {"status": {}}, "0"),
    ],
)
def test_field_selectors(resource: str, field: str, obj: Object, value: str) -> None:
    assert for_resource(resource).field_selectors[field](obj) == value
