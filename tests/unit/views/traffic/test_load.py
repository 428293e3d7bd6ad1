"""A steady load: what its lines mean, and a load on a cluster."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import pytest

import kubelearn
from kubelearn.target import kubectl
from kubelearn.views import traffic
from kubelearn.views.objects import Object
from kubelearn.views.traffic import load, plots
from kubelearn.views.traffic.load import Attempt, Result
from tests.unit import pods

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
REFUSED = "curl: (7) Failed to connect to web port 80 after 0 ms: Couldn't connect to server"


def result(*texts: str) -> Result:
    return Result(tuple(Attempt(number / 10, text) for number, text in enumerate(texts)))


@pytest.mark.parametrize(
    ("texts", "lost", "outcome"),
    [
        (("a", "b", "a"), 0, "none lost"),
        (("a", REFUSED), 1, "some lost"),
        ((REFUSED, REFUSED), 2, "all lost"),
        ((), 0, "none lost"),
    ],
)
def test_outcome(texts: tuple[str, ...], lost: int, outcome: str) -> None:
    found = result(*texts)
    assert (found.lost, found.outcome) == (lost, outcome)
    assert repr(found) == f"{len(texts)} requests, {lost} lost"


def test_table_counts_answers_and_then_failures() -> None:
    assert list(result("b", REFUSED, "a", "b").table()) == [["a", 1], ["b", 2], [REFUSED.replace("0 ms", "N ms"), 1]]


def test_picture_describes_what_does_not_vary() -> None:
    picture = plots.losses({"before": result("a", REFUSED), "after": result("a", "a")}, "Two updates")
    assert repr(picture) == "Two updates, one row each, a mark for each request. before: some lost; after: none lost."
    assert (
        repr(plots.losses({"before": result("a", REFUSED)}, "An update", says="a gap"))
        == "An update, one row each, a mark for each request. a gap."
    )
    assert ">1 of 2 lost</text>" in picture.svg


@pytest.mark.parametrize(("url", "requests"), [("http://web/", 0), ("http://web/$(id)", 3)])
def test_command_refuses_nonsense(url: str, requests: int) -> None:
    with pytest.raises(ValueError, match=r"requests must|not a URL"):
        load.command(url, requests, 0.05, "/tmp/mark")


@pytest.fixture(scope="module")
def cluster() -> Iterator[kubelearn.Cluster]:
    with kubelearn.connect(seed=1, pace=0) as connected:
        pod = {
            "metadata": {"name": "client"},
            "spec": {"containers": [{"name": "c", "image": AGNHOST, "args": ["netexec"]}]},
        }
        connected.core.create_namespaced_pod("default", pod)
        assert kubectl.run("wait", "--for=condition=Ready", "pod/client").returncode == 0
        yield connected


def test_load_keeps_its_rate_and_its_order(cluster: kubelearn.Cluster) -> None:
    running = load.start(cluster, "http://localhost:8080/hostname", rate=50, seconds=0.4)
    assert repr(running) == "50 requests per second for 0.4 seconds"
    found = running.wait()
    assert [attempt.at for attempt in found.attempts] == [number / 50 for number in range(20)]
    assert found.answers == {"client": 20}


def test_lost_requests_say_why(cluster: kubelearn.Cluster) -> None:
    found = load.start(cluster, "http://localhost:9/", rate=50, seconds=0.1).wait()
    assert (found.outcome, found.total) == ("all lost", 5)
    assert all(message.startswith("curl: (7)") for message in found.failures)


def test_a_load_lasts_until_it_is_stopped(cluster: kubelearn.Cluster) -> None:
    running = load.start(cluster, "http://localhost:8080/hostname", rate=50)
    assert repr(running) == "50 requests per second until stopped"
    cluster.exec("client", "sleep", "0.3")
    found = running.stop()
    assert 2 <= found.total < 50 * load._LONGEST
    assert found.answers == {"client": found.total}
    assert cluster.exec("client", "ls", "/tmp").stdout == ""


def test_a_load_whose_client_goes_away_says_so(cluster: kubelearn.Cluster) -> None:
    pods.run(cluster, "brief")
    running = load.start(cluster, "http://localhost:9/", rate=50, client="brief")
    cluster.core.delete_namespaced_pod("brief", "default", grace_period_seconds=0)
    with pytest.raises(RuntimeError, match="the load broke off after"):
        running.wait()


def test_an_update_is_under_load_until_its_last_old_pod_is_gone(cluster: kubelearn.Cluster) -> None:
    pods.serve(cluster, "web", 2, lifecycle={"preStop": {"sleep": {"seconds": 1}}})
    traffic.settle(cluster, "web")
    old = set(traffic.ready_pods(cluster, "web"))
    found = load.during_update(cluster, "web", "http://web:8081/hostname", after=0.5)
    now = set(traffic.ready_pods(cluster, "web"))
    assert not old & now
    assert set(found.answers) <= old | now
    assert set(found.answers) & old
    assert found.attempts[-1].text in now


def test_an_update_that_does_not_begin_is_an_error(cluster: kubelearn.Cluster) -> None:
    pods.serve(cluster, "still", 1)
    cluster.apps.patch_namespaced_deployment("still", "default", {"spec": {"paused": True}})
    with pytest.raises(load.NoUpdateError, match="still is paused: no update begins"):
        load.during_update(cluster, "still", "http://still:8081/hostname")


def test_an_update_that_does_not_end_in_time_is_an_error(cluster: kubelearn.Cluster) -> None:
    pods.serve(cluster, "slow", 1, lifecycle={"preStop": {"sleep": {"seconds": 20}}})
    with pytest.raises(load.NoUpdateError, match=r"slow did not end in 0\.5 s"):
        load.during_update(cluster, "slow", "http://slow:8081/hostname", limit=0.5)


def test_who_watches_an_update_sees_its_pods_before_and_after(cluster: kubelearn.Cluster) -> None:
    pods.serve(cluster, "seen", 1)
    traffic.settle(cluster, "seen")
    seen: list[set[str]] = []
    times: list[float] = [time.monotonic()]

    def watch(found: Sequence[Object], asked: float) -> None:
        seen.append({pod["metadata"]["name"] for pod in found})
        times.append(asked)

    load.during_update(
        cluster,
        "seen",
        "http://seen:8081/hostname",
        after=0,
        watch=watch,
    )
    times.append(time.monotonic())
    assert times == sorted(times)
    assert len(seen[0]) == len(seen[-1]) == 1
    assert seen[0] != seen[-1]


def test_an_answer_of_several_lines_is_one(cluster: kubelearn.Cluster) -> None:
    pods.serve(cluster, "lines", 1)
    traffic.settle(cluster, "lines")
    found = load.start(cluster, "http://lines:8081/echo?msg=one%0D%0Atwo%0Athree", rate=20, seconds=0.2).wait()
    assert set(found.answers) == {"onetwothree"}
    assert found.total == 4


def test_a_url_with_several_parameters_is_quoted() -> None:
    assert "'http://web/dial?host=a&port=1'" in load.command("http://web/dial?host=a&port=1", 1, 1, "/tmp/x")[-1]
