"""The guided exercise: two tiers, and the proof that the front one calls the back one through a Service.

Each part begins with what the parts before it should have left: whoever skips one finds its work done.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from functools import partial

from kubernetes.client import ApiException

from kubelearn.target.connection import Cluster
from kubelearn.target.images import AGNHOST

from . import manifests
from .core import Exercise, Lesson, NotAttempted, NotYet
from .probe import (
    Found,
    answers,
    client_pod,
    deployment,
    expect_answers,
    judge,
    not_yet,
    patiently,
    service,
    service_for,
    service_port,
    trouble,
)
from .situation import apply, rolled_out, usable
from .through import Run, endpoints, replicas, serves, wanted, with_target
from .words import listed

#: The back end and its ports; it listens where nobody would guess.
_BACK, _BACK_PORT, _BACK_TARGET, _REPLICAS = "names", 8081, 3000, 2
_FRONT, _FRONT_TARGET = "greeter", 8080
_AWAY, _VISITOR = "elsewhere", "visitor"
_HOP = f"/dial?host={_BACK}&port={_BACK_PORT}&request=hostname"


def _exists(read: Callable[[], Found]) -> bool:
    """Say whether an object is there, and not about to go."""
    try:
        return not read().metadata.deletion_timestamp
    except ApiException as error:
        if error.status == 404:
            return False
        raise


def _with_deployments(cluster: Cluster) -> None:
    for name, size, port in ((_BACK, _REPLICAS, _BACK_TARGET), (_FRONT, 1, _FRONT_TARGET)):
        if not _exists(partial(cluster.apps.read_namespaced_deployment, name, cluster.namespace)):
            apply(cluster, manifests.server(name, {"agnhost": port}, size))
            rolled_out(cluster, name)


def _with_back(cluster: Cluster) -> None:
    _with_deployments(cluster)
    _with_service(cluster, _BACK, _BACK_PORT, _BACK_TARGET)


def _with_both(cluster: Cluster) -> None:
    _with_back(cluster)
    _with_service(cluster, _FRONT, 80, _FRONT_TARGET)


def _with_all(cluster: Cluster) -> None:
    _with_both(cluster)
    apply(cluster, manifests.namespace(_AWAY))
    if not _exists(lambda: cluster.core.read_namespaced_pod(_VISITOR, _AWAY)):
        usable(cluster, _AWAY)
        apply(cluster, manifests.client(_VISITOR), namespace=_AWAY)


def _with_service(cluster: Cluster, name: str, port: int, target: int) -> None:
    if not _exists(lambda: cluster.core.read_namespaced_service(name, cluster.namespace)):
        apply(cluster, manifests.service(name, name, port, target))
        # What the learner does next may be a single request,
        # which finds the Service only once DNS and the nodes know it.
        with contextlib.suppress(NotYet):
            expect_answers(cluster, f"http://{name}:{port}/hostname", replicas(cluster, name), requests=1, every=False)


def _check_deployments(cluster: Cluster) -> str:
    back, front = replicas(cluster, _BACK), _one(cluster)
    wanted(deployment(cluster, _BACK), _REPLICAS)
    with client_pod(cluster) as run:
        for name, pods, port in ((_BACK, back, _BACK_TARGET), (_FRONT, front, _FRONT_TARGET)):
            for pod in pods:
                try:
                    patiently(lambda pod=pod, port=port: _listens(cluster, run, pod, port))  # type: ignore[misc]
                except NotYet as reason:
                    raise NotYet(f"a pod of `{name}` should listen on port {port}, but {reason}") from None
    return f"These pods are ready, and each answers on its port: {listed([*back, *front], 'none')}"


def _listens(cluster: Cluster, run: Run, pod: str, port: int) -> None:
    found: Found = cluster.core.read_namespaced_pod(pod, cluster.namespace)
    url = f"http://{found.status.pod_ip}:{port}/hostname"
    judge(answers(run, url, 1), url, [pod])


def _one(cluster: Cluster) -> list[str]:
    try:
        return replicas(cluster, _FRONT)
    except NotAttempted as reason:
        raise NotYet(f"the back end is there, but {reason}") from None


def _check_back(cluster: Cluster) -> str:
    pods = replicas(cluster, _BACK)
    port = service_port(service_for(cluster, _BACK, {"app": _BACK}), _BACK_PORT)
    endpoints(cluster, _BACK, pods)
    front = replicas(cluster, _FRONT)[0]
    proof = with_target(
        port.target_port,
        lambda: serves(cluster, _BACK, _BACK_PORT, pods, run=lambda *words: cluster.exec(front, *words)),
        f", which listen on {_BACK_TARGET}",
    )
    return f"From the front end's pod, {proof}"


def _check_front(cluster: Cluster) -> str:
    back, front = replicas(cluster, _BACK), replicas(cluster, _FRONT)
    port = service_port(service_for(cluster, _FRONT, {"app": _FRONT}), 80)
    endpoints(cluster, _FRONT, front)
    with client_pod(cluster) as run:
        with_target(
            port.target_port,
            lambda: serves(cluster, _FRONT, 80, front, url=f"http://{_FRONT}", run=run),
            f", which listen on {_FRONT_TARGET}",
        )
        said = patiently(lambda: _hop(run("curl", "-sS", "-m", "10", f"http://{_FRONT}{_HOP}").stdout, back))
    return f"`{_FRONT}` was asked, and the answer came from the back end's pod `{said}`: that is the hop"


def _hop(answer: str, back: list[str]) -> str:
    """Return which pod of the back end a front end's answer comes from.

    Raises:
        NotYet: from none of them; says what the answer is instead.
    """
    try:
        responses = json.loads(answer).get("responses") or [""]
    except (ValueError, AttributeError):
        raise NotYet(
            f"the front end did not get through to the back end: `{answer.strip()[:200] or 'no answer'}`"
        ) from None
    if responses[0] not in back:
        raise NotYet(f"the front end's call was not answered by a pod of `{_BACK}`, but: `{answer.strip()[:200]}`")
    return str(responses[0])


def _check_visit(cluster: Cluster) -> str:
    back, front = replicas(cluster, _BACK), replicas(cluster, _FRONT)
    service(cluster, _FRONT)
    log = patiently(lambda: _log(cluster))
    if "curl: (6)" in log or "bad address" in log:
        raise NotYet(
            f"the log of `{_VISITOR}` says `{log}`. From another namespace, a Service's short name is not enough"
        )
    if log in front:
        raise NotYet(
            f"`{_VISITOR}` was answered by the front end itself. Ask it for `{_HOP}`, so that it calls the back end"
        )
    if log in back:
        raise NotYet(
            f"`{_VISITOR}` went straight to the back end. It should call the front end, and let that call the back end"
        )
    said = _hop(log, back)
    return (
        f"the pod `{_VISITOR}` in the namespace `{_AWAY}` called the front end, "
        f"and got the answer of the back end's pod `{said}`"
    )


def _log(cluster: Cluster) -> str:
    try:
        found: Found = cluster.core.read_namespaced_pod(_VISITOR, _AWAY)
    except ApiException as error:
        if error.status != 404:
            raise
        if _exists(lambda: cluster.core.read_namespaced_pod(_VISITOR, cluster.namespace)):
            raise NotYet(
                f"there is a pod `{_VISITOR}`, but in the namespace `{cluster.namespace}`, and not in `{_AWAY}`"
            ) from None
        raise NotAttempted(f"there is no pod `{_VISITOR}` in the namespace `{_AWAY}` yet") from None
    if found.status.phase not in ("Succeeded", "Failed"):
        raise not_yet(
            f"the pod `{_VISITOR}` has not ended: {trouble(found)}. It should send its request and end", [found]
        )
    log: str = cluster.core.read_namespaced_pod_log(_VISITOR, _AWAY)
    return log.strip()


def _check_gone(cluster: Cluster) -> str:
    left = _left(cluster)
    if len(left) == 5:
        raise NotAttempted(f"everything is still there: {', '.join(left)}")
    if left:
        raise NotYet(f"still there: {', '.join(left)}")
    patiently(lambda: _no_orphans(cluster))
    return "Deployments, Services and the namespace are gone, and their pods with them"


def _no_orphans(cluster: Cluster) -> None:
    selector = f"app in ({_BACK}, {_FRONT})"
    listed: list[Found] = cluster.core.list_namespaced_pod(cluster.namespace, label_selector=selector).items
    orphans = [pod for pod in listed if not pod.metadata.deletion_timestamp]
    if orphans:
        raise NotYet(f"the Deployments are gone, but their pods are not: `{orphans[0].metadata.name}`")


def _left(cluster: Cluster) -> list[str]:
    namespace, core, apps = cluster.namespace, cluster.core, cluster.apps
    looks: dict[str, Callable[[], Found]] = {}
    for name in (_BACK, _FRONT):
        looks[f"the Deployment `{name}`"] = partial(apps.read_namespaced_deployment, name, namespace)
        looks[f"the Service `{name}`"] = partial(core.read_namespaced_service, name, namespace)
    looks[f"the namespace `{_AWAY}`"] = lambda: core.read_namespace(_AWAY)
    return [what for what, read in looks.items() if _exists(read)]


LESSON = Lesson(
    "07-lab",
    exercises=(
        Exercise(
            key="lab-deploy",
            title="part 1, deploy both tiers",
            task=f"""\
