"""What the kubelet makes of a pod's containers, without a cluster around it."""

from __future__ import annotations

import asyncio
import re

import pytest

from kubelearn.cluster.containers import accounts
from kubelearn.cluster.containers.process import Image, User
from kubelearn.cluster.kubelet import environment, status
from kubelearn.cluster.kubelet.logs import ContainerLog
from kubelearn.cluster.kubelet.node import node_object
from kubelearn.cluster.kubelet.status import ContainerState
from kubelearn.cluster.kubelet.users import user_of
from kubelearn.cluster.meta import Object

RUNNING: Object = {"running": {"startedAt": "2026-11-24T00:00:00Z"}}


def ended(code: int) -> Object:
    return {"terminated": {"exitCode": code, "reason": "Completed" if code == 0 else "Error"}}


def container(state: Object | None = None, *, restarts: int = 0, policy: str = "") -> ContainerState:
    found = ContainerState(
        {"name": "c", "image": "busybox", **({"restartPolicy": policy} if policy else {})}, restarts=restarts
    )
    if state is not None:
        found.state = state
    return found


@pytest.mark.parametrize(
    ("policy", "states", "phase"),
    [
        ("Always", [None], "Pending"),
        ("Always", [RUNNING], "Running"),
        ("Always", [ended(1)], "Running"),
        ("Never", [ended(0)], "Succeeded"),
        ("Never", [ended(4)], "Failed"),
        ("Never", [ended(0), RUNNING], "Running"),
        ("OnFailure", [ended(0)], "Succeeded"),
        ("OnFailure", [ended(1)], "Running"),
    ],
)
def test_phase(policy: str, states: list[Object | None], phase: str) -> None:
    assert status.phase(policy, [], [container(state) for state in states]) == phase


def test_a_crash_looping_container_is_running() -> None:
    assert status.phase("Always", [], [container({"waiting": {"reason": "CrashLoopBackOff"}}, restarts=2)]) == "Running"


@pytest.mark.parametrize(
    ("given", "image", "image_id"),
    [
        ("busybox", "docker.io/library/busybox:latest", r"docker.io/library/busybox@sha256:[0-9a-f]{64}"),
        ("me/app:1", "docker.io/me/app:1", r"docker.io/me/app@sha256:[0-9a-f]{64}"),
        ("registry.k8s.io/pause:3.9", "registry.k8s.io/pause:3.9", r"registry.k8s.io/pause@sha256:[0-9a-f]{64}"),
        (f"nginx@sha256:{'a' * 64}", f"docker.io/library/nginx@sha256:{'a' * 64}", f".*/nginx@sha256:{'a' * 64}"),
    ],
)
def test_a_container_that_was_created_shows_its_image_as_containerd_calls_it(
    given: str, image: str, image_id: str
) -> None:
    state = ContainerState({"name": "c", "image": given})
    assert (state.shown()["image"], state.shown()["imageID"]) == (given, "")
    state.id = "1"
    assert state.shown()["image"] == image
    assert re.fullmatch(image_id, state.shown()["imageID"])


def test_a_container_that_was_created_shows_what_it_may_use_and_who_it_is() -> None:
    asked = {"requests": {"cpu": "10m"}, "limits": {"memory": "1Gi"}}
    state = ContainerState({"name": "c", "image": "busybox", "resources": asked}, user=User(5, 7, (9, 7)))
    assert "user" not in state.shown()
    state.id = "1"
    shown = state.shown()
    assert (shown["resources"], shown["allocatedResources"]) == (asked, {"cpu": "10m"})
    assert shown["user"] == {"linux": {"uid": 5, "gid": 7, "supplementalGroups": [7, 9]}}


def test_a_container_without_resources_shows_that_it_asked_for_none() -> None:
    shown = ContainerState({"name": "c", "image": "busybox", "resources": {}}, id="1").shown()
    assert shown["resources"] == {}
    assert "allocatedResources" not in shown


