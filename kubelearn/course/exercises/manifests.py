"""Manifests from which exercises start: servers that tell who they are, Services, namespaces."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from kubelearn.target.images import AGNHOST

#: What the server of :func:`web` runs, and how it is asked whether it is ready.
SERVER = "[/agnhost, netexec, --http-port=8080]"
PROBE = "readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 1}"
_WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  replicas: {replicas}
  strategy: {strategy}
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
      containers:
      - name: web
        image: {image}
        command: {command}
        {more}
---
apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  selector: {{app: {name}}}
  ports:
  - port: 80
    targetPort: 8080
"""


def server(name: str, ports: Mapping[str, int], replicas: int = 1, env: Mapping[str, str] | None = None) -> str:
    """Return a Deployment of a server that tells its pod's name (``/hostname``).

    Args:
        name: of the Deployment, and value of its pods' label ``app``.
        ports: name of a container → the port on which it listens; the port has the container's name.
        env: environment variables of the containers.
    """
    containers = [
        {
            "name": container,
            "image": AGNHOST,
            "args": ["netexec", f"--http-port={port}", "--udp-port=-1"],
            "ports": [{"name": container, "containerPort": port}],
            "env": [{"name": key, "value": value} for key, value in (env or {}).items()],
        }
        for container, port in ports.items()
    ]
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": containers}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    return _document({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec})


def web(name: str, replicas: int, strategy: str, command: str = SERVER, more: str = "") -> str:
    """Return a Deployment that is going to be updated, and a Service on port 80 for its pods, which listen on 8080.

    Args:
        name: of both.
        replicas: how many pods.
        strategy: the Deployment's, in YAML.
        command: of the container, which is called ``web``; in YAML.
        more: lines of YAML that follow in the container, and in the pod's ``spec`` after it.
    """
    return _WEB.format(image=AGNHOST, name=name, replicas=replicas, strategy=strategy, command=command, more=more)


def crowd(name: str, replicas: int, nodes: Mapping[str, str], cpu: str) -> str:
    """Return a Deployment of pods that do nothing on nodes with these labels, and ask for a part of a processor."""
    container = {"name": "pause", "image": AGNHOST, "args": ["pause"], "resources": {"requests": {"cpu": cpu}}}
    pod = {"containers": [container], "nodeSelector": dict(nodes), "terminationGracePeriodSeconds": 1}
    template = {"metadata": {"labels": {"app": name}}, "spec": pod}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    return _document({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec})


def client(name: str) -> str:
    """Return a pod that does nothing; requests are sent from it by exec."""
    container = {"name": "client", "image": AGNHOST, "args": ["pause"]}
    spec = {"containers": [container], "restartPolicy": "Never", "terminationGracePeriodSeconds": 1}
    return _document({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})


def service(name: str, app: str, port: int, target: int | str, *, headless: bool = False) -> str:
    """Return a Service for the pods with the label ``app``, without an address of its own if it is headless."""
    spec: dict[str, object] = {"selector": {"app": app}, "ports": [{"port": port, "targetPort": target}]}
    if headless:
        spec["clusterIP"] = "None"
    return _document({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec})


def namespace(name: str) -> str:
    """Return a namespace."""
    return _document({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def _document(content: object) -> str:
    return "---\n" + yaml.safe_dump(content, sort_keys=False)
