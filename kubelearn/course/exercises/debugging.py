"""Exercises of the lesson on debugging: five clusters with a fault in each."""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.target.connection import Cluster
from kubelearn.target.images import AGNHOST
from kubelearn.views.traffic import ready_pods

from . import manifests, readiness
from .change import ROLLED, after, roll
from .core import Exercise, Lesson, NotAttempted, NotYet, Spoiled
from .probe import Found, deployment, expect_answers, patiently, running, service, service_port
from .situation import apply, rolled_out
from .through import endpoints, replicas

_LETTERS = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  replicas: 2
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}, tier: web}}
    spec:
      containers:
      - name: web
        image: {image}
        args: [netexec]
---
"""
_LETTERS_SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: letters
spec:
  selector: {app: letters, tier: front}
  ports:
  - port: 80
    targetPort: 8080
"""
_CLINIC = f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: clinic
spec:
  replicas: 2
  selector:
    matchLabels: {{app: clinic}}
  template:
    metadata:
      labels: {{app: clinic}}
    spec:
      containers:
      - name: web
        image: {AGNHOST}
        args: [netexec]
        readinessProbe:
          httpGet: {{path: /health, port: 8080}}
          periodSeconds: 1
"""
_LIBRARY = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: library
spec:
  replicas: 2
  selector:
    matchLabels: {app: library}
  template:
    metadata:
      labels: {app: library}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: web
        image: busybox:1.37
        env:
        - {name: LISTEN, value: "127.0.0.1:8080"}
        command: [sh, -c, "hostname > /tmp/hostname; exec httpd -f -p $LISTEN -h /tmp"]
"""


def _cured(cluster: Cluster, name: str) -> str:
    """Prove that a Service's port 80 is answered by all pods of the Deployment of its name, and will be by the next."""
    _reached(cluster, name, replicas(cluster, name))
    return _lasts(cluster, name)


def _lasts(cluster: Cluster, name: str) -> str:
    """Replace the pods, and prove that the new ones answer."""
    pods = roll(cluster, name)
    return after(ROLLED.format(name), lambda: _reached(cluster, name, pods))


def _reached(cluster: Cluster, name: str, pods: list[str]) -> str:
    """Prove that a Service's port 80 is answered by these pods.

    The answers count, however they come. Where there are none, it goes step by step, so that the first fault is named.
    """
    found = service(cluster, name)
    try:
        proof = expect_answers(cluster, f"http://{name}/hostname", pods)
    except NotYet as reason:
        target = service_port(found, 80).target_port
        endpoints(cluster, name, pods)
        patiently(lambda: _has_port(cluster, name, target))
        inside = _asked_inside(cluster, pods[0], target) if "curl: (7)" in str(reason) else ""
        raise NotYet(f"{reason}. The Service passes connections on to port `{target}` of the pods{inside}") from None
    if found.spec.selector and found.spec.type != "ExternalName":
        endpoints(cluster, name, pods)  # the rules of a moment ago may still be in force
    return proof


def _asked_inside(cluster: Cluster, pod: str, port: int | str) -> str:
    """Say who can reach a port of a pod, by asking it from inside."""
    if not isinstance(port, int):
        return ""
    asked = cluster.exec(pod, "wget", "-q", "-T", "2", "-O", "-", f"http://127.0.0.1:{port}/hostname")
    return ", where nobody listens" if asked.code else ", and there the server answers its own pod only"


def _has_port(cluster: Cluster, name: str, target: int | str) -> None:
    slices: Found = cluster.discovery.list_namespaced_endpoint_slice(
        cluster.namespace, label_selector=f"kubernetes.io/service-name={name}"
    )
    if not any(found.ports for found in slices.items):
        raise NotYet(
            f"the Service `{name}` has pods behind it, but none of their containers has a port with the name `{target}`"
        )


def _start_letters(cluster: Cluster) -> None:
    letters, stamps = (_LETTERS.format(name=name, image=AGNHOST) for name in ("letters", "stamps"))
    apply(cluster, letters + stamps + _LETTERS_SERVICE)
    rolled_out(cluster, "letters", "stamps")


