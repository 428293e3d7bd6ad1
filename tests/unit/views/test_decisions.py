"""Why a request went to the pod that answered it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from kubernetes.client import ApiException

import kubelearn
from kubelearn.views.decisions import Trace, rules
from kubelearn.views.decisions import model as decisions
from kubelearn.views.decisions.diagram import picture
from tests.unit import pods

URL = "http://hello:8081/hostname"
ISOLATES = "isolates the pod, and does not allow this"


@pytest.fixture(scope="module")
def cluster() -> Iterator[kubelearn.Cluster]:
    with kubelearn.connect(seed=1, pace=0.1) as started:
        pods.run(started, "client")
        pods.serve(started, "hello", 3)
        pods.expose(started, "empty")
        pods.expose(started, "sticky", app="hello", sessionAffinity="ClientIP")
        pods.expose(started, "each", app="hello", clusterIP="None")
        pods.expose(started, "door", app="hello", type="NodePort")
        pods.until_proxied(started, "empty", "sticky", "door")
        yield started


def step(found: Trace, title: str) -> tuple[str, Sequence[str]]:
    return next((step.state, step.lines) for step in found.steps if step.title == title)


def test_the_decisions_lead_from_the_name_to_the_pod_that_answers(cluster: kubelearn.Cluster) -> None:
    found = decisions.read(cluster, URL)
    assert [(step.title, step.state) for step in found.steps] == [
        (title, "good") for title in ("Name", "Service", "Rule", "Pod", "Answer")
    ]
    assert step(found, "Answer")[1] == (f"200: {found.pod}",)
    address = cluster.core.read_namespaced_service("hello", "default").spec.cluster_ip
    assert step(found, "Name")[1] == (f"hello is hello.default.svc.cluster.local, {address}",)
    pod = cluster.core.read_namespaced_pod(found.pod, "default")
    lines = step(found, "Rule")[1]
    assert lines[0].startswith(f"KUBE-SERVICES: {address}:8081/tcp is the cluster IP of default/hello -> KUBE-SVC-")
    assert lines[-1].endswith(f"DNAT to {pod.status.pod_ip}:8080")
    assert found.outcome == f"{found.pod} answered 200: {found.pod}."
    assert sum(": yes -> KUBE-SEP-" in line for line in lines) == 1


def test_each_request_is_explained_by_its_own_decision(cluster: kubelearn.Cluster) -> None:
    found = [decisions.read(cluster, URL) for _ in range(6)]
    assert all(step(trace, "Answer")[1] == (f"200: {trace.pod}",) for trace in found)
    assert len({trace.pod for trace in found}) > 1


def test_affinity_is_the_reason_the_second_time(cluster: kubelearn.Cluster) -> None:
    first, second = (decisions.read(cluster, "http://sticky:8081/hostname") for _ in range(2))
    assert first.pod == second.pod
    assert "sessionAffinity ClientIP" in " ".join(step(second, "Rule")[1])


@pytest.mark.parametrize(
    ("url", "title", "text"),
    [
        ("http://nobody/", "Name", "no such name"),
        ("http://hello:80/", "Service", "but that has port 8081, not 80"),
        ("http://empty:8081/", "Rule", "has no endpoints -> REJECT"),
    ],
)
def test_the_break_is_shown_where_it_is(cluster: kubelearn.Cluster, url: str, title: str, text: str) -> None:
    found = decisions.read(cluster, url)
    state, lines = step(found, title)
    assert state == "broken"
    assert text in " ".join(lines)
    assert step(found, "Answer")[0] == "broken"
    assert found.pod == ""
    assert found.outcome.startswith(f"{title}: ")


def test_a_pods_own_address_needs_no_rule(cluster: kubelearn.Cluster) -> None:
    for host in (
        "each",
        cluster.core.list_namespaced_pod("default", label_selector="app=hello").items[0].status.pod_ip,
    ):
        found = decisions.read(cluster, f"http://{host}:8080/hostname")
        assert step(found, "Service")[0] == "not needed"
        assert "Rule" not in [step.title for step in found.steps]
        assert step(found, "Answer")[1] == (f"200: {found.pod}",)


def test_a_node_port_is_found_too(cluster: kubelearn.Cluster) -> None:
    port = cluster.core.read_namespaced_service("door", "default").spec.ports[0].node_port
    node: Any = cluster.core.list_node().items[0]
    address = next(entry.address for entry in node.status.addresses if entry.type == "InternalIP")
    found = decisions.read(cluster, f"http://{address}:{port}/hostname")
    assert f"{port} the nodePort of the Service default/door" in step(found, "Service")[1][0]
    assert step(found, "Answer")[1] == (f"200: {found.pod}",)


class TestPolicies:
    """A NetworkPolicy isolates a pod on the way."""

    @pytest.fixture
    def isolate(self, cluster: kubelearn.Cluster) -> Iterator[Callable[..., None]]:
        made: list[str] = []

        def make(name: str, selects: dict[str, str], *rules: Any, kind: str = "Ingress") -> None:
            spec = {"podSelector": {"matchLabels": selects}, "policyTypes": [kind], kind.lower(): list(rules)}
            cluster.networking.create_namespaced_network_policy("default", {"metadata": {"name": name}, "spec": spec})
            made.append(name)

        yield make
        for name in made:
            cluster.networking.delete_namespaced_network_policy(name, "default")

    def until(self, cluster: kubelearn.Cluster, url: str, state: str) -> Trace:
        """Send requests until policies have come into force."""
        for _ in range(5):
            found = decisions.read(cluster, url)
            if ("Policy", state) in [(step.title, step.state) for step in found.steps]:
                break
        return found

    def test_who_dropped_the_packet_is_said(self, cluster: kubelearn.Cluster, isolate: Callable[..., None]) -> None:
        isolate("nobody", {"app": "hello"})
        found = self.until(cluster, URL, "broken")
        assert [step.title for step in found.steps] == ["Name", "Service", "Rule", "Pod", "Policy", "Answer"]
        words = f"ingress to default/{found.pod} is dropped", f"NetworkPolicy nobody {ISOLATES}"
        assert step(found, "Policy") == ("broken", words)
        assert step(found, "Answer")[1][0].startswith("curl: (28)")
        assert found.outcome == f"Policy: {'; '.join(words)}."
        assert found.outcome in found.summary
        isolate("guests", {"app": "hello"}, {"from": [{"podSelector": {}}]})
        allowed = self.until(cluster, URL, "good")
        assert step(allowed, "Policy")[1] == (
            f"ingress to default/{allowed.pod} is allowed",
            "NetworkPolicy guests allows this",
        )
        assert step(allowed, "Answer")[1] == (f"200: {allowed.pod}",)

    def test_a_name_server_that_may_not_be_asked(
        self, cluster: kubelearn.Cluster, isolate: Callable[..., None]
    ) -> None:
        pods.run(cluster, "quiet", labels={"app": "quiet"})
        isolate("silence", {"app": "quiet"}, kind="Egress")
        for _ in range(5):
            found = decisions.read(cluster, URL, client="quiet")
            if step(found, "Name")[0] == "broken":
                break
        assert step(found, "Name")[1] == ("hello: no answer from the name server 10.96.0.10",)
        assert step(found, "Policy") == (
            "broken",
            ("egress from default/quiet is dropped", f"NetworkPolicy silence {ISOLATES}"),
        )

    def test_where_nothing_is_enforced_the_answer_contradicts(
        self, cluster: kubelearn.Cluster, isolate: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        isolate("ignored", {"app": "hello"})
        monkeypatch.setattr(decisions, "_send", lambda *_: (decisions.Step("Answer", ("200: hello",), "curl"), "hello"))
        state, lines = step(decisions.read(cluster, URL), "Policy")
        assert state == "not seen"
        assert lines[1] == f"NetworkPolicy ignored {ISOLATES}"
        assert lines[-1] == "yet there was an answer: the network of this cluster does not enforce this, or not yet"

    def test_where_the_rule_is_not_seen_all_pods_are_judged(
        self, cluster: kubelearn.Cluster, isolate: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        isolate("nobody", {"app": "hello"})
        monkeypatch.setattr(rules, "_run", lambda cluster, pod, command: None)
        silence = decisions.Step("Answer", ("curl: (28) Connection timed out",), "curl", "broken")
        monkeypatch.setattr(decisions, "_send", lambda *_: (silence, ""))
        found = decisions.read(cluster, URL)
        state, lines = step(found, "Policy")
        assert (state, len(lines)) == ("broken", 6)
        assert found.outcome.startswith("Policy: ")
        only = {"order": "first"}
        first = cluster.core.list_namespaced_pod("default", label_selector="app=hello").items[0].metadata.name
        cluster.core.patch_namespaced_pod(first, "default", {"metadata": {"labels": only}})
        isolate("first", only, {})
        state, lines = step(decisions.read(cluster, URL), "Policy")
        assert (state, lines[-1]) == ("not seen", "not seen: which pod it was; 1 of 3 may be reached")


class TestRealKubeProxy:
    """A real kube-proxy has no ``explain``: what its rules say."""

    @pytest.fixture(autouse=True)
    def _without_explain(self, monkeypatch: pytest.MonkeyPatch) -> None:
        run = rules._run
        monkeypatch.setattr(
            rules,
            "_run",
            lambda cluster, pod, command: None if command[0] == "explain" else run(cluster, pod, command),
        )

    def test_the_answer_tells_which_rule_it_was(self, cluster: kubelearn.Cluster) -> None:
        found = decisions.read(cluster, URL)
        state, lines = step(found, "Rule")
        assert state == "good"
        assert ": yes -> KUBE-SEP-" in lines[-2]
        assert found.pod in step(found, "Answer")[1][0]

    def test_without_a_name_in_the_answer_the_rule_is_not_seen(self, cluster: kubelearn.Cluster) -> None:
        state, lines = step(decisions.read(cluster, "http://hello:8081/"), "Rule")
        assert state == "not seen"
        assert ["rule 1 of 3" in lines[1], "rule 3 of 3" in lines[3], lines[-1].startswith("not seen")] == [True] * 3

    def test_a_service_without_endpoints_is_refused(self, cluster: kubelearn.Cluster) -> None:
        assert step(decisions.read(cluster, "http://empty:8081/"), "Rule")[0] == "broken"


def test_rules_that_cannot_be_read_are_said_so(cluster: kubelearn.Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_run", lambda cluster, pod, command: None)
    found = decisions.read(cluster, URL)
    node = cluster.core.read_namespaced_pod("client", "default").spec.node_name
    assert step(found, "Rule") == ("not seen", (f"not seen: the rules on {node} cannot be read",))


@pytest.mark.parametrize("url", ["hello", "ftp://hello/", "http://", "http://hello/;ls"])
def test_what_is_not_a_url_is_refused(cluster: kubelearn.Cluster, url: str) -> None:
    with pytest.raises(ValueError, match="not a URL"):
        decisions.read(cluster, url)


def test_the_picture_says_what_it_shows(cluster: kubelearn.Cluster) -> None:
    text = repr(picture(cluster, URL))
    assert text.startswith(f"One request from client to {URL}. Name: hello is hello.default.svc.cluster.local, ")
    assert "Rule: KUBE-SERVICES: " in text


def test_a_rule_that_is_older_than_its_pods_end_is_named(
    cluster: kubelearn.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = cluster.core.read_namespaced_service("hello", "default").spec.cluster_ip
    explained = f"10.244.1.2 -> {address}:8081/tcp\n  KUBE-SEP-AAAAAAAAAAAAAAAA: DNAT to 10.244.9.9:8080\n"
    monkeypatch.setattr(rules, "_run", lambda cluster, pod, command: explained)
    state, lines = step(decisions.read(cluster, "http://hello:8081/"), "Pod")
    assert (state, lines) == ("broken", ("no running pod has 10.244.9.9 any more: the rule is older than that",))


def test_an_account_with_one_namespace_sees_the_rest_of_the_chain(
    cluster: kubelearn.Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    pods_of = cluster.core.list_namespaced_pod

    def refused(**options: Any) -> Any:
        raise ApiException(status=403)

    def own_pods(namespace: str, **options: Any) -> Any:
        if namespace == "kube-system":
            raise ApiException(status=403)
        return pods_of(namespace, **options)

    for everywhere in ("list_node", "list_pod_for_all_namespaces", "list_service_for_all_namespaces"):
        monkeypatch.setattr(cluster.core, everywhere, refused)
    monkeypatch.setattr(cluster.core, "list_namespaced_pod", own_pods)
    found = decisions.read(cluster, URL)
    assert [(step.title, step.state) for step in found.steps] == [
        ("Name", "good"),
        ("Service", "good"),
        ("Rule", "not seen"),
        ("Pod", "good"),
        ("Answer", "good"),
    ]
    assert step(found, "Answer")[1] == (f"200: {found.pod}",)  # the answer tells
    assert "may not be looked at" in step(found, "Rule")[1][0]
