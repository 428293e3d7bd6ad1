"""Containers of new pods: images, ports, environment, resources, probes, hooks."""

from __future__ import annotations

from typing import Any

from tests.objects import Object, container, one


def _probe(**probe: Any) -> Object:
    return {"containers": [container(readinessProbe=probe)]}


HTTP = {"httpGet": {"port": 80}}
#: Note → what is put into the containers of a new pod.
CONTAINERS: dict[str, Object] = {
    "plain": {},
    "no containers": {"containers": []},
    "null containers": {"containers": None},
    "containers object": {"containers": {"name": "c"}},
    "two same": {"containers": [container(), container()]},
    "bad name": one(name="A_b"),
    "no name": one(name=None),
    "long name": one(name="a" * 64),
    "no image": one(image=None),
    "empty image": one(image=""),
    "space image": one(image=" nginx"),
    "inner space": one(image="ng inx"),
    "upper image": one(image="NGINX"),
    "latest": one(image="nginx"),
    "tag latest": one(image="nginx:latest"),
    "digest": one(image="nginx@sha256:" + "0" * 64),
    "image number": one(image=5),
    "pull policy": one(imagePullPolicy="Sometimes"),
    "pull never": one(imagePullPolicy="Never"),
    "term policy": one(terminationMessagePolicy="X"),
    "term path": one(terminationMessagePath=""),
    "command text": one(command="sh"),
    "args number": one(args=[1]),
    "working": one(workingDir="x"),
    "stdin": one(stdin=True, tty=True),
    "port 0": one(ports=[{"containerPort": 0}]),
    "port big": one(ports=[{"containerPort": 70000}]),
    "port missing": one(ports=[{"name": "a"}]),
    "port name": one(ports=[{"name": "A", "containerPort": 80}]),
    "port long": one(ports=[{"name": "a" * 16, "containerPort": 80}]),
    "port digits": one(ports=[{"name": "80", "containerPort": 80}]),
    "port dashes": one(ports=[{"name": "a--b", "containerPort": 80}]),
    "port dash": one(ports=[{"name": "-a", "containerPort": 80}]),
    "port twice": one(ports=[{"name": "a", "containerPort": 80}, {"name": "a", "containerPort": 81}]),
    "port dup": one(ports=[{"containerPort": 80}, {"containerPort": 80}]),
    "protocol": one(ports=[{"containerPort": 80, "protocol": "HTTP"}]),
    "host port": one(ports=[{"containerPort": 80, "hostPort": 80}]),
    "host ports": {
        "containers": [
            container("a", ports=[{"containerPort": 80, "hostPort": 80}]),
            container("b", ports=[{"containerPort": 81, "hostPort": 80}]),
        ]
    },
    "host port big": one(ports=[{"containerPort": 80, "hostPort": 70000}]),
    "host ip": one(ports=[{"containerPort": 80, "hostIP": "x"}]),
    "port text": one(ports=[{"containerPort": "80"}]),
    "names two": {
        "containers": [
            container("a", ports=[{"name": "http", "containerPort": 80}]),
            container("b", ports=[{"name": "http", "containerPort": 81}]),
        ]
    },
    "ports two": {
        "containers": [container("a", ports=[{"containerPort": 80}]), container("b", ports=[{"containerPort": 80}])]
    },
    "env": one(env=[{"name": "A", "value": "b"}]),
    "env no name": one(env=[{"value": "b"}]),
    "env bad": one(env=[{"name": "a=b", "value": "c"}]),
    "env space": one(env=[{"name": "a b"}]),
    "env digit": one(env=[{"name": "1a"}]),
    "env dup": one(env=[{"name": "A", "value": "b"}, {"name": "A", "value": "c"}]),
    "env number": one(env=[{"name": "A", "value": 1}]),
    "env both": one(env=[{"name": "A", "value": "b", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]),
    "env from nothing": one(env=[{"name": "A", "valueFrom": {}}]),
    "env two sources": one(
        env=[
            {
                "name": "A",
                "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}, "configMapKeyRef": {"name": "a", "key": "b"}},
            }
        ]
    ),
    "env field": one(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.foo"}}}]),
    "env label": one(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}}]),
    "env label bad": one(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['a b']"}}}]),
    "env labels": one(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels"}}}]),
    "env field version": one(
        env=[{"name": "A", "valueFrom": {"fieldRef": {"apiVersion": "v2", "fieldPath": "metadata.name"}}}]
    ),
    "env key": one(env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "a", "key": "b c"}}}]),
    "env no key": one(env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "a"}}}]),
    "env no config": one(env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"key": "a"}}}]),
    "env secret": one(env=[{"name": "A", "valueFrom": {"secretKeyRef": {"name": "A_", "key": "b"}}}]),
    "env resource": one(env=[{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}]),
    "env resource bad": one(env=[{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.gpu"}}}]),
    "env resource divisor": one(
        env=[{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "3"}}}]
    ),
    "env from": one(envFrom=[{"configMapRef": {"name": "a"}}, {"prefix": "P_", "secretRef": {"name": "b"}}]),
    "env from empty": one(envFrom=[{}]),
    "env from both": one(envFrom=[{"configMapRef": {"name": "a"}, "secretRef": {"name": "b"}}]),
    "env from prefix": one(envFrom=[{"prefix": "a=b", "configMapRef": {"name": "a"}}]),
    "env from noname": one(envFrom=[{"configMapRef": {}}]),
    "res": one(resources={"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": 1, "memory": "128Mi"}}),
    "res limits": one(resources={"limits": {"cpu": "500m", "memory": "1Gi"}}),
    "res over": one(resources={"requests": {"cpu": 2}, "limits": {"cpu": 1}}),
    "res negative": one(resources={"requests": {"cpu": -1}}),
    "res bad": one(resources={"requests": {"cpu": "lots"}}),
    "res bad 2": one(resources={"requests": {"memory": "64MB"}}),
    "res unknown": one(resources={"requests": {"gpu": 1}}),
    "res extended": one(resources={"requests": {"example.com/gpu": 1}}),
    "res extended ok": one(resources={"limits": {"example.com/gpu": 1}}),
    "res extended frac": one(resources={"limits": {"example.com/gpu": "500m"}}),
    "res memory milli": one(resources={"requests": {"memory": "100m"}}),
    "res forms": one(resources={"requests": {"cpu": "1.5", "memory": "1e3", "ephemeral-storage": "1G"}}),
    "res canonical": one(
        resources={"requests": {"cpu": "1000m", "memory": "1024Mi"}, "limits": {"cpu": "0.5e1", "memory": "2048Ki"}}
    ),
    "res huge": one(resources={"requests": {"memory": "100Ei"}}),
    "res hugepages": one(resources={"limits": {"hugepages-2Mi": "4Mi"}}),
    "res storage": one(resources={"requests": {"storage": "1"}}),
    "res claims": one(resources={"claims": [{"name": "a"}]}),
    "res nano": one(resources={"requests": {"cpu": "1n"}}),
    "res number": one(resources={"requests": {"cpu": 0.1, "memory": 1000000}}),
    "probe http": _probe(httpGet={"port": "http", "path": "healthz"}),
    "probe none": _probe(periodSeconds=1),
    "probe two": _probe(httpGet={"port": 80}, tcpSocket={"port": 80}),
    "probe port 0": _probe(httpGet={"port": 0}),
    "probe port big": _probe(tcpSocket={"port": 99999}),
    "probe port name": _probe(tcpSocket={"port": "A_"}),
    "probe no port": _probe(httpGet={"path": "/"}),
    "probe scheme": _probe(httpGet={"port": 80, "scheme": "FTP"}),
    "probe neg": _probe(**HTTP, periodSeconds=-1),
    "probe all neg": _probe(
        **HTTP, periodSeconds=-1, timeoutSeconds=-1, successThreshold=-1, failureThreshold=-1, initialDelaySeconds=-1
    ),
    "probe success": {"containers": [container(livenessProbe={**HTTP, "successThreshold": 2})]},
    "probe readiness success": _probe(**HTTP, successThreshold=3),
    "startup success": {"containers": [container(startupProbe={**HTTP, "successThreshold": 2})]},
    "probe grace": {"containers": [container(livenessProbe={**HTTP, "terminationGracePeriodSeconds": 0})]},
    "probe grace readiness": _probe(**HTTP, terminationGracePeriodSeconds=5),
    "probe exec": _probe(exec={"command": ["true"]}),
    "probe exec empty": _probe(exec={}),
    "probe grpc": _probe(grpc={"port": 80}),
    "probe grpc port": _probe(grpc={"port": 0}),
    "probe header": _probe(httpGet={"port": 80, "httpHeaders": [{"name": "A B", "value": "c"}]}),
    "probe header ok": _probe(httpGet={"port": 80, "httpHeaders": [{"name": "X-A", "value": "c"}]}),
    "probe zeros": _probe(**HTTP, periodSeconds=0, timeoutSeconds=0, successThreshold=0, failureThreshold=0),
    "probe text": _probe(**HTTP, periodSeconds="10"),
    "probe host": _probe(httpGet={"port": 80, "host": "a b"}),
    "hook": one(lifecycle={"preStop": {"exec": {"command": ["sleep", "5"]}}}),
    "hook sleep": one(lifecycle={"preStop": {"sleep": {"seconds": 5}}}),
    "hook sleep neg": one(lifecycle={"preStop": {"sleep": {"seconds": -5}}}),
    "hook sleep long": one(lifecycle={"preStop": {"sleep": {"seconds": 500}}}),
    "hook none": one(lifecycle={"preStop": {}}),
    "hook two": one(lifecycle={"postStart": {"exec": {"command": ["a"]}, "httpGet": {"port": 80}}}),
    "hook exec none": one(lifecycle={"postStart": {"exec": {"command": []}}}),
}
