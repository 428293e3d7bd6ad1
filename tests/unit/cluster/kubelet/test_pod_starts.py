"""How containers start, and start again."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import pytest

from kubelearn.cluster.meta import Object
from tests.unit.cluster.kubelet.nodes import SLACK, Node, on_a_node, ready, sh, state_of


@on_a_node
async def test_pauses_between_restarts_double_up_to_five_minutes(node: Node) -> None:
    node.create(sh("sleep 0.1; exit 1"))

    def run_number(number: int) -> Callable[[Object], bool]:
        return lambda pod: (
            state_of(pod) == "running" and pod["status"]["containerStatuses"][0]["restartCount"] == number
        )

    begins = [await node.until(run_number(number)) for number in range(9)]
    pauses = [later - earlier for earlier, later in itertools.pairwise(begins)]
    assert [round(pause) for pause in pauses] == pytest.approx([0, 10, 20, 40, 80, 160, 300, 300], abs=SLACK)
    uid = node.pod()["metadata"]["uid"]
    await node.until(lambda pod: state_of(pod) == "CrashLoopBackOff")
    assert (
        node.container()["state"]["waiting"]["message"]
        == f"back-off 5m0s restarting failed container=c pod=pod_default({uid})"
    )
    assert node.container()["lastState"]["terminated"]["exitCode"] == 1
    assert node.events("BackOff") == [f"Back-off restarting failed container c in pod pod_default({uid})"]
    assert node.pod()["status"]["phase"] == "Running"


@pytest.mark.parametrize(
    ("policy", "code", "phase"), [("Never", 0, "Succeeded"), ("Never", 3, "Failed"), ("OnFailure", 0, "Succeeded")]
)
def test_an_end_that_is_final(policy: str, code: int, phase: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create(sh(f"exit {code}"), restartPolicy=policy)
        await node.until(lambda pod: pod["status"]["phase"] == phase)
        assert node.container()["state"]["terminated"]["exitCode"] == code
        assert node.container()["restartCount"] == 0

    test()


@on_a_node
async def test_a_program_that_is_not_there_and_never_starts_again(node: Node) -> None:
    node.create({"command": ["nosuch"]}, restartPolicy="Never")
    await node.until(lambda pod: pod["status"]["phase"] == "Failed")
    terminated = node.container()["state"]["terminated"]
    assert (terminated["reason"], terminated["exitCode"], terminated["startedAt"]) == (
        "StartError",
        128,
        "1970-01-01T00:00:00Z",
    )
    assert terminated["message"].endswith('exec: "nosuch": executable file not found in $PATH')
    assert node.events("Started") == []
    assert len(node.events("Failed")) == 1


@on_a_node
async def test_a_program_that_is_not_there_is_tried_again(node: Node) -> None:
    node.create({"command": ["nosuch"]})
    assert await node.history(15) == [
        (0, "RunContainerError"),
        (0, "CrashLoopBackOff"),
        (10, "RunContainerError"),
        (12, "CrashLoopBackOff"),
    ]
    assert node.container()["restartCount"] == 2
    assert node.container()["lastState"]["terminated"]["reason"] == "StartError"


@on_a_node
async def test_a_missing_config_map_is_looked_for_again(node: Node) -> None:
    node.create(
        sh("sleep 1000", env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a"}}}])
    )
    await node.until(lambda pod: state_of(pod) == "CreateContainerConfigError")
    assert node.container()["state"]["waiting"]["message"] == 'configmap "settings" not found'
    node.registry.create("configmaps", "default", {"metadata": {"name": "settings"}, "data": {"a": "1"}})
    assert await node.until(lambda pod: state_of(pod) == "running") == pytest.approx(10, abs=SLACK)
    assert node.container()["restartCount"] == 0
    assert node.events("BackOff") == []


@on_a_node
async def test_pauses_between_pulls_double(node: Node) -> None:
    node.create({"image": "nosuch/image:1"})
    changes = await node.history(100)
    assert [reason for _, reason in changes] == ["ErrImagePull", "ImagePullBackOff"] * 4
    pulls = [when for when, reason in changes if reason == "ErrImagePull"]
    assert [later - earlier for earlier, later in itertools.pairwise(pulls)] == pytest.approx([11, 21, 41], abs=SLACK)


@on_a_node
async def test_an_image_that_is_not_there_is_told_in_its_registrys_words(node: Node) -> None:
    node.create({"image": "ngnix"})
    await node.until(lambda pod: state_of(pod) == "ImagePullBackOff")
    why = (
        'failed to pull and unpack image "docker.io/library/ngnix:latest": '
        'failed to resolve reference "docker.io/library/ngnix:latest": pull access denied, repository does not exist '
        "or may require authorization: server message: insufficient_scope: authorization failed"
    )
    assert node.events("Failed")[:2] == [f'Failed to pull image "ngnix": {why}', "Error: ErrImagePull"]
    waiting = node.container()["state"]["waiting"]["message"]
    assert waiting == f'Back-off pulling image "ngnix": ErrImagePull: {why}'


@on_a_node
async def test_a_tag_that_is_not_there_is_not_found(node: Node) -> None:
    node.create({"image": "nginx:1.99"})
    await node.until(lambda pod: state_of(pod) == "ImagePullBackOff")
    assert node.events("Failed")[0] == (
        'Failed to pull image "nginx:1.99": rpc error: code = NotFound desc = failed to pull and unpack image '
        '"docker.io/library/nginx:1.99": failed to resolve reference "docker.io/library/nginx:1.99": '
        "docker.io/library/nginx:1.99: not found"
    )


@on_a_node
async def test_an_image_that_must_not_be_pulled(node: Node) -> None:
    node.create({"image": "nginx", "imagePullPolicy": "Never"})
    await node.until(lambda pod: state_of(pod) == "ErrImageNeverPull")
    assert (
        node.container()["state"]["waiting"]["message"]
        == 'Container image "nginx" is not present with pull policy of Never'
    )


@on_a_node
async def test_init_containers_run_one_after_the_other(node: Node) -> None:
    first, second = ({"name": name, "image": "busybox:1.36", "command": ["sleep", "5"]} for name in ("first", "second"))
    node.create(sh("sleep 1000"), initContainers=[first, second])
    await node.until(lambda pod: "running" in pod["status"]["initContainerStatuses"][0]["state"])
    assert state_of(node.pod()) == "PodInitializing"
    assert await node.until(lambda pod: state_of(pod) == "running") == pytest.approx(10, abs=SLACK)
    assert [status["state"]["terminated"]["reason"] for status in node.pod()["status"]["initContainerStatuses"]] == [
        "Completed",
        "Completed",
    ]


def _two(first: Object) -> list[Object]:
    return [{"name": name, "image": "busybox:1.36", **more} for name, more in (("b", first), ("a", sh("sleep 1000")))]


@on_a_node
async def test_containers_start_one_after_the_other_and_a_hook_holds_up_the_next(node: Node) -> None:
    hook = {"postStart": {"exec": {"command": ["sleep", "5"]}}}
    node.create(containers=_two(sh("sleep 1000", lifecycle=hook)))
    await asyncio.sleep(2)
    assert len(node.events("Started")) == 1
    assert await node.until(ready) == pytest.approx(5, abs=SLACK)
    assert [item["state"].keys() for item in node.pod()["status"]["containerStatuses"]] == [{"running"}, {"running"}]


@pytest.mark.parametrize(
    "first", [{"image": "nowhere.example/app:1"}, {"command": ["/nosuch"]}, {"envFrom": [{"secretRef": {"name": "s"}}]}]
)
def test_a_container_that_cannot_start_does_not_hold_up_the_next(first: Object) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create(containers=_two(first))
        assert await node.until(ready) == pytest.approx(1, abs=SLACK)

    test()


def _set_image(node: Node, image: str) -> None:
    node.registry.modify("pods", "default", "pod", lambda pod: pod["spec"]["containers"][0].update(image=image))


@on_a_node
async def test_a_name_that_is_none(node: Node) -> None:
    node.create({"image": "Shop/Web:1"})
    await node.until(lambda pod: state_of(pod) == "InvalidImageName")
    problem = (
        'Failed to apply default image tag "Shop/Web:1": couldn\'t parse image name "Shop/Web:1":'
        " invalid reference format: repository name (Web) must be lowercase"
    )
    assert node.container()["state"]["waiting"]["message"] == problem
    assert (node.events("InspectFailed"), node.events("Failed")) == ([problem], ["Error: InvalidImageName"])
    _set_image(node, "busybox:1.36")
    await node.until(lambda pod: state_of(pod) in ("running", "CrashLoopBackOff"))


@on_a_node
async def test_an_image_that_cannot_be_pulled_is_replaced_at_once(node: Node) -> None:
    node.create({"image": "nosuch.example/x:1", **sh("sleep 1000")})
    begin = await node.until(lambda pod: state_of(pod) == "ImagePullBackOff")
    _set_image(node, "busybox:1.36")
    assert await node.until(lambda pod: state_of(pod) == "running") - begin < SLACK
    assert node.events("Killing") == []


@pytest.mark.parametrize("policy", ["Always", "Never"])
def test_another_image_restarts_a_container_whatever_the_policy(policy: str) -> None:
    @on_a_node
    async def test(node: Node) -> None:
        node.create(sh("sleep 1000"), restartPolicy=policy, terminationGracePeriodSeconds=1)
        await node.until(lambda pod: state_of(pod) == "running")
        _set_image(node, "busybox:1.37")
        await node.until(lambda pod: pod["status"]["containerStatuses"][0]["restartCount"] == 1)
        assert node.events("Killing") == ["Container c definition changed, will be restarted"]
        assert node.container()["image"] == "docker.io/library/busybox:1.37"
        assert node.pod()["status"]["phase"] == "Running"

    test()


@on_a_node
async def test_the_status_says_which_generation_it_is_about(node: Node) -> None:
    node.create(sh("sleep 1000"))
    await node.until(lambda pod: state_of(pod) == "running")
    assert node.pod()["metadata"]["generation"] == 1
    _set_image(node, "busybox:1.37")
    await node.until(lambda pod: pod["status"]["containerStatuses"][0]["restartCount"] == 1)
    status = node.pod()["status"]
    assert node.pod()["metadata"]["generation"] == status["observedGeneration"] == 2
    assert {item["observedGeneration"] for item in status["conditions"]} == {2}
    node.delete(grace=30)
    assert node.pod()["metadata"]["generation"] == 3
