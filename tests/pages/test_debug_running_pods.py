"""*Debug Running Pods*: ``kubectl debug`` beside a pod, in a copy of it, and on a node."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from .conftest import Shell

READY = "kubectl wait --for=condition=Ready pod {} --timeout=30s"


@pytest.fixture
def myapp(sh: Shell) -> Iterator[None]:
    """The pod that most sections of the page begin with, and their last line."""
    sh("kubectl run myapp --image=busybox:1.28 --restart=Never -- sleep 1d")
    sh(READY.format("myapp"))
    yield
    sh("kubectl delete pod myapp myapp-debug --ignore-not-found --now")


def test_describe_and_logs_of_a_deployments_pod(sh: Shell) -> None:
    sh("""
kubectl apply -f - <<'END'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx-deployment
spec:
  replicas: 2
  selector:
    matchLabels: {app: nginx}
  template:
    metadata:
      labels: {app: nginx}
    spec:
      containers:
      - name: nginx
        image: nginx
        resources:
          limits: {memory: 128Mi, cpu: 500m}
        ports:
        - containerPort: 80
END
kubectl rollout status deployment nginx-deployment --timeout=30s
""")
    described = sh("kubectl describe $(kubectl get pods -l app=nginx -o name | head -1)")
    assert "QoS Class:                   Guaranteed" in described
    assert 'Successfully pulled image "nginx"' in described
    assert "start worker processes" in sh("kubectl logs deployment/nginx-deployment nginx")
    assert "previous terminated container" in sh("kubectl logs --previous deployment/nginx-deployment", code=1)


def test_a_pod_that_is_too_large_says_why_it_waits(sh: Shell) -> None:
    sh("kubectl set resources deployment nginx-deployment --limits=cpu=900 --requests=cpu=900")
    sh("kubectl wait --for=jsonpath='{.status.unavailableReplicas}'=1 deployment/nginx-deployment --timeout=30s")
    pod = sh("kubectl get pods -l app=nginx --field-selector=status.phase=Pending -o name").strip()
    sh(f"kubectl wait --for=condition=PodScheduled=false {pod} --timeout=30s")
    assert re.search(r"Warning +FailedScheduling .* Insufficient cpu", sh(f"kubectl describe {pod}"))
    sh("kubectl delete deployment nginx-deployment")


def test_an_ephemeral_container_brings_the_shell_that_pause_lacks(sh: Shell) -> None:
    sh("kubectl run ephemeral-demo --image=registry.k8s.io/pause:3.1 --restart=Never")
    sh(READY.format("ephemeral-demo"))
    assert 'exec: "sh": executable file not found in $PATH' in sh("kubectl exec -it ephemeral-demo -- sh", code=1)
    debug = "kubectl debug -i ephemeral-demo --image=busybox:1.28 --target=ephemeral-demo"
    said = sh(f"echo 'ps; exit' | {debug}")
    assert 'Targeting container "ephemeral-demo".' in said
    assert "Defaulting debug container name to debugger-" in said
    assert "/pause" in said
    described = sh("kubectl describe pod ephemeral-demo")
    assert "Ephemeral Containers:\n  debugger-" in described
    assert sh("kubectl delete pod ephemeral-demo --now").startswith('pod "ephemeral-demo" deleted')


@pytest.mark.usefixtures("myapp")
def test_a_copy_with_another_container(sh: Shell) -> None:
    debug = "kubectl debug myapp -i --image=ubuntu --share-processes --copy-to=myapp-debug"
    said = sh(f"echo 'ps ax; exit' | {debug}")
    assert "Defaulting debug container name to debugger-" in said
    assert "sleep 1d" in said  # of the other container
    images = sh("kubectl get pod myapp-debug -o jsonpath='{.spec.containers[*].image} {.spec.shareProcessNamespace}'")
    assert images == "busybox:1.28 ubuntu true"


def test_a_copy_with_another_command(sh: Shell) -> None:
    sh("kubectl run --image=busybox:1.28 myapp -- false")
    sh("kubectl wait --for=jsonpath='{.status.containerStatuses[0].state.waiting.reason}'=CrashLoopBackOff"
       " pod/myapp --timeout=30s")  # fmt: skip
    described = sh("kubectl describe pod myapp")
    assert "Reason:       CrashLoopBackOff" in described
    assert "Exit Code:    1" in described
    said = sh("echo 'echo a shell in $HOSTNAME; exit' | "
              "kubectl debug myapp -i --copy-to=myapp-debug --container=myapp -- sh")  # fmt: skip
    assert "a shell in myapp-debug" in said
    assert sh("kubectl get pod myapp-debug -o jsonpath='{.spec.containers[*].command}'") == '["sh"]'
    sh("kubectl delete pod myapp myapp-debug --now")


@pytest.mark.usefixtures("myapp")
def test_a_copy_with_another_image(sh: Shell) -> None:
    sh("kubectl debug myapp --copy-to=myapp-debug --set-image=*=ubuntu")
    sh(READY.format("myapp-debug"))
    assert sh("kubectl get pod myapp-debug -o jsonpath='{.spec.containers[*].image}'") == "ubuntu"
    assert "Ubuntu" in sh("kubectl exec myapp-debug -- cat /etc/os-release")
    assert sh("kubectl get pod myapp -o jsonpath='{.spec.containers[*].image}'") == "busybox:1.28"


def test_a_shell_on_a_node(sh: Shell) -> None:
    node = sh("kubectl get nodes -o jsonpath='{.items[1].metadata.name}'")
    said = sh(f"echo 'hostname; ls /host; exit' | kubectl debug node/{node} -i --image=ubuntu")
    assert f"Creating debugging pod node-debugger-{node}-" in said
    lines = said.splitlines()
    assert node in lines
    assert {"etc", "proc", "var"} <= set(lines)
    pod = sh("kubectl get pods -o name | grep node-debugger").strip()
    spec = json.loads(sh(f"kubectl get {pod} -o json"))["spec"]
    assert (spec["nodeName"], spec["hostNetwork"], spec["hostPID"], spec["hostIPC"]) == (node, True, True, True)
    sh(f"kubectl delete {pod} --now")


@pytest.mark.usefixtures("myapp")
def test_a_profile_with_privileges(sh: Shell) -> None:
    debug = "kubectl debug -i myapp --image=busybox:1.28 --target=myapp --profile=sysadmin"
    assert "as root" in sh(f"echo 'echo as $(whoami); exit' | {debug}")
    security = sh("kubectl get pod myapp -o jsonpath='{.spec.ephemeralContainers[0].securityContext}'")
    assert json.loads(security) == {"privileged": True}


@pytest.mark.usefixtures("myapp")
def test_a_profile_of_ones_own(sh: Shell) -> None:
    sh("""
cat > custom-profile.yaml <<'END'
env:
- {name: ENV_VAR_1, value: value_1}
- {name: ENV_VAR_2, value: value_2}
securityContext:
  capabilities:
    add: [NET_ADMIN, SYS_TIME]
END
""")
    debug = "kubectl debug -i myapp --image=busybox:1.28 --target=myapp --profile=general --custom=custom-profile.yaml"
    assert "value_1 value_2" in sh(f"echo 'echo $ENV_VAR_1 $ENV_VAR_2; exit' | {debug}")
    security = sh("kubectl get pod myapp -o jsonpath='{.spec.ephemeralContainers[0].securityContext}'")
    assert json.loads(security) == {"capabilities": {"add": ["NET_ADMIN", "SYS_TIME"]}}
