"""*Deploying PHP Guestbook application with Redis*: what one frontend writes, another one reads."""

from __future__ import annotations

import json

from .conftest import Shell

FOLLOWER = "us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower:v2"
FRONTEND = "us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5"
LEADER = "registry.k8s.io/redis@sha256:cb111d1bd870a6a471385a4a69ad17469d326e9dd91e0e455350cacf36e1b3ee"
REDIS = """
kubectl apply -f - <<'END'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: redis-{role}
  labels: {{app: redis, role: {role}, tier: backend}}
spec:
  replicas: {replicas}
  selector:
    matchLabels: {{app: redis, role: {role}}}
  template:
    metadata:
      labels: {{app: redis, role: {role}, tier: backend}}
    spec:
      containers:
      - name: {role}
        image: "{image}"
        resources:
          requests: {{cpu: 100m, memory: 100Mi}}
        ports:
        - containerPort: 6379
---
apiVersion: v1
kind: Service
metadata:
  name: redis-{role}
  labels: {{app: redis, role: {role}, tier: backend}}
spec:
  selector: {{app: redis, role: {role}, tier: backend}}
  ports:
  - port: 6379
END
kubectl rollout status deployment redis-{role} --timeout=30s
"""
GUESTBOOK = f"""
kubectl apply -f - <<'END'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: frontend
spec:
  replicas: 3
  selector:
    matchLabels: {{app: guestbook, tier: frontend}}
  template:
    metadata:
      labels: {{app: guestbook, tier: frontend}}
    spec:
      containers:
      - name: php-redis
        image: {FRONTEND}
        env:
        - name: GET_HOSTS_FROM
          value: dns
        resources:
          requests: {{cpu: 100m, memory: 100Mi}}
        ports:
        - containerPort: 80
---
apiVersion: v1
kind: Service
metadata:
  name: frontend
  labels: {{app: guestbook, tier: frontend}}
spec:
  selector: {{app: guestbook, tier: frontend}}
  ports:
  - port: 80
END
kubectl rollout status deployment frontend --timeout=30s
"""
PODS = "kubectl get pods -l app=guestbook,tier=frontend --field-selector=status.phase=Running --no-headers -o name"
WRITE = "kubectl exec {} -- curl -s 'localhost/guestbook.php?cmd=set&key=guestbook&value={}'"
READ = "kubectl exec {} -- curl -s 'localhost/guestbook.php?cmd=get&key=guestbook'"
#: Through the Service, as a browser does that reaches it with ``kubectl port-forward svc/frontend 8080:80``.
FORWARDED = """
exec 3< <(exec kubectl port-forward svc/frontend :80); trap "kill $!" EXIT
read -r _ _ address _ <&3
curl -s $address/
curl -s "$address/guestbook.php?cmd=get&key=guestbook"
"""


def test_the_leader_logs_that_it_waits_for_connections(sh: Shell) -> None:
    sh(REDIS.format(role="leader", replicas=1, image=LEADER))
    assert "ready to accept connections" in sh("kubectl logs deployment/redis-leader").lower()


def test_the_followers_take_over_what_the_leader_has(sh: Shell) -> None:
    sh("kubectl exec deployment/redis-leader -- redis-cli set before yes")
    sh(REDIS.format(role="follower", replicas=2, image=FOLLOWER))
    sh("""
        until [ "$(kubectl logs -l role=follower | grep -c 'Finished with success')" = 2 ]; do sleep 0.1; done
    """)
    for pod in sh("kubectl get pods -l role=follower -o name").split():
        assert "master_link_status:up" in sh(f"kubectl exec {pod} -- redis-cli info replication")
        assert sh(f"kubectl exec {pod} -- redis-cli get before") == "yes\n"


def test_what_one_frontend_writes_another_reads(sh: Shell) -> None:
    sh(GUESTBOOK)
    first, *others = sh(PODS).split()
    assert len(others) == 2
    assert json.loads(sh(WRITE.format(first, ",hello")))["message"] == "Updated"
    assert [json.loads(sh(READ.format(pod)))["data"] for pod in others] == [",hello"] * 2
    page = sh(FORWARDED)
    assert "<title>Guestbook</title>" in page
    assert '{"data": ",hello"}' in page


def test_more_and_fewer_frontends(sh: Shell) -> None:
    for replicas in 5, 2:
        sh(f"kubectl scale deployment frontend --replicas={replicas}; kubectl rollout status deployment frontend")
        sh(f"kubectl wait --for=jsonpath='{{.status.replicas}}'={replicas} deployment/frontend --timeout=30s")
    last = sh(PODS).split()[-1]
    assert json.loads(sh(READ.format(last)))["data"] == ",hello"


def test_labels_clean_up(sh: Shell) -> None:
    said = sh("""
        kubectl delete deployment -l app=redis
        kubectl delete service -l app=redis
        kubectl delete deployment frontend
        kubectl delete service frontend
        kubectl wait --for=delete pods --all --timeout=45s
        """)
    assert 'deployment.apps "redis-follower" deleted' in said
    assert 'service "redis-leader" deleted' in said
    assert sh("kubectl get pods") == "No resources found in default namespace.\n"
