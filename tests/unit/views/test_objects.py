"""Copies of objects that watches keep up to date."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from kubernetes.client import ApiException

import kubelearn
from kubelearn import Cluster
from kubelearn.views.objects import Follower, Object, read


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with kubelearn.connect(seed=1) as started:
        yield started


class Seen:
    """Notes of changes, and a way to wait for one."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, str, str]] = []
        self._moved = threading.Condition()

    def __call__(self, kind: str, event: str, item: Object) -> None:
        with self._moved:
            self.noted.append((kind, event, item["metadata"]["name"]))
            self._moved.notify_all()

    def wait(self, *change: str) -> None:
        with self._moved:
            assert self._moved.wait_for(lambda: change in self.noted, 10), f"{change} is not among {self.noted}"


def service(name: str) -> Object:
    return {"metadata": {"name": name}, "spec": {"ports": [{"port": 80}]}}


def test_objects_are_in_the_order_of_their_names(cluster: Cluster) -> None:
    found = read(cluster, "nodes", "services", namespace="")
    assert [item["metadata"]["name"] for item in found["nodes"]] == [
        "kubelearn-control-plane",
        "kubelearn-worker",
        "kubelearn-worker2",
    ]
    assert [item["metadata"]["name"] for item in found["services"]] == ["kubernetes", "kube-dns"]


def test_policies_that_may_not_be_seen_are_left_out(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ApiException(status=403)

    for name in ("list_namespaced_network_policy", "list_network_policy_for_all_namespaces"):
        monkeypatch.setattr(type(cluster.networking), name, refuse)
    for namespace in (None, ""):
        assert read(cluster, "networkpolicies", namespace=namespace) == {"networkpolicies": []}
    follower = Follower(cluster, ["networkpolicies"], Seen())
    assert follower.objects() == {"networkpolicies": []}
    follower.close()


def test_a_follower_sees_what_comes_changes_and_goes(cluster: Cluster) -> None:
    seen = Seen()
    follower = Follower(cluster, ["services"], seen)
    follower.start()
    cluster.core.create_namespaced_service("default", service("one"))
    seen.wait("services", "ADDED", "one")
    cluster.core.patch_namespaced_service("one", "default", {"metadata": {"labels": {"a": "b"}}})
    seen.wait("services", "MODIFIED", "one")
    assert [
        item["metadata"].get("labels") for item in follower.objects()["services"] if item["metadata"]["name"] == "one"
    ] == [{"a": "b"}]
    cluster.core.delete_namespaced_service("one", "default")
    seen.wait("services", "DELETED", "one")
    assert "one" not in [item["metadata"]["name"] for item in follower.objects()["services"]]
    follower.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("kubelearn-watch")]


def test_what_happened_while_no_watch_was_open_is_found_by_comparison(cluster: Cluster) -> None:
    seen = Seen()
    follower = Follower(cluster, ["services"], seen)
    cluster.core.create_namespaced_service("default", service("two"))
    follower._list_again("services")
    seen.wait("services", "ADDED", "two")
    cluster.core.delete_namespaced_service("two", "default")
    follower._list_again("services")
    seen.wait("services", "DELETED", "two")
    follower.close()


def test_a_cluster_that_refuses_is_an_error_at_once(cluster: Cluster) -> None:
    with pytest.raises(ApiException):
        read(cluster, "pods", namespace="no/such")


def test_a_follower_of_a_closed_cluster_ends() -> None:
    with kubelearn.connect(seed=1) as started:
        follower = Follower(started, ["pods"], Seen())
        follower.start()
    for thread in follower._threads:
        thread.join(10)
        assert not thread.is_alive()
