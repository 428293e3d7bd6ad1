"""Patches in each content type, manifests of many documents, the dynamic client, tokens and reviews."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client, config, dynamic, utils

MANIFEST = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {greeting: hello}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}}
- {apiVersion: v1, kind: Secret, metadata: {name: password}, stringData: {a: b}}
"""


@pytest.fixture
def deployment(apps: client.AppsV1Api, namespace: str) -> str:
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "nginx"}, {"name": "side", "image": "busybox"}]},
    }
    apps.create_namespaced_deployment(
        namespace,
        {
            "metadata": {"name": "web"},
            "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": template},
        },
    )
    return "web"


def images(deployment: client.V1Deployment) -> dict[str, str]:
    return {container.name: container.image for container in deployment.spec.template.spec.containers}


def test_a_dict_is_a_strategic_merge_patch(apps: client.AppsV1Api, namespace: str, deployment: str) -> None:
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "side", "image": "busybox:1"}]}}}}
    assert images(apps.patch_namespaced_deployment(deployment, namespace, patch)) == {
        "web": "nginx",
        "side": "busybox:1",
    }


def test_a_list_is_a_json_patch(apps: client.AppsV1Api, namespace: str, deployment: str) -> None:
    patch = [
        {"op": "test", "path": "/spec/replicas", "value": 0},
        {"op": "remove", "path": "/spec/template/spec/containers/1"},
    ]
    assert images(apps.patch_namespaced_deployment(deployment, namespace, patch)) == {"web": "nginx"}


def test_a_merge_patch_replaces_lists(apps: client.AppsV1Api, namespace: str, deployment: str) -> None:
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "only", "image": "nginx"}]}}}}
    changed = apps.patch_namespaced_deployment(
        deployment, namespace, patch, _content_type="application/merge-patch+json"
    )
    assert images(changed) == {"only": "nginx"}


def test_apply_owns_what_it_sets(core: client.CoreV1Api, namespace: str) -> None:
    def apply(data: dict[str, str], manager: str, **more: Any) -> client.V1ConfigMap:
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data}
        return core.patch_namespaced_config_map(
            "a", namespace, body, field_manager=manager, _content_type="application/apply-patch+yaml", **more
        )

    apply({"a": "1", "b": "1"}, "first")
    assert apply({"a": "1"}, "first").data == {"a": "1"}, "what the manager no longer applies is removed"
    with pytest.raises(client.ApiException) as conflict:
        apply({"a": "2"}, "second")
    assert conflict.value.status == 409
    assert r"conflict with \"first\": .data.a" in conflict.value.body
    taken = apply({"a": "2"}, "second", force=True)
    assert taken.data == {"a": "2"}
    assert [(entry.manager, entry.operation) for entry in taken.metadata.managed_fields] == [("second", "Apply")]


def test_create_from_yaml(api: client.ApiClient, core: client.CoreV1Api, namespace: str, tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(MANIFEST)
    created = utils.create_from_yaml(api, str(file), namespace=namespace)
    assert [item[0].kind for item in created] == ["ConfigMap", "Service", "Deployment", "ServiceAccount"]
    assert core.read_namespaced_secret("password", namespace).data == {"a": "Yg=="}
    with pytest.raises(utils.FailToCreateError) as again:
        utils.create_from_yaml(api, str(file), namespace=namespace)
    assert [error.status for error in again.value.api_exceptions] == [409] * 5


def test_create_from_yaml_applies(api: client.ApiClient, namespace: str) -> None:
    documents = [document for document in yaml.safe_load_all(MANIFEST) if document["kind"] != "List"]
    for _ in range(2):
        utils.create_from_yaml(api, yaml_objects=documents, namespace=namespace, apply=True)


def test_dynamic_client(api: client.ApiClient, namespace: str) -> None:
    dyn = dynamic.DynamicClient(api)
    services = dyn.resources.get(api_version="v1", kind="Service")
    body = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "labels": {"app": "web"}},
        "spec": {"ports": [{"port": 80}]},
    }
    assert services.create(body=body, namespace=namespace).spec.type == "ClusterIP"
    assert [item.metadata.name for item in services.get(namespace=namespace, label_selector="app=web").items] == ["web"]
    assert services.get(name="web", namespace=namespace).kind == "Service"
    patch = {"metadata": {"name": "web", "labels": {"tier": "front"}}}
    assert services.patch(
        body=patch, namespace=namespace, content_type="application/merge-patch+json"
    ).metadata.labels.to_dict() == {"app": "web", "tier": "front"}
    applied = services.server_side_apply(
        body={**body, "spec": {"ports": [{"port": 80}], "selector": {"app": "x"}}},
        namespace=namespace,
        field_manager="test",
        force_conflicts=True,
    )
    assert applied.spec.selector.to_dict() == {"app": "x"}
    for event in services.watch(namespace=namespace, name="web", timeout=10):
        assert (event["type"], event["object"].metadata.name) == ("ADDED", "web")
        break
    services.delete(name="web", namespace=namespace)
    with pytest.raises(dynamic.exceptions.NotFoundError):
        services.get(name="web", namespace=namespace)
    assert dyn.resources.get(api_version="apps/v1", kind="Deployment").name == "deployments"
    assert dyn.version["kubernetes"]["gitVersion"].startswith("v1.36.")


def test_a_service_accounts_token(
    api: client.ApiClient, core: client.CoreV1Api, namespace: str, kubeconfig: Path
) -> None:
    core.create_namespaced_service_account(namespace, {"metadata": {"name": "robot"}})
    request = client.AuthenticationV1TokenRequest(spec=client.V1TokenRequestSpec(audiences=[], expiration_seconds=600))
    answer = core.create_namespaced_service_account_token("robot", namespace, request)
    assert answer.status.token.count(".") == 2
    document = yaml.safe_load(kubeconfig.read_text())
    document["users"][0]["user"] = {"token": answer.status.token}
    with config.new_client_from_config_dict(document) as other:
        review = client.AuthenticationV1Api(other).create_self_subject_review(client.V1SelfSubjectReview())
    assert review.status.user_info.username == f"system:serviceaccount:{namespace}:robot"
    assert "system:serviceaccounts" in review.status.user_info.groups


def test_reviews(api: client.ApiClient) -> None:
    review = client.AuthenticationV1Api(api).create_self_subject_review(client.V1SelfSubjectReview())
    assert review.status.user_info.username == "kubernetes-admin"
    access = client.V1SelfSubjectAccessReview(
        spec=client.V1SelfSubjectAccessReviewSpec(
            resource_attributes=client.V1ResourceAttributes(verb="get", resource="pods")
        )
    )
    assert client.AuthorizationV1Api(api).create_self_subject_access_review(access).status.allowed


def test_what_there_is(api: client.ApiClient) -> None:
    assert client.VersionApi(api).get_code().git_version.startswith("v1.36.")
    assert "apps" in {group.name for group in client.ApisApi(api).get_api_versions().groups}
    assert "services" in {resource.name for resource in client.CoreV1Api(api).get_api_resources().resources}
