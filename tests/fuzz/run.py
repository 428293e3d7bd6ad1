"""One run: a cluster, a number of requests, and the cluster's health afterwards."""

from __future__ import annotations

import json
from collections import Counter

import yaml
from hypothesis import HealthCheck, given, seed, settings
from kubernetes import client, config, watch

from kubelearn.cluster.apiserver.openapi import document, swagger
from kubelearn.cluster.apiserver.resources import BY_KEY, RESOURCES
from kubelearn.cluster.embedded import EmbeddedCluster

from .requests import Request, requests
from .sender import Faults, Sender
from .valid import VALID


def run(cases: int, seed_number: int) -> Counter[int]:
    """Send requests and return how often each HTTP status came back.

    Args:
        cases: how many.
        seed_number: repeats a run.

    Raises:
        AssertionError: an answer was wrong, or a part of the cluster failed.
    """
    # Made when they are first asked for: on a busy machine that takes longer than an answer may.
    for form in (swagger.JSON, swagger.PROTOBUF):
        swagger.body(form)
    for path in document.DOCUMENTS:
        document.document(path)
    with Faults() as faults, EmbeddedCluster(seed=1) as cluster:
        sender = Sender(cluster)
        try:
            prepare(sender)

            @seed(seed_number)
            @settings(
                max_examples=cases,
                deadline=None,
                database=None,
                print_blob=False,
                suppress_health_check=list(HealthCheck),
            )
            @given(requests())
            def check(request: Request) -> None:
                problem = sender.send(request)
                found, faults.found = faults.found, []
                assert not problem, f"{problem}\n{request}"
                assert not found, "\n".join(found) + f"\nat the time of {request}"

            check()
            check_health(cluster)
        finally:
            sender.close()
    assert not faults.found, "\n".join(faults.found)
    return sender.statuses


def prepare(sender: Sender) -> None:
    """Create a valid one of everything that can be created."""
    for resource in sorted(RESOURCES, key=lambda resource: resource.plural != "namespaces"):
        is_first_form = BY_KEY[resource.key] == resource
        if "create" not in resource.verbs or not is_first_form or resource.plural not in VALID.keys() - {"bindings"}:
            continue
        root = f"/apis/{resource.group}/{resource.version}" if resource.group else "/api/v1"
        path = f"{root}/namespaces/fuzz/{resource.plural}" if resource.namespaced else f"{root}/{resource.plural}"
        for name in ("fuzz", "other") if resource.plural == "namespaces" else ("web", "a"):
            body = json.dumps({**VALID[resource.plural], "metadata": {"name": name}}).encode()
            problem = sender.send(Request("POST", path, (("Content-Type", "application/json"),), body))
            assert not problem, problem
    assert set(sender.statuses) <= {201, 409}, sender.statuses


def check_health(cluster: EmbeddedCluster) -> None:
    """Create a pod after all that, and wait until it runs."""
    api = config.new_client_from_config_dict(yaml.safe_load(cluster.kubeconfig()))
    core, events, phases = client.CoreV1Api(api), watch.Watch(), []
    core.create_namespaced_pod(
        "default",
        {
            "metadata": {"name": "healthy"},
            "spec": {"containers": [{"name": "c", "image": "registry.k8s.io/pause:3.10"}]},
        },
    )
    for event in events.stream(core.list_namespaced_pod, "default", timeout_seconds=20):
        phases.append(event["object"].status.phase)
        if phases[-1] == "Running":
            events.stop()
    api.close()
    assert phases[-1:] == ["Running"], f"a pod does not start any more: {phases}"
