"""*StatefulSet Basics*: pods in order, with names that stay."""

from __future__ import annotations

import re

import pytest

from .conftest import Shell

WEB = """
cat > web.yaml <<'END'
apiVersion: v1
kind: Service
metadata:
  name: nginx
  labels: {app: nginx}
spec:
  clusterIP: None
  selector: {app: nginx}
  ports:
  - name: web
    port: 80
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: nginx
  replicas: 2
  selector:
    matchLabels: {app: nginx}
  template:
    metadata:
      labels: {app: nginx}
    spec:
      containers:
      - name: nginx
        image: registry.k8s.io/nginx-slim:0.21
        ports:
        - name: web
          containerPort: 80
        volumeMounts:
        - name: www
          mountPath: /usr/share/nginx/html
  volumeClaimTemplates:
  - metadata:
      name: www
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests: {storage: 1Gi}
END
kubectl apply -f web.yaml
"""
ROLLED_OUT = "kubectl rollout status statefulset/web --timeout=45s"
#: A pod's successor has started: the status of the StatefulSet may still be of the one before.
STARTED = "kubectl wait --for=create pod/{0} --timeout=45s; kubectl wait --for=condition=Ready pod/{0} --timeout=45s"
READY = "kubectl wait --for=jsonpath='{.status.readyReplicas}'=%d statefulset/web --timeout=45s"
IMAGES = "kubectl get pod {} -o jsonpath='{{.spec.containers[0].image}}'"
IMAGE = """kubectl patch statefulset web --type=json \
    -p='[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"registry.k8s.io/nginx-slim:%s"}]'"""
PARTITION = """kubectl patch statefulset web \
    -p '{"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":%d}}}}'"""


@pytest.fixture(scope="module", autouse=True)
def web(sh: Shell) -> None:
    said = sh(WEB)
    assert "service/nginx created" in said
    assert "statefulset.apps/web created" in said
    sh(ROLLED_OUT)


def started(sh: Shell) -> dict[str, str]:
    """Return the uid of each pod."""
    lines = sh("kubectl get pods -l app=nginx --no-headers -o custom-columns=N:.metadata.name,U:.metadata.uid")
    return dict(line.split() for line in lines.splitlines())


def replace(sh: Shell) -> None:
    """Delete both pods, and wait for their successors."""
    sh(f"kubectl delete pod -l app=nginx; {STARTED.format('web-0')}; {STARTED.format('web-1')}")


def look_up(sh: Shell, pod: str) -> None:
    """See that cluster DNS knows a pod's name and, a moment after its start, its address."""
    name, address = f"{pod}.nginx", sh(f"kubectl get pod {pod} -o jsonpath='{{.status.podIP}}'")
    wanted = f"Address 1: {address} {name}.default.svc.cluster.local"
    looking = f"until nslookup {name} > said && grep -q '{wanted}' said; do sleep 0.1; done; cat said"
    said = sh(f'kubectl run -i --image busybox:1.28 dns-test --restart=Never --rm -- sh -c "{looking}"')
    assert re.search(rf"Name: +{re.escape(name)}\n", said)
    assert wanted in said


def test_the_second_pod_is_made_when_the_first_is_ready(sh: Shell) -> None:
    assert sh("kubectl get service nginx").splitlines()[1].split()[1:3] == ["ClusterIP", "None"]
    assert sh("kubectl get statefulset web").splitlines()[1].split()[:2] == ["web", "2/2"]
    ready = sh("kubectl get pod web-0 -o jsonpath='{.status.conditions[?(@.type==\"Ready\")].lastTransitionTime}'")
    assert sh("kubectl get pod web-1 -o jsonpath='{.metadata.creationTimestamp}'") >= ready


def test_names_stay_when_the_pods_are_replaced(sh: Shell) -> None:
    before = started(sh)
    for _ in range(2):
        assert sh("for i in 0 1; do kubectl exec web-$i -- sh -c hostname; done") == "web-0\nweb-1\n"
        for pod in ("web-0", "web-1"):
            look_up(sh, pod)
        replace(sh)
    after = started(sh)
    assert list(after) == ["web-0", "web-1"]
    assert not set(after.values()) & set(before.values())


def test_what_a_pod_has_written_its_successor_serves(sh: Shell) -> None:
    claims = sh("kubectl get pvc -l app=nginx --no-headers")
    assert re.findall(r"(?m)^(\S+) +(\S+)", claims) == [("www-web-0", "Bound"), ("www-web-1", "Bound")]
    sh("for i in 0 1; do kubectl exec web-$i -- sh -c 'echo $(hostname) > /usr/share/nginx/html/index.html'; done")
    replace(sh)
    assert sh("for i in 0 1; do kubectl exec -i web-$i -- curl -s http://localhost/; done") == "web-0\nweb-1\n"


def test_up_to_five_and_down_to_three(sh: Shell) -> None:
    sh("kubectl scale sts web --replicas=5")
    sh(READY % 5)
    assert list(started(sh)) == [f"web-{number}" for number in range(5)]
    sh("""kubectl patch sts web -p '{"spec":{"replicas":3}}'
        kubectl wait --for=delete pod/web-4 pod/web-3 --timeout=45s""")
    assert list(started(sh)) == ["web-0", "web-1", "web-2"]
    assert len(sh("kubectl get pvc -l app=nginx --no-headers").splitlines()) == 5


def test_a_partition_stages_an_update(sh: Shell) -> None:
    sh(f"{PARTITION % 3}; {IMAGE % '0.24'}")
    sh(f"kubectl delete pod web-2; {STARTED.format('web-2')}")
    assert sh(IMAGES.format("web-2")).endswith(":0.21")
    sh(PARTITION % 2)
    sh("kubectl wait --for=jsonpath='{.status.updatedReplicas}'=1 statefulset/web --timeout=45s")
    sh(READY % 3)
    assert [sh(IMAGES.format(f"web-{number}"))[-4:] for number in range(3)] == ["0.21", "0.21", "0.24"]
    sh(PARTITION % 0)
    sh(ROLLED_OUT)
    assert [sh(IMAGES.format(f"web-{number}"))[-4:] for number in range(3)] == ["0.24"] * 3


def test_deleting_with_and_without_the_pods(sh: Shell) -> None:
    before = started(sh)
    sh("kubectl delete statefulset web --cascade=orphan")
    assert started(sh) == before
    sh("kubectl delete pod web-0")
    assert list(started(sh)) == ["web-1", "web-2"]
    assert "service/nginx unchanged" in sh("kubectl apply -f web.yaml")
    sh("kubectl wait --for=delete pod/web-2 --timeout=45s")  # there are two replicas again
    assert list(started(sh)) == ["web-0", "web-1"]
    sh("kubectl delete statefulset web; kubectl wait --for=delete pod -l app=nginx --timeout=45s")
    sh("kubectl delete service nginx")
    assert sh("kubectl get pods -l app=nginx") == "No resources found in default namespace.\n"
