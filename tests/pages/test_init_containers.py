"""*Init Containers*: a pod whose init containers wait, by ``nslookup``, for Services that are made later."""

from __future__ import annotations

from .conftest import Shell

POD = r"""
cat > myapp.yaml <<'END'
apiVersion: v1
kind: Pod
metadata:
  name: myapp-pod
  labels: {app.kubernetes.io/name: MyApp}
spec:
  initContainers:
  - name: init-myservice
    image: busybox:1.28
    command:
    - sh
    - -c
    - >-
      NAMESPACE=$(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace);
      until nslookup myservice.$NAMESPACE.svc.cluster.local; do echo no myservice yet; sleep 1; done
  - name: init-mydb
    image: busybox:1.28
    command:
    - sh
    - -c
    - >-
      until nslookup mydb.$(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace).svc.cluster.local;
      do echo no mydb yet; sleep 1; done
  containers:
  - name: myapp-container
    image: busybox:1.28
    command: [sh, -c, echo started && sleep 3600]
END
kubectl apply -f myapp.yaml
"""
STATE = "kubectl wait pod/myapp-pod --timeout=30s --for=jsonpath='{{.status.initContainerStatuses[{}].state.{}}}'{}"


def service(name: str, target: int) -> str:
    """A Service without a selector: its name is all that the pod waits for."""
    return f"""
kubectl apply -f - <<END
apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  ports:
  - port: 80
    targetPort: {target}
END
"""


def test_the_pod_waits_for_one_service_after_the_other(sh: Shell) -> None:
    assert "pod/myapp-pod created" in sh(POD)
    sh(STATE.format(0, "running", ""))
    assert sh("kubectl get -f myapp.yaml").splitlines()[1].split()[:3] == ["myapp-pod", "0/1", "Init:0/2"]
    described = sh("kubectl describe -f myapp.yaml")
    assert described.count("Reason:       PodInitializing") == 2
    assert "Initialized                 False" in described
    sh("grep -m1 'no myservice yet' <(kubectl logs -f myapp-pod -c init-myservice)")
    said = sh("kubectl logs myapp-pod -c init-mydb", code=1)
    assert 'container "init-mydb" in pod "myapp-pod" is waiting to start: PodInitializing' in said

    sh(service("mydb", 9377))  # the second one's Service does not help the first
    assert "Init:0/2" in sh("kubectl get -f myapp.yaml")
    sh("kubectl delete service mydb")

    sh(service("myservice", 9376))
    sh(STATE.format(0, "terminated.reason", "=Completed"))
    sh(STATE.format(1, "running", ""))
    assert "Init:1/2" in sh("kubectl get -f myapp.yaml")
    address = sh("kubectl get service myservice -o jsonpath='{.spec.clusterIP}'")
    assert f"Address 1: {address} myservice.default.svc.cluster.local" in sh("kubectl logs myapp-pod -c init-myservice")

    sh(service("mydb", 9377))
    sh("kubectl wait --for=condition=Ready -f myapp.yaml --timeout=30s")
    assert sh("kubectl get -f myapp.yaml").splitlines()[1].split()[:4] == ["myapp-pod", "1/1", "Running", "0"]
    assert (
        sh("kubectl logs myapp-pod") == 'Defaulted container "myapp-container" out of: myapp-container, '
        "init-myservice (init), init-mydb (init)\nstarted\n"
    )
