"""*Using Source IP*: whose address a server sees behind a ClusterIP, a NodePort, and with the policy ``Local``."""

from __future__ import annotations

import json

import pytest

from tests.conftest import until

from .conftest import Shell

#: A pod in the network of a node is the reader's shell on it, and the client outside the pods' network.
NODE_SHELL = """
kubectl run node-shell --image=docker.io/curlimages/curl:8.18.0 --command \
  --overrides='{"spec": {"hostNetwork": true, "nodeName": "kubelearn-control-plane"}}' -- sleep infinity
kubectl wait --for=condition=Ready pod/node-shell
"""
VARIABLES = """
NODEPORT=$(kubectl get -o jsonpath="{.spec.ports[0].nodePort}" services nodeport)
NODES=$(kubectl get nodes -o jsonpath='{ $.items[*].status.addresses[?(@.type=="InternalIP")].address }')
"""
ASK_EACH_NODE = r"""
kubectl exec node-shell -- sh -c "for node in $NODES; do
  curl --connect-timeout 1 -s \$node:$NODEPORT | grep -i client_address; done; true"
"""


@pytest.fixture(scope="module", autouse=True)
def app(sh: Shell) -> None:
    sh("kubectl create deployment source-ip-app --image=registry.k8s.io/echoserver:1.10")
    sh("kubectl rollout status deployment/source-ip-app")
    sh(NODE_SHELL)


def address(sh: Shell, node: str) -> str:
    return sh(f"kubectl get node {node} -o jsonpath='{{.status.addresses[?(@.type==\"InternalIP\")].address}}'")


def clients(sh: Shell) -> list[str]:
    """Ask each node, and return whose address the server saw; each kube-proxy writes its rules by itself."""
    return [line.partition("=")[2] for line in sh(f"{VARIABLES} {ASK_EACH_NODE}").splitlines()]


def test_kube_proxy_says_its_mode_on_the_node(sh: Shell) -> None:
    assert sh("kubectl exec node-shell -- curl -s http://localhost:10249/proxyMode") == "iptables"


def test_a_cluster_ip_keeps_the_pods_address(sh: Shell) -> None:
    sh("kubectl expose deployment source-ip-app --name=clusterip --port=80 --target-port=8080")
    printed = sh(r"""
        CLUSTERIP=$(kubectl get svc clusterip -o jsonpath={.spec.clusterIP})
        printf 'ip addr\nuntil wget -T 1 -qO - %s; do :; done\nexit\n' $CLUSTERIP |
          kubectl run busybox -i --image=busybox --restart=Never --rm
    """)
    own = printed.split("scope global")[0].split()[-3].partition("/")[0]
    assert own.startswith("10.244.")
    assert f"client_address={own}\n" in printed


def test_a_node_port_has_the_nodes_address_unless_the_policy_is_local(sh: Shell) -> None:
    sh("kubectl expose deployment source-ip-app --name=nodeport --port=80 --target-port=8080 --type=NodePort")
    nodes = sh(f"{VARIABLES} echo $NODES").split()
    until(lambda: clients(sh), nodes)  # each node puts its own address there

    sh("""kubectl patch svc nodeport -p '{"spec":{"externalTrafficPolicy":"Local"}}'""")
    here = address(sh, "kubelearn-control-plane")
    # The shell's own node sends what begins on it to any pod; of the others, only the pod's node answers.
    until(lambda: clients(sh), [here, here])


def test_a_load_balancer_gets_a_port_for_health_checks(sh: Shell) -> None:
    sh("kubectl expose deployment source-ip-app --name=loadbalancer --port=80 --target-port=8080 --type=LoadBalancer")
    assert "<pending>" in sh("kubectl get svc loadbalancer")  # no cloud, as on kind
    sh("""kubectl patch svc loadbalancer -p '{"spec":{"externalTrafficPolicy":"Local"}}'""")
    assert "  healthCheckNodePort: 3" in sh("kubectl get svc loadbalancer -o yaml | grep -i healthCheckNodePort")
    port = sh("kubectl get svc loadbalancer -o jsonpath={.spec.healthCheckNodePort}")
    host = sh("kubectl get pod -l app=source-ip-app -o jsonpath='{.items[0].status.hostIP}'")
    retry = "--retry 9 --retry-delay 1 --retry-connrefused"
    assert '"localEndpoints": 1' in sh(f"kubectl exec node-shell -- curl -s {retry} {host}:{port}/healthz")
    assert '"localEndpoints": 0' in sh(f"kubectl exec node-shell -- curl -s {retry} localhost:{port}/healthz")
    sh("kubectl delete svc -l app=source-ip-app")
    assert json.loads(sh("kubectl get svc -l app=source-ip-app -o json"))["items"] == []
    sh("kubectl delete deployment source-ip-app")
