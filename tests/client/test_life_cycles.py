"""Creating, reading, changing and deleting objects with the typed API."""

from __future__ import annotations

from typing import Any

import pytest
from kubernetes import client, watch

from .conftest import is_ready, until

PAUSE = "registry.k8s.io/pause:3.10"


def pod_spec() -> client.V1PodSpec:
    return client.V1PodSpec(containers=[client.V1Container(name="c", image=PAUSE)], termination_grace_period_seconds=0)


def gone(read: Any, *arguments: Any) -> bool:
    with pytest.raises(client.ApiException) as missing:
        read(*arguments)
    return bool(missing.value.status == 404 and missing.value.reason == "Not Found")


def test_service(core: client.CoreV1Api, namespace: str) -> None:
    ports = [client.V1ServicePort(port=8081, target_port=8080)]
    created = core.create_namespaced_service(
        namespace,
        client.V1Service(
            metadata=client.V1ObjectMeta(name="hello"),
            spec=client.V1ServiceSpec(selector={"app": "hello"}, ports=ports),
        ),
    )
    assert created.spec.type == "ClusterIP"
    assert created.spec.cluster_ip.startswith("10.96.")
    created.spec.type = "NodePort"
    replaced = core.replace_namespaced_service("hello", namespace, created)
    assert 30000 <= replaced.spec.ports[0].node_port <= 32767
    assert replaced.spec.cluster_ip == created.spec.cluster_ip
    with pytest.raises(client.ApiException) as stale:
        core.replace_namespaced_service("hello", namespace, created)
    assert (stale.value.status, stale.value.reason) == (409, "Conflict")
    assert [item.metadata.name for item in core.list_namespaced_service(namespace).items] == ["hello"]
    deleted = core.delete_namespaced_service("hello", namespace)
    assert deleted.metadata.name == "hello"
    assert gone(core.read_namespaced_service, "hello", namespace)


def test_config_map(core: client.CoreV1Api, namespace: str) -> None:
    core.create_namespaced_config_map(
        namespace, client.V1ConfigMap(metadata=client.V1ObjectMeta(generate_name="settings-"), data={"a": "1"})
    )
    [found] = core.list_namespaced_config_map(namespace, field_selector="metadata.name!=kube-root-ca.crt").items
    assert found.metadata.name.startswith("settings-")
    found.data["b"] = "2"
    assert core.replace_namespaced_config_map(found.metadata.name, namespace, found).data == {"a": "1", "b": "2"}
    status = core.delete_namespaced_config_map(found.metadata.name, namespace)
    assert (status["status"], status["details"]["name"], status["details"]["kind"]) == (
        "Success",
        found.metadata.name,
        "configmaps",
    )


def test_pod(core: client.CoreV1Api, namespace: str) -> None:
    core.create_namespaced_pod(
        namespace, client.V1Pod(metadata=client.V1ObjectMeta(name="one", labels={"app": "one"}), spec=pod_spec())
    )
    pod = until(core.list_namespaced_pod, is_ready, namespace=namespace, label_selector="app=one")
    assert pod.status.phase == "Running"
    assert pod.status.pod_ip.startswith("10.244.")
    assert pod.status.container_statuses[0].state.running.started_at
    pod.spec.containers[0].name = "other"
    with pytest.raises(client.ApiException) as refused:
        core.replace_namespaced_pod("one", namespace, pod)
    assert (refused.value.status, refused.value.reason) == (422, "Unprocessable Entity")
    assert core.delete_namespaced_pod("one", namespace, grace_period_seconds=0).metadata.name == "one"
    assert gone(core.read_namespaced_pod, "one", namespace)


