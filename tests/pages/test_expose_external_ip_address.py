"""*Exposing an External IP Address*: hello-app behind a LoadBalancer, whose address stays pending without a cloud."""

from __future__ import annotations

import json

import pytest

from .conftest import Shell

MANIFEST = """
cat > load-balancer-example.yaml <<'END'
kind: Deployment
apiVersion: apps/v1
metadata: {name: hello-world, labels: {app.kubernetes.io/name: load-balancer-example}}
spec:
  replicas: 5
  selector: {matchLabels: {app.kubernetes.io/name: load-balancer-example}}
  template:
    metadata: {labels: {app.kubernetes.io/name: load-balancer-example}}
    spec:
      containers: [{name: hello-world, image: "%s", ports: [{containerPort: 8080}]}]
END
"""


@pytest.mark.parametrize(
    "image",
    ["gcr.io/google-samples/hello-app:2.0", "us-docker.pkg.dev/google-samples/containers/gke/hello-app:2.0"],
)
def test_five_pods_say_hello_behind_one_service(sh: Shell, image: str) -> None:
    sh(MANIFEST % image + "kubectl apply -f load-balancer-example.yaml")
    sh("kubectl rollout status deployment/hello-world")
    assert "5/5" in sh("kubectl get deployments hello-world")
    assert "5 desired | 5 updated | 5 total | 5 available | 0 unavailable" in sh(
        "kubectl describe deployments hello-world"
    )
    assert "5 Running / 0 Waiting / 0 Succeeded / 0 Failed" in sh("kubectl describe replicasets")

    sh("kubectl expose deployment hello-world --type=LoadBalancer --name=my-service")
    assert sh("kubectl get services my-service --no-headers").split()[3] == "<pending>"
    described = sh(
        "kubectl wait --for=create endpointslice -l kubernetes.io/service-name=my-service >/dev/null"
        "\nkubectl describe services my-service"
    )
    assert "Type:                     LoadBalancer" in described
    assert "+ 2 more..." in described
    pods = json.loads(sh("kubectl get pods -o json"))["items"]
    first = described.partition("Endpoints:")[2].split(":")[0].strip()
    assert first in {pod["status"]["podIP"] for pod in pods}

    port = sh("kubectl get service my-service -o jsonpath='{.spec.ports[0].nodePort}'")
    hello = sh(f"curl -s --retry 9 --retry-delay 1 --retry-all-errors http://127.0.0.1:{port}")
    assert hello.startswith("Hello, world!\nVersion: 2.0.0\nHostname: hello-world-")

    sh("kubectl delete services my-service")
    sh("kubectl delete deployment hello-world")
    sh("kubectl wait --for=delete pod -l app.kubernetes.io/name=load-balancer-example")
