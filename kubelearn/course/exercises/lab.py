"""The guided exercise: two tiers, the proof that the front one calls the back one, an update, and a fault."""

from __future__ import annotations

from kubelearn.target.images import AGNHOST

from .core import Exercise, Lesson
from .lab_checks import check_back, check_deployments, check_fault, check_front, check_gone, check_update
from .tiers import (
    AWAY,
    BACK,
    BACK_PORT,
    BACK_TARGET,
    FRONT,
    FRONT_TARGET,
    HOP,
    VISITOR,
    with_all,
    with_back,
    with_both,
    with_deployments,
    with_fault,
)
from .visiting import check_visit

_DEPLOY = Exercise(
    key="lab-deploy",
    title="part 1, deploy both tiers",
    task=f"""\
Create two Deployments. Their image is `{AGNHOST}`, and its server is `/agnhost netexec`, \
which takes the port as `--http-port=…`.

- The back end is called `{BACK}`, has **two** replicas, and listens on port {BACK_TARGET}.
- The front end is called `{FRONT}`, has one replica, and listens on port {FRONT_TARGET}.""",
    hints=(
        "Two commands, or two manifests. `!kubectl create deployment --help` has an example with a command.",
        (
            "What comes after ` -- ` is what the container runs. "
            "Afterwards wait until all pods are ready, and look at their logs: each server says its port."
        ),
    ),
    solution=f"""\
kubectl create deployment {BACK} --replicas=2 --image={AGNHOST} -- /agnhost netexec --http-port={BACK_TARGET}
kubectl create deployment {FRONT} --image={AGNHOST} -- /agnhost netexec --http-port={FRONT_TARGET}
kubectl rollout status deployment/{BACK} --timeout=120s
kubectl rollout status deployment/{FRONT} --timeout=120s""",
    check=check_deployments,
    owns=(f"deployment/{BACK}", f"deployment/{FRONT}"),
)
_EXPOSE = Exercise(
    key="lab-expose",
    title="part 2, a name for the back end",
    task=f"The front end will call `http://{BACK}:{BACK_PORT}`. Make that work, whichever pods the back end has.",
    hints=(
        "What gives pods a name and an address that stay? Which two ports does it need, and which one is in the URL?",
        f"The pods listen on {BACK_TARGET}, clients call {BACK_PORT}. `!kubectl expose --help` has both in an example.",
    ),
    solution=f"kubectl expose deployment {BACK} --port={BACK_PORT} --target-port={BACK_TARGET}",
    start=with_deployments,
    check=check_back,
    owns=(f"service/{BACK}",),
)
_MANIFEST = Exercise(
    key="lab-manifest",
    title="part 3, a manifest for the front end",
    task=f"""\
Visitors will call `http://{FRONT}`, without a port. This time write the Service down as a manifest, \
so that it can be kept, and create it from that. `kubectl expose` does not count here.""",
    hints=(
        (
            "A manifest has four parts: which API, which kind, whose name, and what is wanted. "
            "`!kubectl explain service.spec` lists what can be wanted."
        ),
        (
            "The last part says which pods, by a label, and which ports. "
            f"See `!kubectl get pods --show-labels`. The pods listen on {FRONT_TARGET}."
        ),
        (
            "In a cell that begins with `%%bash`, `kubectl apply -f - <<'EOF'` reads the manifest from the "
            "following lines, up to a line with `EOF`."
        ),
    ),
    solution=f"""\
kubectl apply -f - <<'EOF'
apiVersion: v1
kind: Service
metadata:
  name: {FRONT}
spec:
  selector:
    app: {FRONT}
  ports:
  - port: 80
    targetPort: {FRONT_TARGET}
EOF""",
    start=with_back,
    check=check_front,
    owns=(f"service/{FRONT}",),
)
_VISIT = Exercise(
    key="lab-visit",
    title="part 4, a visit from another namespace",
    task=f"""\
Create a namespace `{AWAY}`, and in it a pod `{VISITOR}` that calls the front end and then ends. \
The front end should call the back end: ask it for `{HOP}`. The answer should stand in the pod's log.""",
    hints=(
        (
            "Lesson 01 had a pod that sends one request and ends, lesson 04 the names of Services in other namespaces. "
            "Your Services are in the namespace that `cluster.namespace` says. "
            f"The front end looks up `host={BACK}`, in its own namespace."
        ),
        (
            "Put quotes around the URL: a shell takes `&` for a sign of its own. `--restart=Never` keeps a pod from "
            f"starting again. `!kubectl logs {VISITOR} -n {AWAY}` shows what it got."
        ),
        f"A pod does its work once. To try again, delete it first: `!kubectl delete pod {VISITOR} -n {AWAY}`.",
    ),
    solution=f"""\
here=$(kubectl config view --minify -o jsonpath='{{..namespace}}')  # default, unless the cluster is one of your own
kubectl create namespace {AWAY}
kubectl wait --namespace={AWAY} --for=create serviceaccount/default --timeout=30s  # pods need it; \
it is there a moment later
kubectl run {VISITOR} --namespace={AWAY} --image={AGNHOST} --restart=Never --command -- \\
  curl -sS -m 9 "http://{FRONT}.$here{HOP}"
""",
    start=with_both,
    check=check_visit,
    owns=(f"namespace/{AWAY}", f"pod/{VISITOR}"),
)
_PATCH = """\
spec:
  template:
    spec:
      containers:
      - name: {container}
        readinessProbe:
          httpGet: {{path: /readyz, port: {port}}}
          periodSeconds: 1
        lifecycle: {{preStop: {{sleep: {{seconds: 5}}}}}}"""
