"""The capstone: a shop of two tiers in two namespaces, an update, and a fault, all by oneself."""

from __future__ import annotations

from kubelearn.course.drills import faults
from kubelearn.course.exercises.core import Exercise, Lesson

from .checks import check_gone, check_names, check_stock, check_update
from .fault import DIAGNOSIS, FAULTS, MANIFEST, check_fault, plant, plant_if_missing
from .shop import (
    BRANCH,
    FRONT,
    HELLO,
    REPLICAS,
    SHOP,
    SHOP_IMAGE,
    SLOW,
    STOCK,
    STOCK_IMAGE,
    STOCK_TARGET,
)

_APPLY = "kubectl apply -f - <<'EOF'\n"
_STOCK = f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {STOCK}
spec:
  replicas: {REPLICAS}
  selector:
    matchLabels: {{app: {STOCK}}}
  template:
    metadata:
      labels: {{app: {STOCK}}}
    spec:
      containers:
      - name: podinfo
        image: {STOCK_IMAGE}"""
_STOCK_SERVICE = f"""
---
apiVersion: v1
kind: Service
metadata:
  name: {STOCK}
spec:
  selector:
    app: {STOCK}
  ports:
  - port: 80
    targetPort: {STOCK_TARGET}
EOF
"""
_PREPARED = f"""
        readinessProbe:
          httpGet: {{path: /readyz, port: {STOCK_TARGET}}}
          periodSeconds: 1
        lifecycle:
          preStop: {{sleep: {{seconds: 5}}}}"""
_SHOP = f"""\
kubectl apply -f - <<EOF
apiVersion: v1
kind: Namespace
metadata:
  name: {FRONT}
---
apiVersion: v1
kind: Service
metadata:
  name: {HELLO}
  namespace: {FRONT}
spec:
  type: ExternalName
  externalName: {STOCK}.$(kubectl config view --minify -o jsonpath='{{..namespace}}').svc.cluster.local
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {SHOP}
  namespace: {FRONT}
spec:
  selector:
    matchLabels: {{app: {SHOP}}}
  template:
    metadata:
      labels: {{app: {SHOP}}}
    spec:
      containers:
      - name: web
        image: {SHOP_IMAGE}
---
apiVersion: v1
kind: Service
metadata:
  name: {SHOP}
  namespace: {FRONT}
spec:
  selector:
    app: {SHOP}
  ports:
  - port: 80
EOF
kubectl rollout status -n {FRONT} deployment/{SHOP} --timeout=120s"""
_ROLLED_OUT = f"kubectl rollout status deployment/{STOCK} --timeout=120s\n"

_MANIFEST = Exercise(
    key="capstone-manifest",
    title="the stock",
    task=f"""\
In this notebook's namespace, pods of the image `{STOCK_IMAGE}` know what is in stock. \
They listen on port {STOCK_TARGET}.

Write a Deployment `{STOCK}` with {REPLICAS} replicas and a Service `{STOCK}` as a manifest, and apply it. \
`http://{STOCK}` should then be answered by these pods, and by those that take their places.""",
    hints=(
        f"The pods listen on {STOCK_TARGET}; `http://{STOCK}` names no port. Who translates one into the other?",
        (
            "`!kubectl explain deployment.spec` and `!kubectl explain service.spec` list the fields. "
            "The labels stand in three places, and have to be the same."
        ),
    ),
    solution=_APPLY + _STOCK + _STOCK_SERVICE + _ROLLED_OUT,
    check=check_stock,
    owns=(f"deployment/{STOCK}", f"service/{STOCK}"),
)
_NAMES = Exercise(
    key="capstone-names",
    title="a shop in a namespace of its own",
    task=f"""\
In the namespace `{FRONT}`, a Deployment `{SHOP}` of the image `{SHOP_IMAGE}` shows visitors what is in stock. \
It is nginx and listens on port 80. It passes each request on to `http://{HELLO}`. \
That name is built in and looked up when the container starts.

