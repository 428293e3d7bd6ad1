"""*Debug Services*: every question of the page, in its order, with the Deployment ``hostnames``."""

from __future__ import annotations

import re

import pytest

from tests.conftest import until

from .conftest import Shell

#: Commands in the pod in which the page works; it stays, so that each test needs not wait for one.
IN_A_POD = "kubectl exec busybox -- sh -c '{}'"


@pytest.fixture(scope="module", autouse=True)
def hostnames(sh: Shell) -> None:
    assert sh("kubectl create deployment hostnames --image=registry.k8s.io/serve_hostname") == (
        "deployment.apps/hostnames created\n"
    )
    assert sh("kubectl scale deployment hostnames --replicas=3") == "deployment.apps/hostnames scaled\n"
    sh("""
        kubectl run --restart=Never busybox --image=gcr.io/google-containers/busybox -- sleep 3600
        kubectl rollout status deployment hostnames --timeout=30s
        kubectl wait --for=condition=Ready pod busybox --timeout=30s
        """)


@pytest.fixture
def service(sh: Shell) -> str:
    """Return the cluster IP of the Service, which the first test makes, as soon as it answers."""
    address = sh("kubectl get svc hostnames -o jsonpath='{.spec.clusterIP}'")
    sh(IN_A_POD.format(f"until wget -qO- {address}; do :; done"))
    return address


def names(sh: Shell) -> list[str]:
    return sorted(sh("kubectl get pods -l app=hostnames -o jsonpath='{.items[*].metadata.name}'").split())


def addresses(sh: Shell) -> list[str]:
    template = r"""{{range .items}}{{.status.podIP}}{{"\n"}}{{end}}"""
    return sh(f"kubectl get pods -l app=hostnames -o go-template='{template}'").split()


def direct(sh: Shell) -> list[str]:
    """Ask each pod for its hostname, around the Service."""
    endpoints = " ".join(f"{address}:9376" for address in addresses(sh))
    return sorted(sh(IN_A_POD.format(f"for ep in {endpoints}; do wget -qO- $ep; echo; done")).split())


def test_pods_serve_before_there_is_a_service(sh: Shell) -> None:
    assert direct(sh) == names(sh)
    assert "bad address 'hostnames'" in sh(IN_A_POD.format("wget -O- hostnames"), code=1)
    assert 'services "hostnames" not found' in sh("kubectl get svc hostnames", code=1)
    assert sh("kubectl expose deployment hostnames --port=80 --target-port=9376") == "service/hostnames exposed\n"
    row = sh("kubectl get svc hostnames").splitlines()[1].split()
    assert (row[1], row[3], row[4]) == ("ClusterIP", "<none>", "80/TCP")


@pytest.mark.parametrize("name", ["hostnames", "hostnames.default", "hostnames.default.svc.cluster.local"])
def test_the_service_has_a_name(sh: Shell, service: str, name: str) -> None:
    said = sh(IN_A_POD.format(f"nslookup {name}"))
    assert re.search(rf"Name: +{re.escape(name)}\n", said)
    assert f"Address 1: {service} hostnames.default.svc.cluster.local\n" in said


def test_names_are_looked_up_where_resolv_conf_says(sh: Shell, service: str) -> None:
    dns = sh("kubectl get svc kube-dns -n kube-system -o jsonpath='{.spec.clusterIP}'")
    lines = sh(IN_A_POD.format("cat /etc/resolv.conf")).splitlines()
    assert f"nameserver {dns}" in lines
    assert "search default.svc.cluster.local svc.cluster.local cluster.local" in lines
    assert "options ndots:5" in lines
    assert service in sh(IN_A_POD.format(f"nslookup hostnames.default.svc.cluster.local {dns}"))
    assert "kubernetes.default.svc.cluster.local" in sh(IN_A_POD.format("nslookup kubernetes.default"))


def test_the_service_works_by_name_and_by_address(sh: Shell, service: str) -> None:
    for target in (f"{service}:80", "hostnames"):
        said = sh(IN_A_POD.format(f"for i in $(seq 1 3); do wget -qO- {target}; echo; done")).split()
        assert len(said) == 3
        assert set(said) <= set(names(sh))


def test_a_wrong_target_port_is_seen_in_the_endpoints(sh: Shell, service: str) -> None:
    change = """kubectl patch service hostnames -p '{"spec":{"ports":[{"port":80,"targetPort":%s}]}}'"""
    sh(change % 80)
    until(lambda: {word.partition(":")[2] for word in endpoints(sh)}, {"80"})
    sh(IN_A_POD.format(f"while wget -qO- {service}:80; do :; done"))
    assert "Connection refused" in sh(IN_A_POD.format(f"wget -qO- {service}:80"), code=1)
    sh(change % 9376)
    sh(IN_A_POD.format(f"until wget -qO- {service}:80; do :; done"))


def endpoints(sh: Shell) -> list[str]:
    return sh("kubectl get endpoints hostnames --no-headers").splitlines()[-1].split()[1].split(",")


def test_a_typo_in_the_selector_leaves_no_endpoints(sh: Shell) -> None:
    until(lambda: sorted(endpoints(sh)), sorted(f"{address}:9376" for address in addresses(sh)))
    sh("kubectl set selector service hostnames run=hostnames")
    sh(IN_A_POD.format("while wget -qO- hostnames; do :; done"))
    until(lambda: endpoints(sh), ["<none>"])
    assert direct(sh) == names(sh)
    sh("kubectl set selector service hostnames app=hostnames")
    until(lambda: len(endpoints(sh)), 3)


def test_kube_proxy_has_rules_for_each_pod(sh: Shell, service: str) -> None:
    pod = sh("kubectl get pods -n kube-system -l k8s-app=kube-proxy -o name").split()[0]
    assert "iptables" in sh(f"kubectl logs -n kube-system {pod}").lower()
    wanted = {rf"-A KUBE-SERVICES -d ({service})/32 .*--dport 80 -j KUBE-SVC-\w+": [service]}
    wanted[r"-A KUBE-SEP-\w+ .*-j DNAT --to-destination (\S+)"] = sorted(endpoints(sh))

    def written() -> dict[str, list[str]]:
        rules = sh(f"kubectl exec -n kube-system {pod} -- iptables-save | grep hostnames || true")
        return {rule: sorted(re.findall(rule, rules)) for rule in wanted}

    until(written, wanted)  # this node's proxy may not be the one that the Service has answered by


def test_a_pod_reaches_itself_by_its_service(sh: Shell, service: str) -> None:
    sh("kubectl scale deployment hostnames --replicas=1")
    until(lambda: len(names(sh)), 1)
    asking = "kubectl exec deployment/hostnames -- wget -T 1 -qO- hostnames 2>/dev/null || true"
    until(lambda: sh(asking).split(), names(sh))
