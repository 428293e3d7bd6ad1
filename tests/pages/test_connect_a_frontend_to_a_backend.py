"""*Connect a Frontend to a Backend Using Services*: nginx finds the greeters by the name of their Service."""

from __future__ import annotations

from .conftest import Shell

MANIFESTS = """
cat > backend-deployment.yaml <<'END'
kind: Deployment
apiVersion: apps/v1
metadata: {name: backend}
spec:
  replicas: 3
  selector: {matchLabels: &labels {app: hello, tier: backend, track: stable}}
  template:
    metadata: {labels: *labels}
    spec:
      containers:
      - {name: hello, image: "gcr.io/google-samples/hello-go-gke:1.0", ports: [{name: http, containerPort: 80}]}
END
cat > backend-service.yaml <<'END'
kind: Service
apiVersion: v1
metadata: {name: hello}
spec: {selector: {app: hello, tier: backend}, ports: [{port: 80, targetPort: http}]}
END
cat > frontend-deployment.yaml <<'END'
kind: Deployment
apiVersion: apps/v1
metadata: {name: frontend}
spec:
  selector: {matchLabels: &labels {app: hello, tier: frontend, track: stable}}
  template:
    metadata: {labels: *labels}
    spec:
      containers:
      - name: nginx
        image: gcr.io/google-samples/hello-frontend:1.0
        lifecycle: {preStop: {exec: {command: [/usr/sbin/nginx, -s, quit]}}}
END
cat > frontend-service.yaml <<'END'
kind: Service
apiVersion: v1
metadata: {name: frontend}
spec: {type: LoadBalancer, selector: {app: hello, tier: frontend}, ports: [{port: 80, targetPort: 80}]}
END
"""


def test_the_greeting_comes_through_the_frontend(sh: Shell) -> None:
    sh(MANIFESTS)
    sh("kubectl apply -f backend-deployment.yaml")
    sh("kubectl rollout status deployment/backend")
    assert "3 desired | 3 updated | 3 total | 3 available | 0 unavailable" in sh("kubectl describe deployment backend")
    sh("kubectl apply -f backend-service.yaml")
    assert sh("kubectl apply -f frontend-deployment.yaml -f frontend-service.yaml") == (
        "deployment.apps/frontend created\nservice/frontend created\n"
    )
    sh("kubectl rollout status deployment/frontend")
    assert sh("kubectl get service frontend --no-headers").split()[3] == "<pending>"

    # Without a cloud the page has its readers take the nodePort.
    port = sh("kubectl get service frontend -o jsonpath='{.spec.ports[0].nodePort}'")
    asked = f"curl -s --retry 9 --retry-delay 1 --retry-all-errors http://127.0.0.1:{port}"
    assert sh(asked) == '{"message":"Hello"}'

    sh("kubectl delete services frontend hello")
    sh("kubectl delete deployment frontend backend")
    sh("kubectl wait --for=delete pod -l app=hello")  # nginx has quit