_UPDATE = Exercise(
    key="lab-update",
    title="part 5, a new version while visitors call",
    task="""\
Both tiers get a new version today, one after the other, and visitors keep calling. \
No request may be lost, neither at the front end nor on its way to the back end.

Prepare both Deployments. `check()` then updates each of them under load and counts what is lost.""",
    hints=(
        "Lesson 05 had two cures: one for pods that start, one for pods that stop. Both tiers need both.",
        (
            "Each pod should say when it is ready to answer and should go on answering for some seconds after its "
            "deletion has begun. The servers answer `/readyz`, each on its own port."
        ),
        (
            "`!kubectl get deployment NAME -o yaml` shows how the container is called. "
            "`!kubectl explain deployment.spec.template.spec.containers.lifecycle.preStop` and `….readinessProbe` "
            "list the fields."
        ),
    ),
    solution=f"""\
for tier in {BACK}:{BACK_TARGET} {FRONT}:{FRONT_TARGET}; do
kubectl patch deployment ${{tier%:*}} -p "
{_PATCH.format(container="agnhost", port="${tier#*:}")}"
kubectl rollout status deployment/${{tier%:*}} --timeout=120s
done""",
    start=with_both,
    check=check_update,
    owns=(f"deployment/{BACK}", f"deployment/{FRONT}"),
)
_FAULT = Exercise(
    key="lab-fault",
    title="part 6, a fault",
    task="""\
A colleague has tidied up. Since then the front end answers, but visitors get no name any more. \
Find out what is wrong and put it right. The Deployments are as they were.""",
    hints=(
        (
            "Begin where the visitor is, and go on to where the answer should come from: what does the front end say, "
            "word by word? Call the back end yourself, from a pod, in the same way."
        ),
        (
            "The name resolves. To what, and to how many addresses? "
            f"Compare with `!kubectl get services`. Who translates port {BACK_PORT} into another one?"
        ),
        "That field of a Service cannot be changed. The Service has to be made again.",
    ),
    solution=f"""\
kubectl delete service {BACK}
kubectl expose deployment {BACK} --port={BACK_PORT} --target-port={BACK_TARGET}""",
    start=with_fault,
    check=check_fault,
    owns=(f"service/{BACK}",),
)
_CLEAN_UP = Exercise(
    key="lab-clean-up",
    title="part 7, clean up",
    task=(
        "Delete everything that belongs to the lab: the two Deployments, the two Services, "
        f"and the namespace `{AWAY}`. No pod of them should be left."
    ),
    hints=(
        (
            "Deleting pods is not enough, their Deployment makes new ones. "
            "And a Service does not belong to a Deployment: it has to be deleted itself."
        ),
        "`kubectl delete` takes several kinds and several names at once. A namespace goes with everything in it.",
    ),
    solution=f"kubectl delete deployment,service {BACK} {FRONT}\nkubectl delete namespace {AWAY}",
    start=with_all,
    check=check_gone,
    owns=(
        f"deployment/{BACK}",
        f"deployment/{FRONT}",
        f"service/{BACK}",
        f"service/{FRONT}",
        f"namespace/{AWAY}",
    ),
)

LESSON = Lesson("07-lab", exercises=(_DEPLOY, _EXPOSE, _MANIFEST, _VISIT, _UPDATE, _FAULT, _CLEAN_UP))