Create two Deployments of the image `{AGNHOST}`:

- the back end `{_BACK}`, with **two** replicas; it runs `/agnhost netexec --http-port={_BACK_TARGET}`;
- the front end `{_FRONT}`, with one replica; it runs `/agnhost netexec --http-port={_FRONT_TARGET}`.""",
            hints=(
                (
                    "`kubectl create deployment NAME --image=… --replicas=…` creates one; "
                    "what its containers should run comes after ` -- `."
                ),
                f"The back end ends with `-- /agnhost netexec --http-port={_BACK_TARGET}`.",
            ),
            solution=f"""\
kubectl create deployment {_BACK} --replicas=2 --image={AGNHOST} -- /agnhost netexec --http-port={_BACK_TARGET}
kubectl create deployment {_FRONT} --image={AGNHOST} -- /agnhost netexec --http-port={_FRONT_TARGET}
kubectl rollout status deployment/{_BACK} --timeout=120s
kubectl rollout status deployment/{_FRONT} --timeout=120s""",
            check=_check_deployments,
            owns=(f"deployment/{_BACK}", f"deployment/{_FRONT}"),
        ),
        Exercise(
            key="lab-expose",
            title="part 2, expose the back end",
            task=f"""\
The front end will call `http://{_BACK}:{_BACK_PORT}`. Put a Service in front of the back end, with `kubectl expose`. \
Its pods listen on port {_BACK_TARGET}.""",
            hints=(
                (
                    f"The Service needs the Deployment's name, `{_BACK}`, which `kubectl expose` gives it anyway, "
                    "and two ports."
                ),
                f"`--port={_BACK_PORT}` is the Service's own port. `--target-port` is the one in the pods.",
            ),
            solution=f"kubectl expose deployment {_BACK} --port={_BACK_PORT} --target-port={_BACK_TARGET}",
            start=_with_deployments,
            check=_check_back,
            owns=(f"service/{_BACK}",),
        ),
        Exercise(
            key="lab-manifest",
            title="part 3, a manifest for the front end",
            task=f"""\
