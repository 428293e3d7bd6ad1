"""What a verdict says, and which policies decide."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.semantics.policies import EGRESS, INGRESS, Connection, End, Object, Verdict, by_namespace, judge

NODE = End("172.18.0.3", "worker")


def policy(name: str, app: str, namespace: str = "shop", **spec: Any) -> Object:
    selected = {"podSelector": {"matchLabels": {"app": app}}}
    return {"metadata": {"name": name, "namespace": namespace}, "spec": {**selected, **spec}}


def pod(name: str, address: str, **spec: Any) -> End:
    return End(
        address,
        "worker2",
        {"metadata": {"name": name, "namespace": "shop", "labels": {"app": name}}, "spec": spec},
    )


WEB, API = pod("web", "10.244.1.2"), pod("api", "10.244.1.3")


def verdicts(*policies: Object, source: End = WEB, target: End = API, port: int = 80) -> list[Verdict]:
    return judge(by_namespace(policies), Connection(source, target, port))


def test_an_end_that_nobody_isolates_has_no_verdict() -> None:
    assert verdicts() == []
    assert verdicts(policy("a", "api", policyTypes=["Egress"]), policy("b", "api", namespace="other")) == []


def test_the_callers_verdict_is_the_first_and_all_that_isolate_are_named() -> None:
    assert verdicts(
        policy("quiet", "web", egress=[{"ports": [{"port": 53, "protocol": "UDP"}]}]),
        policy("nobody", "api"),
        policy("all", "api", ingress=[{}]),
        policy("more", "api", ingress=[{}]),
    ) == [
        Verdict(EGRESS, "shop/web", ("quiet",)),
        Verdict(INGRESS, "shop/api", ("nobody", "all", "more"), allowed_by="all"),
    ]


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (
            Verdict(INGRESS, "shop/api", ("a",)),
            "ingress to shop/api is dropped: NetworkPolicy a isolates the pod, and does not allow this",
        ),
        (
            Verdict(EGRESS, "shop/web", ("a", "b")),
            "egress from shop/web is dropped: NetworkPolicies a, b isolate the pod, and none of them allows this",
        ),
        (Verdict(INGRESS, "shop/api", ("a", "b"), "b"), "ingress to shop/api is allowed: NetworkPolicy b allows this"),
    ],
)
def test_words(verdict: Verdict, words: str) -> None:
    assert verdict.words == words


def test_a_sidecar_has_named_ports_and_an_init_container_has_not() -> None:
    ports = [{"name": "metrics", "containerPort": 9090}]
    rule = policy("p", "api", ingress=[{"ports": [{"port": "metrics"}]}])
    for restart, allowed_by in (("Always", "p"), (None, "")):
        target = pod("api", "10.244.1.3", initContainers=[{"ports": ports, "restartPolicy": restart}], containers=[])
        [verdict] = verdicts(rule, target=target, port=9090)
        assert verdict.allowed_by == allowed_by


def test_a_node_is_its_pods_neighbour_only_by_its_name() -> None:
    everything = policy("p", "api", policyTypes=["Ingress", "Egress"])
    assert verdicts(everything, source=NODE) == [Verdict(INGRESS, "shop/api", ("p",))]
    assert verdicts(everything, source=End("172.18.0.4", "worker2")) == []
    assert verdicts(everything, source=API, target=End("172.18.0.4", "worker2")) == []
    assert verdicts(everything, source=End("203.0.113.1")) == [Verdict(INGRESS, "shop/api", ("p",))]
