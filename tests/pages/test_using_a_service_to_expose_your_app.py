"""*Using a Service to Expose Your App*: a NodePort that answers outside the cluster, labels, and the Service's end."""

from __future__ import annotations

from .conftest import Shell

#: The address of this cluster's node, as its users have it: the nodePorts listen there.
MINIKUBE = "minikube() { echo 127.0.0.1; }\n"
NODE_PORT = """
export NODE_PORT="$(kubectl get services/kubernetes-bootcamp -o go-template='{{(index .spec.ports 0).nodePort}}')"
"""
POD_NAME = r"""
export POD_NAME="$(kubectl get pods -o go-template --template '{{range .items}}{{.metadata.name}}{{"\n"}}{{end}}')"
"""


def test_the_app_is_exposed_labelled_and_hidden_again(sh: Shell) -> None:
    sh("""
        kubectl create deployment kubernetes-bootcamp --image=gcr.io/google-samples/kubernetes-bootcamp:v1
        kubectl rollout status deployment/kubernetes-bootcamp
    """)
    assert sh("kubectl get services -o name") == "service/kubernetes\n"

    sh('kubectl expose deployment/kubernetes-bootcamp --type="NodePort" --port 8080')
    port = sh(f'{NODE_PORT} echo "$NODE_PORT"').strip()
    assert f"<unset>  {port}/TCP\n" in sh("kubectl describe services/kubernetes-bootcamp")
    pod = sh(f'{POD_NAME} echo "$POD_NAME"').strip()
    outside = f'{MINIKUBE} curl -s http://"$(minikube ip):{port}"'
    retry = "--retry 9 --retry-delay 1 --retry-all-errors"  # kube-proxy writes its rules once a second
    assert f"Hello Kubernetes bootcamp! | Running on: {pod} | v=1" in sh(f"{outside} {retry}")

    assert "app=kubernetes-bootcamp" in sh("kubectl describe deployment")
    assert pod in sh("kubectl get pods -l app=kubernetes-bootcamp")
    assert f"8080:{port}/TCP" in sh("kubectl get services -l app=kubernetes-bootcamp")
    assert sh(f'{POD_NAME} kubectl label pods "$POD_NAME" version=v1') == f"pod/{pod} labeled\n"
    assert "version=v1\n" in sh(f'{POD_NAME} kubectl describe pods "$POD_NAME"')
    assert pod in sh("kubectl get pods -l version=v1")

    sh("kubectl delete service -l app=kubernetes-bootcamp")
    assert sh("kubectl get services -o name") == "service/kubernetes\n"
    sh(f"{outside.replace('curl', 'while curl')}; do :; done")  # until the proxy has seen it
    sh(outside, code=7)  # nobody listens
    inside = f"{POD_NAME} kubectl exec -ti $POD_NAME -- curl http://localhost:8080"
    assert f"Running on: {pod} | v=1" in sh(inside)