def _check_letters(cluster: Cluster) -> str:
    found = service(cluster, "letters")
    template = deployment(cluster, "letters").spec.template.metadata.labels
    as_before = found.spec.selector == {"app": "letters", "tier": "front"} and template.get("tier") != "front"
    if as_before and not running(cluster, "app=letters,tier=front"):
        raise NotAttempted("nobody answers at `http://letters`, just as in the beginning")
    return _cured(cluster, "letters")


def _start_post(cluster: Cluster) -> None:
    apply(cluster, manifests.server("post", {"web": 8080}, replicas=2) + manifests.service("post", "post", 80, "http"))
    rolled_out(cluster, "post")


def _check_post(cluster: Cluster) -> str:
    port = service_port(service(cluster, "post"), 80)
    container = deployment(cluster, "post").spec.template.spec.containers[0]
    if port.target_port == "http" and [known.name for known in container.ports or ()] == ["web"]:
        raise NotAttempted("nobody answers at `http://post`, just as in the beginning")
    return _cured(cluster, "post")


def _start_clinic(cluster: Cluster) -> None:
    apply(cluster, _CLINIC + manifests.service("clinic", "clinic", 80, 8080))


def _check_clinic(cluster: Cluster) -> str:
    found = service(cluster, "clinic")
    probes = readiness.probes(deployment(cluster, "clinic").spec.template.spec)
    if found.spec.publish_not_ready_addresses:
        raise NotYet(
            "the Service `clinic` now sends requests to pods that are not ready. "
            "The next one that really is not will get them, too: cure the pods"
        )
    if not probes:
        raise NotYet(
            "without a readiness probe the pods count as ready, whether they answer or not. "
            "The server can be asked, only not at this path"
        )
    if any(each.http_get and (each.http_get.path, str(each.http_get.port)) == ("/health", "8080") for each in probes):
        raise NotAttempted("nobody answers at `http://clinic`, just as in the beginning")
    _reached(cluster, "clinic", replicas(cluster, "clinic"))
    with readiness.copy_without_server(cluster, "clinic") as stays_unready:
        proof = _lasts(cluster, "clinic")
        stays_unready()
    return proof


def _start_garden(cluster: Cluster) -> None:
    apply(cluster, manifests.namespace("nursery") + manifests.server("garden", {"web": 8080}, replicas=2))
    apply(cluster, manifests.service("garden", "garden", 80, 8080), namespace="nursery")
    rolled_out(cluster, "garden")


def _check_garden(cluster: Cluster) -> str:
    try:
        deployment(cluster, "garden")
    except NotAttempted:
        raise Spoiled("the Deployment `garden` should stay where it was") from None
    return _cured(cluster, "garden")


def _start_library(cluster: Cluster) -> None:
    apply(cluster, _LIBRARY + "---\n" + manifests.service("library", "library", 80, 8080))
    rolled_out(cluster, "library")


def _check_library(cluster: Cluster) -> str:
    found, wanted = service(cluster, "library"), deployment(cluster, "library")
    container = wanted.spec.template.spec.containers[0]
    variables = {variable.name: variable.value for variable in container.env or ()}
    listens_inside = variables.get("LISTEN") == "127.0.0.1:8080" and "$LISTEN" in (container.command or [""])[-1]
    is_the_service = [port.target_port for port in found.spec.ports or ()] == [8080]
    if listens_inside and is_the_service and len(ready_pods(cluster, "library")) == wanted.spec.replicas:
        raise NotAttempted("nobody answers at `http://library`, just as in the beginning")
    return _cured(cluster, "library")


def _case(
    key: str,
    name: str,
    title: str,
    task: str,
    hints: tuple[str, ...],
    solution: str,
    start: Callable[[Cluster], None],
    check: Callable[[Cluster], str],
    *owns: str,
) -> Exercise:
    return Exercise(
        key=key,
        title=title,
        hints=hints,
        solution=solution,
        start=start,
        check=check,
        owns=(f"deployment/{name}", f"service/{name}", *owns),
        task=(
            f"{task} `http://{name}` should be answered by all pods of the Deployment `{name}`, and is not. "
            "Find the fault and cure it."
        ),
    )