@pytest.mark.parametrize(
    ("way", "shown"),
    [
        ({}, {}),
        ({"readOnly": True}, {"readOnly": True, "recursiveReadOnly": "Disabled"}),
        ({"readOnly": True, "recursiveReadOnly": "Disabled"}, {"readOnly": True, "recursiveReadOnly": "Disabled"}),
        ({"readOnly": True, "recursiveReadOnly": "IfPossible"}, {"readOnly": True, "recursiveReadOnly": "Enabled"}),
        ({"subPath": "part"}, {}),
    ],
)
def test_what_is_mounted_is_shown_before_the_container_is_created(way: Object, shown: Object) -> None:
    where = {"name": "data", "mountPath": "/data"}
    state = ContainerState({"name": "c", "image": "busybox", "volumeMounts": [{**where, **way}]})
    assert state.shown()["volumeMounts"] == [{**where, **shown}]


@pytest.mark.parametrize(
    ("pod", "container", "of_image", "user"),
    [
        ({}, {}, "", User()),
        ({}, {}, "root", User()),
        ({}, {}, "101", User(101, 101)),
        ({}, {}, "curl_user", User(100, 101)),
        ({}, {}, "472", User(472, 0)),
        ({"runAsUser": 65534}, {}, "", User(65534, 65534)),
        ({"runAsUser": 1000}, {}, "", User(1000, 0)),
        ({"runAsUser": 1000}, {"runAsUser": 2000}, "", User(2000, 0)),
        (
            {"runAsUser": 1000, "runAsGroup": 3000, "fsGroup": 2000, "supplementalGroups": [4000]},
            {},
            "",
            User(1000, 3000, (4000, 2000)),
        ),
        ({"runAsNonRoot": True}, {"runAsUser": 5}, "", User(5, 0)),
        ({"runAsNonRoot": True}, {}, "101", User(101, 101)),
    ],
)
def test_who_a_container_runs_as(pod: Object, container: Object, of_image: str, user: User) -> None:
    image = Image("i", {}, user=of_image, files=accounts.files(of_image))
    assert user_of(*_secured(pod, container), image) == user


def test_a_user_that_the_image_does_not_know_is_not_run_as() -> None:
    with pytest.raises(environment.ConfigError, match="unable to find user me: no matching entries in passwd file"):
        user_of(*_secured({}, {}), Image("i", {}, user="me", files=accounts.files("me")))


@pytest.mark.parametrize(
    ("pod", "of_image", "why"),
    [
        ({}, "", "container has runAsNonRoot and image will run as root"),
        ({"runAsUser": 0}, "", "container's runAsUser breaks non-root policy"),
        (
            {},
            "curl_user",
            "container has runAsNonRoot and image has non-numeric user (curl_user), cannot verify user is non-root",
        ),
    ],
)
def test_who_must_not_be_root_is_not_created_as_root(pod: Object, of_image: str, why: str) -> None:
    with pytest.raises(environment.ConfigError) as told:
        user_of(*_secured({"runAsNonRoot": True, **pod}, {}), Image("i", {}, user=of_image))
    assert str(told.value) == f'{why} (pod: "p_n(u)", container: c)'


def _secured(pod: Object, container: Object) -> tuple[Object, Object]:
    found = {"metadata": {"name": "p", "namespace": "n", "uid": "u"}, "spec": {"securityContext": pod}}
    return found, {"name": "c", "securityContext": container}


def test_statuses_are_listed_by_name_and_those_of_init_containers_as_in_the_spec() -> None:
    pod = {"metadata": {"generation": 1}, "spec": {"restartPolicy": "Always"}}
    two = [ContainerState({"name": name, "image": "busybox"}) for name in ("web", "app")]
    found = status.compose(pod, two, two, "", "172.18.0.3")
    assert [item["name"] for item in found["containerStatuses"]] == ["app", "web"]
    assert [item["name"] for item in found["initContainerStatuses"]] == ["web", "app"]