Visitors will call `http://{_FRONT}`, on the default port 80. Write a manifest for this Service, and apply it. \
The front end's pods have the label `app: {_FRONT}`, and listen on port {_FRONT_TARGET}.""",
            hints=(
                (
                    "A manifest has four parts: `apiVersion: v1`, `kind: Service`, `metadata` with the name, "
                    "and `spec` with `selector` and `ports`."
                ),
                (
                    "In a cell that begins with `%%bash`, `kubectl apply -f - <<'EOF'` reads the manifest from the "
                    "following lines, up to a line with `EOF`."
                ),
                (
                    f"`spec` has a `selector` with `app: {_FRONT}`, and `ports` with one entry: "
                    f"`port: 80`, `targetPort: {_FRONT_TARGET}`."
                ),
            ),
            solution=f"""\
kubectl apply -f - <<'EOF'
apiVersion: v1
kind: Service
metadata:
  name: {_FRONT}
spec:
  selector:
    app: {_FRONT}
  ports:
  - port: 80
    targetPort: {_FRONT_TARGET}
EOF""",
            start=_with_back,
            check=_check_front,
            owns=(f"service/{_FRONT}",),
        ),
        Exercise(
            key="lab-visit",
            title="part 4, a visit from another namespace",
            task=f"""\
Create a namespace `{_AWAY}`, and in it a pod `{_VISITOR}` that calls the front end once with `curl`, and then ends. \
(`--restart=Never` keeps it from starting again.) The front end should call the back end: ask it for `{_HOP}`.""",
            hints=(
                (
                    f"`kubectl run {_VISITOR} --namespace={_AWAY} --image={AGNHOST} --restart=Never --command -- curl "
                    f"-sS 'http://…'`, with quotes around the URL. `!kubectl logs {_VISITOR} -n "
                    f"{_AWAY}` shows what it got."
                ),
                (
                    f"From another namespace the front end's name is `{_FRONT}.default`, "
                    "or with what `cluster.namespace` says instead of `default` on a cluster of your own. "
                    "(The name in `host=` is looked up by the front end, in its own namespace.)"
                ),
                (
                    f"The URL is `http://{_FRONT}.default{_HOP}`. To try again, delete the pod first: "
                    f"`kubectl delete pod {_VISITOR} -n {_AWAY}`."
                ),
            ),
            solution=f"""\
here=$(kubectl config view --minify -o jsonpath='{{..namespace}}')  # default, unless the cluster is one of your own
kubectl create namespace {_AWAY}
kubectl wait --namespace={_AWAY} --for=create serviceaccount/default --timeout=30s  # pods need it; \
it is there a moment later
kubectl run {_VISITOR} --namespace={_AWAY} --image={AGNHOST} --restart=Never --command -- \\
  curl -sS -m 9 "http://{_FRONT}.$here{_HOP}"
""",
            start=_with_both,
            check=_check_visit,
            owns=(f"namespace/{_AWAY}", f"pod/{_VISITOR}"),
        ),
        Exercise(
            key="lab-clean-up",
            title="part 5, clean up",
            task=(
                "Delete everything that belongs to the lab: the two Deployments, the two Services, "
                f"and the namespace `{_AWAY}`."
            ),
            hints=(
                (
                    "Deleting pods is not enough, their Deployment makes new ones. "
                    "And a Service does not belong to a Deployment: it has to be deleted itself."
                ),
                (
                    f"`kubectl delete deployment,service {_BACK} {_FRONT}` deletes four objects at once. "
                    "A namespace goes with everything in it."
                ),
            ),
            solution=f"kubectl delete deployment,service {_BACK} {_FRONT}\nkubectl delete namespace {_AWAY}",
            start=_with_all,
            check=_check_gone,
            owns=(
                f"deployment/{_BACK}",
                f"deployment/{_FRONT}",
                f"service/{_BACK}",
                f"service/{_FRONT}",
                f"namespace/{_AWAY}",
            ),
        ),
    ),
)
