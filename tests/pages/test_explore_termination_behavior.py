"""*Explore Termination Behavior for Pods And Their Endpoints*: a pod that ends serves on, and its endpoint says so."""

from __future__ import annotations

import json
from typing import Any

from tests.conftest import until

from .conftest import Shell

MANIFESTS = """
cat > pod-with-graceful-termination.yaml <<'END'
kind: Deployment
apiVersion: apps/v1
metadata: {name: nginx-deployment, labels: {app: nginx}}
spec:
  selector: {matchLabels: {app: nginx}}
  template:
    metadata: {labels: {app: nginx}}
    spec:
      terminationGracePeriodSeconds: 120
      containers:
      - name: nginx
        image: nginx:latest
        ports: [{containerPort: 80}]
        lifecycle: {preStop: {exec: {command: [/bin/sh, -c, sleep 180]}}}
END
cat > explore-graceful-termination-nginx.yaml <<'END'
kind: Service
apiVersion: v1
metadata: {name: nginx-service}
spec: {selector: {app: nginx}, ports: [{port: 80, targetPort: 80}]}
END
"""
READY = {"ready": True, "serving": True, "terminating": False}
ENDING = {"ready": False, "serving": True, "terminating": True}


def conditions(sh: Shell) -> dict[str, Any]:
    """What the Service's EndpointSlice says, by pod."""
    printed = sh("kubectl get endpointslices -o json -l kubernetes.io/service-name=nginx-service")
    endpoints = [endpoint for piece in json.loads(printed)["items"] for endpoint in piece["endpoints"] or ()]
    return {endpoint["targetRef"]["name"]: endpoint["conditions"] for endpoint in endpoints}


def states(sh: Shell) -> dict[str, str]:
    """What the column STATUS says, by pod."""
    return dict(line.split()[::2][:2] for line in sh("kubectl get pods --no-headers").splitlines())


def test_the_old_endpoint_is_there_until_the_pod_has_gone(sh: Shell) -> None:
    sh(MANIFESTS)
    sh("kubectl apply -f pod-with-graceful-termination.yaml")
    sh("kubectl apply -f explore-graceful-termination-nginx.yaml")
    sh("kubectl rollout status deployment/nginx-deployment")
    old = sh("kubectl get pods -l app=nginx -o jsonpath='{.items[0].metadata.name}'")
    until(lambda: conditions(sh), {old: READY})
    assert "nginx-service-" in sh("kubectl get endpointslice")

    sh(f"kubectl delete pod {old} --wait=false")
    until(lambda: sorted(states(sh).values()), ["Running", "Terminating"])
    [new] = states(sh).keys() - {old}
    assert states(sh) == {old: "Terminating", new: "Running"}
    until(lambda: conditions(sh), {old: ENDING, new: READY})
    assert "Welcome to nginx!" in sh(f"kubectl exec {old} -- curl -s localhost")  # it serves on

    sh(f"kubectl delete pod {old} --grace-period=0 --force")
    sh(f"kubectl wait --for=delete pod/{old}")
    until(lambda: conditions(sh).keys(), {new})