def test_deployment(core: client.CoreV1Api, apps: client.AppsV1Api, namespace: str) -> None:
    template = client.V1PodTemplateSpec(metadata=client.V1ObjectMeta(labels={"app": "web"}), spec=pod_spec())
    spec = client.V1DeploymentSpec(
        replicas=2, selector=client.V1LabelSelector(match_labels={"app": "web"}), template=template
    )
    apps.create_namespaced_deployment(
        namespace, client.V1Deployment(metadata=client.V1ObjectMeta(name="web"), spec=spec)
    )

    def is_available(replicas: int) -> Any:
        return lambda found: (
            found.status.observed_generation == found.metadata.generation
            and found.status.available_replicas == replicas == found.status.replicas
        )

    until(apps.list_namespaced_deployment, is_available(2), namespace=namespace)
    scale = apps.read_namespaced_deployment_scale("web", namespace)
    assert (scale.spec.replicas, scale.status.replicas, scale.status.selector) == (2, 2, "app=web")
    assert apps.patch_namespaced_deployment_scale("web", namespace, {"spec": {"replicas": 3}}).spec.replicas == 3
    until(apps.list_namespaced_deployment, is_available(3), namespace=namespace)
    apps.delete_namespaced_deployment("web", namespace, propagation_policy="Foreground")
    until_deleted(apps, namespace)
    assert core.list_namespaced_pod(namespace, label_selector="app=web").items == []


def until_deleted(apps: client.AppsV1Api, namespace: str) -> None:
    listed = apps.list_namespaced_deployment(namespace)
    events = watch.Watch()
    if listed.items:
        for event in events.stream(
            apps.list_namespaced_deployment,
            namespace,
            resource_version=listed.metadata.resource_version,
            timeout_seconds=20,
        ):
            if event["type"] == "DELETED":
                events.stop()
    assert gone(apps.read_namespaced_deployment, "web", namespace)


def test_namespace(core: client.CoreV1Api) -> None:
    core.create_namespace({"metadata": {"name": "passing"}})
    core.create_namespaced_config_map("passing", {"metadata": {"name": "inside"}})
    deleted = core.delete_namespace("passing")
    assert deleted["status"] == {"phase": "Terminating"}
    events = watch.Watch()
    for event in events.stream(
        core.list_namespace,
        field_selector="metadata.name=passing",
        resource_version=deleted["metadata"]["resourceVersion"],
        timeout_seconds=20,
    ):
        if event["type"] == "DELETED":
            events.stop()
    assert gone(core.read_namespace, "passing")


def test_dry_run_stores_nothing(core: client.CoreV1Api, namespace: str) -> None:
    assert core.create_namespaced_config_map(namespace, {"metadata": {"name": "a"}}, dry_run="All").metadata.uid
    assert gone(core.read_namespaced_config_map, "a", namespace)


def test_lists_in_chunks(core: client.CoreV1Api, namespace: str) -> None:
    for number in range(7):
        core.create_namespaced_secret(namespace, {"metadata": {"name": f"s{number}"}, "stringData": {"n": str(number)}})
    names, token, left = [], None, []
    while True:
        page = core.list_namespaced_secret(namespace, limit=3, _continue=token)
        names += [item.metadata.name for item in page.items]
        left.append(page.metadata.remaining_item_count)
        token = page.metadata._continue
        if not token:
            break
    assert names == [f"s{number}" for number in range(7)]
    assert left == [4, 1, None]


def test_errors_say_what_is_wrong(core: client.CoreV1Api, namespace: str) -> None:
    with pytest.raises(client.ApiException) as refused:
        core.create_namespaced_service(namespace, {"metadata": {"name": "Web"}, "spec": {"ports": [{"port": 0}]}})
    assert refused.value.status == 422
    assert '"field":"metadata.name"' in refused.value.body
    core.create_namespaced_service_account(namespace, {"metadata": {"name": "a"}})
    patch = {"metadata": {"labls": {"a": "b"}}}
    with pytest.raises(client.ApiException) as unknown:
        core.patch_namespaced_service_account("a", namespace, patch, field_validation="Strict")
    assert unknown.value.status == 422
    assert r"unknown field \"metadata.labls\"" in unknown.value.body
