"""What a learner does to a cluster, at random and often wrongly."""

from __future__ import annotations

import random
from collections.abc import Callable

import kubelearn
from kubelearn import widgets

from .api import Api, Object

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
_APPS = ("red", "green", "blue")
_LABELS = ({"tier": "front"}, {"tier": "back"}, {"tier": None}, {"app": "nobody"})


class Learner:
    """Chooses actions; the same seed chooses the same ones."""

    def __init__(self, cluster: kubelearn.Cluster, api: Api, seed: int):
        self._cluster = cluster
        self._api = api
        self._chance = random.Random(seed)
        self._actions: tuple[tuple[int, Callable[[], str]], ...] = (
            (3, self.create),
            (4, self.scale),
            (3, self.roll),
            (3, self.kill),
            (2, self.relabel),
            (2, self.break_probe),
            (1, self.delete),
            (2, self.expose),
            (2, self.select),
            (1, self.unexpose),
            (3, self.call),
            (1, self.pause),
            (1, self.break_image),
            (1, self.watch_widget),
        )

    def act(self) -> str:
        """Do something, and return what."""
        weights, actions = zip(*self._actions, strict=True)
        (action,) = self._chance.choices(actions, weights)
        return f"{action.__name__}: {action()}"

    def _app(self) -> str:
        return self._chance.choice(_APPS)

    def create(self) -> str:
        """Create a Deployment that is ready when its file is there."""
        name, replicas = self._app(), self._chance.randint(0, 8)
        container = {
            "name": "web",
            "image": AGNHOST,
            "args": ["netexec", "--http-port=8080"],
            "readinessProbe": {
                "httpGet": {"path": "/hostname", "port": 8080},
                "periodSeconds": 1,
                "failureThreshold": 1,
            },
        }
        pod = {
            "metadata": {"labels": {"app": name}},
            "spec": {"containers": [container], "terminationGracePeriodSeconds": 2},
        }
        strategy = self._chance.choice(
            (
                {"type": "Recreate"},
                {
                    "rollingUpdate": {
                        "maxSurge": self._chance.randint(1, 3),
                        "maxUnavailable": self._chance.randint(0, 2),
                    }
                },
            )
        )
        body = {
            "metadata": {"name": name},
            "spec": {
                "replicas": replicas,
                "selector": {"matchLabels": {"app": name}},
                "strategy": strategy,
                "template": pod,
            },
        }
        return f"{name} with {replicas} replicas: {self._api.create('deployments', body)}"

    def scale(self) -> str:
        name, replicas = self._app(), self._chance.randint(0, 10)
        return f"{name} to {replicas}: {self._api.patch('deployments', name, {'spec': {'replicas': replicas}})}"

    def _template(self, name: str, spec: Object) -> int:
        return self._api.patch(
            "deployments", name, {"spec": {"template": {"spec": {"containers": [{"name": "web", **spec}]}}}}
        )

    def roll(self) -> str:
        name, version = self._app(), str(self._chance.randint(1, 99))
        return f"{name} to version {version}: {self._template(name, {'env': [{'name': 'VERSION', 'value': version}]})}"

    def break_image(self) -> str:
        name, image = self._app(), self._chance.choice((AGNHOST, AGNHOST, "nosuch/image:1"))
        return f"{name} to {image}: {self._template(name, {'image': image})}"

    def break_probe(self) -> str:
        name, path = self._app(), self._chance.choice(("/hostname", "/hostname", "/dial"))
        return (
            f"{name} to {path}: {self._template(name, {'readinessProbe': {'httpGet': {'path': path, 'port': 8080}}})}"
        )

    def pause(self) -> str:
        name, paused = self._app(), self._chance.choice((True, False, False))
        return f"{name} to {paused}: {self._api.patch('deployments', name, {'spec': {'paused': paused}})}"

    def kill(self) -> str:
        pods = self._pods()
        if not pods:
            return "nobody to kill"
        name, grace = self._chance.choice(pods), self._chance.choice((0, 1, None))
        return (
            f"{name} with grace {grace}:"
            f" {self._api.delete('pods', name, **({} if grace is None else {'gracePeriodSeconds': grace}))}"
        )

    def relabel(self) -> str:
        pods = self._pods()
        if not pods:
            return "nobody to relabel"
        name, labels = self._chance.choice(pods), self._chance.choice(_LABELS)
        return f"{name} to {labels}: {self._api.patch('pods', name, {'metadata': {'labels': labels}})}"

    def _pods(self) -> list[str]:
        return sorted(pod["metadata"]["name"] for pod in self._api.list("pods") if pod["metadata"]["name"] != "client")

    def delete(self) -> str:
        name, how = self._app(), self._chance.choice(("Background", "Foreground", "Orphan"))
        return f"{name}, {how}: {self._api.delete('deployments', name, propagationPolicy=how)}"

    def expose(self) -> str:
        name = self._app()
        body = {
            "metadata": {"name": name},
            "spec": {"selector": {"app": name}, "ports": [{"port": 80, "targetPort": 8080}]},
        }
        return f"{name}: {self._api.create('services', body)}"

    def select(self) -> str:
        name, selector = (
            self._app(),
            self._chance.choice([{"app": app, "tier": None} for app in _APPS] + [{"tier": "front"}]),
        )
        return f"{name} selects {selector}: {self._api.patch('services', name, {'spec': {'selector': selector}})}"

    def unexpose(self) -> str:
        name = self._app()
        return f"{name}: {self._api.delete('services', name)}"

    def call(self) -> str:
        name = self._app()
        done = self._cluster.exec(
            "client",
            "sh",
            "-c",
            f"for i in $(seq 20); do curl -s -m 1 -o /dev/null http://{name}/hostname && echo ok; done | wc -l",
        )
        return f"{name} answered {done.stdout.strip()} of 20"

    def watch_widget(self) -> str:
        """Open a live widget and close it again."""
        topology = widgets.topology(self._cluster)
        topology.close()
        return "opened and closed"