Bring it up, so that `http://{SHOP}.{FRONT}` shows the page of `{STOCK}`, which is in this notebook's namespace. \
`cluster.namespace` says its name. Write no IP address down: it would be wrong once the Service has another one.""",
    hints=(
        (
            f"Who looks up `{HELLO}`, and in which namespace? "
            f"`!kubectl logs -n {FRONT} deployment/{SHOP}` says if that failed."
        ),
        "Lesson 04b had a Service that is only another name. Full names work from every namespace.",
        f"If the name came later than the pod, the pod has to start again: `kubectl rollout restart -n {FRONT} …`.",
    ),
    solution=_APPLY + _STOCK + _STOCK_SERVICE + _SHOP,
    check=check_names,
    owns=(f"namespace/{FRONT}",),
)
_UPDATE = Exercise(
    key="capstone-update",
    title="a new version of the stock",
    task=f"""\
Tills ask `http://{SHOP}.{FRONT}` all day. Most requests are quick; some take {SLOW} seconds, as `/delay/{SLOW}` does.

Prepare the Deployment `{STOCK}`, so that an update loses none of them. \
`check()` makes one under load, and also asks each old pod for something slow after its deletion has begun.""",
    hints=(
        "Two things can go wrong: a pod is asked too early, or it stops too early. Lesson 05 had a cure for each.",
        (
            f"`/readyz` on port {STOCK_TARGET} says whether a pod can answer. After it was asked to stop, this server "
            "goes on for 3 s and gives a request under way 5 s in all. How long after the deletion does the last slow "
            "request end?"
        ),
    ),
    solution=_APPLY + _STOCK + _PREPARED + _STOCK_SERVICE + _ROLLED_OUT + _SHOP,
    check=check_update,
    owns=(f"deployment/{STOCK}", f"service/{STOCK}", f"namespace/{FRONT}"),
)
_CHOICES = "\n".join(f"- `{name}`: {faults.read(name).diagnosis}" for name in FAULTS)
_LOOK = f"""\
get() {{ kubectl get -n {BRANCH} "$1/{STOCK}" -o jsonpath="{{.spec.$2}}"; }}
diagnosis=template-label
[ "$(get service selector)" = '{{"app":"{STOCK}"}}' ] || diagnosis=selector
[ "$(get service ports[0].port)" = 80 ] || diagnosis=port
[ "$(get service ports[0].protocol)" = TCP ] || diagnosis=protocol
case "$(get service ports[0].targetPort)" in
  {STOCK_TARGET}) ;;
  [0-9]*) diagnosis=target-port ;;
  *) diagnosis=target-port-name ;;
esac
[ "$(get deployment template.spec.containers[0].image)" = {STOCK_IMAGE} ] || diagnosis=image
[ "$(get deployment replicas)" != 0 ] || diagnosis=no-replicas
kubectl annotate namespace {BRANCH} {DIAGNOSIS}=$diagnosis
"""
_FAULT = Exercise(
    key="capstone-fault",
    title="a fault in the branch",
    task=f"""\
A second shop stands in the namespace `{BRANCH}`, all of it: `{SHOP}`, `{STOCK}` and the name `{HELLO}`, \
of the same images and with the same ports as yours. \
Since this morning visitors of `http://{SHOP}.{BRANCH}` do not get the page of its `{STOCK}`.

Look around. **Before you change anything, write down your diagnosis**, one of these words:

{_CHOICES}

`!kubectl annotate namespace {BRANCH} {DIAGNOSIS}=…` does that. Then cure it.""",
    hints=(
        "Climb the ladder from the visitor: the name, the Service, what is behind it, the pods.",
        (
            f"`!kubectl get pods,services,endpointslices -n {BRANCH}` first. Then compare with your own shop, "
            "field by field: `!kubectl get … -o yaml`."
        ),
        "nginx looks its back end up once: if that has another address now, its pods have to start again.",
    ),
    solution=f"{_LOOK}kubectl delete -n {BRANCH} deployment,service {STOCK}\n"
    f"kubectl apply -n {BRANCH} -f - <<'EOF'\n{MANIFEST}EOF\n"
    f"kubectl rollout restart -n {BRANCH} deployment/{SHOP}",
    start=plant,
    check=check_fault,
    owns=(f"namespace/{BRANCH}",),
)
_CLEAN_UP = Exercise(
    key="capstone-clean-up",
    title="closing time",
    task=(
        f"Delete the stock, its Service, and the namespaces `{FRONT}` and `{BRANCH}`. No pod of them should be left. "
        "Do this last: what is gone cannot be proved any more."
    ),
    hints=(
        "What goes with a namespace, what with a Deployment, and what has to be deleted itself?",
        "`kubectl delete` takes several kinds and several names at once.",
    ),
    solution=f"kubectl delete deployment,service {STOCK} --ignore-not-found\n"
    f"kubectl delete namespace {FRONT} {BRANCH} --ignore-not-found",
    start=plant_if_missing,
    check=check_gone,
    owns=(f"deployment/{STOCK}", f"service/{STOCK}", f"namespace/{FRONT}", f"namespace/{BRANCH}"),
)

LESSON = Lesson("08-capstone", exercises=(_MANIFEST, _NAMES, _UPDATE, _FAULT, _CLEAN_UP))