def test_init_containers_come_first() -> None:
    assert status.phase("Always", [container(RUNNING)], [container()]) == "Pending"
    assert status.phase("Never", [container(ended(1))], [container()]) == "Failed"


@pytest.mark.parametrize(
    ("state", "ready"), [({"waiting": {"reason": "PodInitializing"}}, False), (ended(0), True), (ended(1), False)]
)
def test_an_init_container_that_has_done_its_work_is_ready(state: Object, ready: bool) -> None:
    assert container(state).shown(is_init=True)["ready"] is ready
    assert container(state).shown()["ready"] is False


def test_service_variables_are_those_of_the_facts() -> None:
    assert environment.variables_of("nginx-provider", "10.96.7.7", [{"port": 80, "protocol": "TCP"}]) == {
        "NGINX_PROVIDER_SERVICE_HOST": "10.96.7.7",
        "NGINX_PROVIDER_SERVICE_PORT": "80",
        "NGINX_PROVIDER_PORT": "tcp://10.96.7.7:80",
        "NGINX_PROVIDER_PORT_80_TCP": "tcp://10.96.7.7:80",
        "NGINX_PROVIDER_PORT_80_TCP_PROTO": "tcp",
        "NGINX_PROVIDER_PORT_80_TCP_PORT": "80",
        "NGINX_PROVIDER_PORT_80_TCP_ADDR": "10.96.7.7",
    }
    named = environment.variables_of("nginx-provider", "10.96.7.7", [{"name": "http", "port": 80, "protocol": "TCP"}])
    assert (len(named), named["NGINX_PROVIDER_SERVICE_PORT_HTTP"]) == (8, "80")


@pytest.mark.parametrize(
    ("text", "expanded"), [("$(A)-$(A)", "1-1"), ("$(UNKNOWN)", "$(UNKNOWN)"), ("$$(A)", "$(A)"), ("$A $(", "$A $(")]
)
def test_references_to_variables(text: str, expanded: str) -> None:
    assert environment.expand(text, {"A": "1"}) == expanded


async def collect(log: ContainerLog, **options: int) -> bytes:
    return b"".join([line async for line in log.read(**options)])  # type: ignore[arg-type]


async def test_logs_are_lines_also_when_they_come_in_pieces() -> None:
    log = ContainerLog()
    log.add("stdout", b"one\ntw")
    log.add("stderr", b"oops\n")
    log.add("stdout", b"o\nrest")
    log.close()
    assert await collect(log) == b"one\noops\ntwo\nrest\n"
    assert await collect(log, tail=2) == b"two\nrest\n"
    assert await collect(log, limit=5) == b"one\no"
    assert await collect(log, follow=True) == b"one\noops\ntwo\nrest\n"


async def test_a_log_that_is_followed_has_what_came_while_its_reader_was_slow_and_ends() -> None:
    log = ContainerLog()
    log.add("stdout", b"one\n")
    lines = log.read(follow=True)
    assert await anext(lines) == b"one\n"
    log.add("stdout", b"two\n")
    log.close()
    async with asyncio.timeout(5):
        assert [line async for line in lines] == [b"two\n"]


def test_only_the_control_plane_is_tainted() -> None:
    assert [bool(node_object(f"n{number}", number)["spec"].get("taints")) for number in range(3)] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(("cpu", "shown"), [("250m", "1"), ("2", "2"), ("1500m", "2"), ("0.5", "1")])
def test_the_downward_api_rounds_up(cpu: str, shown: str) -> None:
    assert environment.resource({"resources": {"limits": {"cpu": cpu}}}, {"resource": "limits.cpu"}) == shown
    memory = {"resource": "limits.memory"}
    assert environment.resource({"resources": {}}, memory) == str(16 * 2**30)
    assert environment.resource({"resources": {}}, memory | {"divisor": "1Mi"}) == str(16 * 2**10)