LESSON = Lesson(
    "06-debugging",
    exercises=(
        _case(
            "case-letters",
            "letters",
            "case 1: letters",
            "Since yesterday nobody gets through to the letters. The pods run, and nobody has touched the Service.",
            (
                (
                    "Climb the ladder. The name resolves, the address refuses. Who is behind the Service? "
                    "`!kubectl get endpointslices -l kubernetes.io/service-name=letters`"
                ),
                (
                    "Nobody is behind it. Compare `!kubectl describe service letters | grep Selector` with "
                    "`!kubectl get pods --show-labels`. A pod has to have **all** labels of the selector."
                ),
                (
                    "`kubectl set selector service letters …` takes the right labels, with a comma between them. "
                    "Other pods have `tier=web`, too."
                ),
            ),
            "kubectl set selector service letters app=letters,tier=web",
            _start_letters,
            _check_letters,
            "deployment/stamps",
        ),
        _case(
            "case-post",
            "post",
            "case 2: post",
            "After the last release, the post is silent: each call is refused at once.",
            (
                (
                    "Climb the ladder. There are endpoints this time, but look at the column PORTS of "
                    "`!kubectl get endpointslices -l kubernetes.io/service-name=post`."
                ),
                (
                    "`<unset>`: no pod has the port that the Service names. "
                    "Compare `!kubectl describe service post | grep TargetPort` with "
                    "`!kubectl describe deployment post | grep Port`."
                ),
                (
                    "The container's port is called `web`. "
                    """`kubectl patch service post -p '{"spec": {"ports": [{"port": 80, "targetPort": …}]}}'` """
                    "sets the Service's target port."
                ),
            ),
            """kubectl patch service post -p '{"spec": {"ports": [{"port": 80, "targetPort": "web"}]}}'""",
            _start_post,
            _check_post,
        ),
        _case(
            "case-clinic",
            "clinic",
            "case 3: clinic",
            "The clinic has never had a visitor. Its pods run, and their developers see no error in the logs.",
            (
                (
                    "Climb the ladder. There are addresses behind the Service, but are the pods ready? "
                    "`!kubectl get pods -l app=clinic`"
                ),
                (
                    "They run, but are not ready. The last lines of `!kubectl describe pod -l app=clinic` say what the "
                    "probe asks for, and what it gets. What does the server answer if you ask it for `/readyz`?"
                ),
                (
                    "The path in the readiness probe is wrong. `kubectl patch deployment clinic -p '…'` changes it: "
                    "under `spec`, `template`, `spec`, `containers`, with `name: web`."
                ),
            ),
            """\
kubectl patch deployment clinic -p '
spec:
  template:
    spec:
      containers:
      - name: web
        readinessProbe:
          httpGet: {path: /readyz, port: 8080}'
kubectl rollout status deployment/clinic --timeout=120s""",
            _start_clinic,
            _check_clinic,
        ),
        _case(
            "case-garden",
            "garden",
            "case 4: garden",
            "The garden's clients say: `curl: (6) Could not resolve host: garden`.",
            (
                "Climb the ladder from its foot: does the Service exist? `!kubectl get service garden`",
                (
                    "Not here. `!kubectl get services --all-namespaces` shows where it is. "
                    "A Service reaches pods of its own namespace only."
                ),
                (
                    "Create it again where the Deployment is; the server listens on port 8080. "
                    "`kubectl expose deployment garden` needs two ports."
                ),
            ),
            "kubectl expose deployment garden --port=80 --target-port=8080",
            _start_garden,
            _check_garden,
            "namespace/nursery",
        ),
        _case(
            "case-library",
            "library",
            "case 5: library",
            "On the developer's own machine the library works. In the cluster nobody gets an answer.",
            (
                (
                    "Climb the ladder to its top: Service, ports, endpoints and pods look right. So ask a pod itself: "
                    "`!kubectl exec deployment/library -- wget -qO- http://localhost:8080/hostname`"
                ),
                (
                    "It answers itself, but nobody else. On which address does it listen? "
                    "`!kubectl set env deployment/library --list` shows the variable."
                ),
                (
                    "127.0.0.1 is reached from within the pod only; 0.0.0.0 stands for all addresses. "
                    "`kubectl set env deployment/library LISTEN=…` changes the variable."
                ),
            ),
            "kubectl set env deployment/library LISTEN=0.0.0.0:8080\nkubectl rollout status deployment/library "
            "--timeout=120s",
            _start_library,
            _check_library,
        ),
    ),
)
