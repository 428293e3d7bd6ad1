"""Which container knows which Service, and why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import kubelearn
from kubelearn.views import variables
from kubelearn.views.shapes import NARROW, WIDTH, Arrow, Text
from kubelearn.views.variables import Known, Run, TimeLine
from tests.unit import pods


@pytest.fixture(scope="module")
def cluster() -> Iterator[kubelearn.Cluster]:
    with kubelearn.connect(seed=1) as started:
        pods.run(started, "early")
        pods.expose(started, "my-db")
        pods.expose(started, "each", clusterIP="None")
        pods.run(started, "late")
        pods.run(started, "plain", enableServiceLinks=False)
        yield started


def knows(cluster: kubelearn.Cluster, pod: str) -> dict[str, tuple[str, str]]:
    return {row["service"]: (row["knows"], row["why"]) for row in variables.rows(cluster) if row["pod"] == pod}


def test_a_container_knows_the_services_that_were_there_when_it_started(cluster: kubelearn.Cluster) -> None:
    assert knows(cluster, "early")["my-db"] == ("no", "the Service came after the container's start")
    assert knows(cluster, "late")["my-db"] == ("yes", "the Service was there when the container started")
    assert knows(cluster, "late")["each"] == ("no", "a headless Service gives no variables")


def test_without_service_links_only_the_api_servers_own_service_is_known(cluster: kubelearn.Cluster) -> None:
    assert knows(cluster, "plain")["my-db"] == ("no", "enableServiceLinks is false")
    assert knows(cluster, "plain")["kubernetes"][0] == "yes"


def test_the_variables_are_those_in_the_container(cluster: kubelearn.Cluster) -> None:
    address = cluster.core.read_namespaced_service("my-db", "default").spec.cluster_ip
    late = next(run for run in variables.read(cluster).runs if run.pod == "late")
    assert late.variables is not None
    assert (
        late.variables["MY_DB_SERVICE_HOST"]
        == address
        == cluster.exec("late", "printenv", "MY_DB_SERVICE_HOST").stdout.strip()
    )


def test_the_picture_says_who_knows_what(cluster: kubelearn.Cluster) -> None:
    text = repr(variables.picture(cluster))
    assert "early knows kubernetes; does not know each, my-db." in text
    assert "late knows kubernetes, my-db; does not know each." in text


def test_a_service_made_anew_leaves_an_old_address_and_one_that_is_gone_too() -> None:
    with kubelearn.connect(seed=1) as cluster:
        old = pods.expose(cluster, "cache")
        pods.expose(cluster, "queue")
        pods.run(cluster, "app")
        for name in ("cache", "queue"):
            cluster.core.delete_namespaced_service(name, "default")
        assert old != pods.expose(cluster, "cache")
        assert knows(cluster, "app")["cache"] == ("old address", f"{old}: the Service was created again since")
        assert knows(cluster, "app")["queue"][0] == "old address"


def test_a_restarted_container_has_two_runs_and_knows_the_newer_services() -> None:
    with kubelearn.connect(seed=1) as cluster:
        pods.run(cluster, "web", args=("netexec",))
        pods.expose(cluster, "later")
        assert knows(cluster, "web")["later"][0] == "no"
        cluster.exec("web", "curl", "-s", "localhost:8080/exit?code=1")
        pods.until(cluster, lambda pod: pods.is_ready(pod) and pod.status.container_statuses[0].restart_count == 1)
        assert [bool(run.ended) for run in variables.read(cluster).runs] == [True, False]
        assert knows(cluster, "web")["later"][0] == "yes"


def test_pods_can_be_chosen_by_labels(cluster: kubelearn.Cluster) -> None:
    pods.run(cluster, "chosen", labels={"app": "a", "tier": "b"})
    assert {run.pod for run in variables.read(cluster, selector="app=a,tier=b").runs} == {"chosen"}


def test_within_one_second_a_service_stands_before_the_containers_that_know_it() -> None:
    now, known = "2026-01-01T00:00:00Z", {"DB_SERVICE_HOST": "10.96.0.5"}
    line = TimeLine((Known("db", now, "10.96.0.5"),), (Run("a", "a", now, "", known), Run("b", "b", now, "", {})))
    assert [subject.name for subject in variables.moments(line)] == ["b", "db", "a"]


def test_a_container_without_env_is_not_seen() -> None:
    line = TimeLine(
        (Known("db", "2026-01-01T00:00:00Z", "10.96.0.5"),), (Run("a", "a", "2026-01-01T00:00:01Z", "", None),)
    )
    assert line.rows()[0]["knows"] == "not seen"
    assert line.summary == "a could not be asked about db."


def test_a_service_made_anew_stands_after_the_containers_with_its_old_address() -> None:
    now = "2026-01-01T00:00:00Z"
    line = TimeLine((Known("db", now, "10.96.0.5"),), (Run("a", "a", now, "", {"DB_SERVICE_HOST": "10.96.0.4"}),))
    assert [subject.name for subject in variables.moments(line)] == ["a", "db"]


def test_in_one_sentence_it_is_counted_who_knows_the_services() -> None:
    now = "2026-01-01T00:00:00Z"
    services = (Known("db", now, "10.96.0.5"), Known("each", now, "None"))
    runs = [
        Run("a", "a", now, "", {"DB_SERVICE_HOST": "10.96.0.5"}),
        Run("b", "b", now, "", {}),
        Run("c", "c", now, "", {}),
        Run("d", "d", now, "", {"DB_SERVICE_HOST": "10.96.0.4"}),
        Run("e", "e", now, "", {"DB_SERVICE_HOST": "10.96.0.5", "OLD_SERVICE_HOST": "10.96.0.7"}),
        Run("f", "f", now, "", None),
        Run("g", "g", now, now, None),
    ]
    assert TimeLine(services, tuple(runs)).outcome == (
        "Of 6 running containers, 1 has the variables of all Services, 2 lack variables of a Service,"
        " 2 have an old address, 1 could not be asked."
    )
    assert TimeLine(services, (runs[0],)).outcome == ("Of 1 running container, 1 has the variables of all Services.")
    assert TimeLine((), ()).outcome == "No Service, or no running container yet."


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (["db"], "knows kubernetes; not db; old address of cache"),
        (["ledger-of-the-year"], "not ledger-of-the-year; old address of cache"),
        ([f"service-{number}" for number in range(9)], "not 9 of 11; old address of cache"),
    ],
)
def test_what_a_container_lacks_is_said_where_not_all_has_room(others: list[str], said: str) -> None:
    now, names = "2026-01-01T00:00:00Z", ["kubernetes", "cache", *others]
    known = {"KUBERNETES_SERVICE_HOST": "10.96.0.1", "CACHE_SERVICE_HOST": "10.96.0.9"}
    services = tuple(Known(name, now, f"10.96.0.{number}") for number, name in enumerate(names, 1))
    texts = [
        shape.text
        for shape in variables.draw(TimeLine(services, (Run("a", "a", now, "", known),))).shapes
        if isinstance(shape, Text)
    ]
    assert said in texts


@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_no_line_runs_over_a_name(width: float) -> None:
    now = "2026-01-01T00:00:00Z"
    line = TimeLine((Known("db", now, "10.96.0.5"),), (Run("a", "a", now, "", {}), Run("b", "b", now, "", {})))
    shapes = variables.draw(line, width=width).shapes
    lines = [index for index, shape in enumerate(shapes) if isinstance(shape, Arrow)]
    texts = [index for index, shape in enumerate(shapes) if isinstance(shape, Text)]
    assert lines
    assert max(lines) < min(texts)
