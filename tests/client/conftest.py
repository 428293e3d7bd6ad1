"""A client of one embedded cluster, and a namespace for each test."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config, watch

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def api(kubeconfig: Path) -> Iterator[client.ApiClient]:
    with config.new_client_from_config(str(kubeconfig)) as api:
        yield api


@pytest.fixture(scope="module")
def core(api: client.ApiClient) -> client.CoreV1Api:
    return client.CoreV1Api(api)


@pytest.fixture(scope="module")
def apps(api: client.ApiClient) -> client.AppsV1Api:
    return client.AppsV1Api(api)


@pytest.fixture
def namespace(core: client.CoreV1Api) -> Iterator[str]:
    name = f"client-{next(_NUMBERS)}"
    core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=name)))
    yield name
    core.delete_namespace(name)


def until(listing: Callable[..., Any], is_there: Callable[[Any], bool], seconds: int = 20, **selection: Any) -> Any:
    """Watch a list until one of its objects is as wanted, and return it."""
    events = watch.Watch()
    for event in events.stream(listing, timeout_seconds=seconds, **selection):
        if is_there(event["object"]):
            events.stop()
            return event["object"]
    raise AssertionError(f"not within {seconds} s")


def is_ready(pod: client.V1Pod) -> bool:
    return any(condition.type == "Ready" and condition.status == "True" for condition in pod.status.conditions or ())
