"""What a learner is told about commands that do not end in a cell."""

from __future__ import annotations

import pytest

from kubelearn.notebook import endless

HERE_DOCUMENT = """kubectl apply -f - <<END
kind: Pod
metadata: {name: don't}
spec: {containers: [{command: [sh, -c, "kubectl logs -f x"]}]}
# kubectl edit pod x
END
kubectl get pods"""

RUNS_ON = [
    "kubectl get pods -w",
    "kubectl -n x get pods -w",
    "kubectl get pods --watch",
    "kubectl get --watch-only pods",
    "kubectl get -Aw pods",
    "kubectl get pods -owide -w",
    "kubectl get pods -w=true",
    "kubectl --request-timeout=0 get pods -w",
    "kubectl -v 6 get pods -w",
    "kubectl events --watch",
    "kubectl logs -f web",
    "kubectl logs web --follow",
    "kubectl logs -fp web",
    "kubectl logs -l app=web -f --tail 3",
    "kubectl log web -fc main",
    "kubectl port-forward service/web 8080:80",
    "kubectl proxy",
    "kubectl proxy --port 8001",
    "kubectl attach web",
    "kubectl run web --image=nginx --attach",
    "/usr/local/bin/kubectl get pods -w",
    "kubectl.1.31 get pods -w",
    "KUBECONFIG=x kubectl get pods -w",
    "env A=b kubectl get pods -w",
    "sudo -u me kubectl proxy",
    "true && kubectl get pods -w",
    "echo a; kubectl get pods -w",
    "kubectl get pods -w | cat",
    "kubectl get pods -w | grep web",
    "kubectl get pods -w > file",
    "if true; then kubectl get pods -w; fi",
    "(kubectl get pods -w)",
    "x=$(kubectl get pods -w)",
    'echo "now: $(kubectl logs -f web)"',
    "echo `kubectl logs -f web`",
    "kubectl get \\\n pods -w",
    "kubectl 'get' pods \"-w\"",
    "kubectl get pods -w &",
    "kubectl port-forward web 80 & sleep 1; curl localhost",
    "cat <<END | kubectl apply -f -\nkind: Pod\nEND\nkubectl get pods -w",
    "kubectl get pods -w 2> /dev/null",
    "kubectl get pods $options -w",
    "kubectl exec web -- tail -f /log",
    "kubectl exec web -- ping web",
    "kubectl exec web -- top -b",
]

NEEDS_TERMINAL = [
    "kubectl edit service web",
    "kubectl edit -f x.yaml",
    "kubectl -n x edit deployment web",
    "KUBE_EDITOR=nano kubectl edit pod x",
    "kubectl create -f x.yaml --edit",
    "kubectl apply edit-last-applied -f x.yaml",
    "kubectl exec -it web -- sh",
    "kubectl exec -ti web -- bash",
    "kubectl exec -i -t web -- /bin/sh",
    "kubectl exec --stdin --tty web -- sh",
    "kubectl exec -it web -c main -- sh",
    "kubectl exec web -it -- bash -l",
    "kubectl exec -itq web -- sh",
    "kubectl exec -it deployment/web sh",
    "kubectl exec -it web",
    "kubectl exec -t web -- sh",
    "kubectl exec -it web -- env A=b sh",
    "kubectl exec -it web -- busybox sh",
    "kubectl exec -it web -- vi /etc/hosts",
    "kubectl exec -it web -- top",
    "kubectl exec -it web -- python3",
    "kubectl exec -it $(kubectl get pod -o name | head -1) -- sh",
    "kubectl exec -it $POD -- sh",
    'kubectl exec -it "$POD" -- sh',
    "kubectl attach -it web",
    "kubectl run -it x --image=busybox",
    "kubectl run x --rm -it --image busybox -- sh",
    "kubectl run x -i --tty --image=busybox --restart Never -- sh",
    "kubectl debug -it web --image=busybox",
    "kubectl debug -it web --image=busybox --target=web -- sh",
    "kubectl debug node/one -it --image=busybox",
    "watch kubectl get pods",
    "watch -n 1 'kubectl get pods'",
    "kubectl get pods && kubectl exec -it web -- sh",
    "kubectl get pods -w; kubectl edit pod web",
]

ENDS = [
    "kubectl get pods",
    "kubectl exec web -- ls",
    "kubectl exec -it web -- ls",
    "kubectl exec -it web -- sh -c 'ls'",
    "kubectl exec -it web -- bash -lc ls",
    "kubectl exec -it web -- sh script.sh",
    "kubectl run -it --rm x --image=busybox --restart=Never -- wget -qO- http://web",
    "kubectl run x --image=nginx",
    "kubectl run x --image=busybox -- sh",
    "kubectl run -it x --image=busybox --attach=false",
    "kubectl debug web --image=busybox",
    "kubectl get pods --watch=false",
    "kubectl get pods -w=false",
    "kubectl logs web --follow=false",
    "kubectl logs web",
    "kubectl logs -p web",
    "kubectl exec -i=false -t=false web -- sh",
    "timeout 5 kubectl get pods -w",
    "timeout -s INT 5 kubectl logs -f web",
    "kubectl get pods -w --request-timeout=5s",
    "kubectl --request-timeout 5s logs -f web",
    "kubectl wait --for=condition=Ready pod/web",
    "kubectl rollout status deployment/web",
    "kubectl rollout status -w deployment/web",
    "kubectl top pods",
    "kubectl get pods -w | head -3",
    "kubectl logs -f web | grep -m1 ready",
    "kubectl port-forward web 8080:80 > /dev/null 2>&1 &",
    "kubectl port-forward web 8080:80 & sleep 1; curl localhost:8080; kill $!",
    "kubectl get -h -w",
    "kubectl edit --help",
    "kubectl exec -it web -- sh -c 'kubectl get pods -w'",
    "echo 'kubectl get pods -w'",
    'echo "kubectl edit pod x"',
    "# kubectl edit pod x",
    "echo a # ; kubectl get pods -w",
    "echo kubectl edit",
    "grep -r 'kubectl exec -it' .",
    HERE_DOCUMENT,
    "cat > f <<'A' && cat <<-B\nkubectl edit x\nA\n\tkubectl proxy\n\tB\nkubectl get pods",
    "kubectl apply -f logs -f web",
    "kubectl get pods -l app=-w",
    "kubectl get pods -n -w",
    "kubectl create -f x.yaml",
    "kubectl annotate pod web note='run kubectl edit; kubectl get -w'",
    "echo ls | kubectl exec -i web -- sh",
    "kubectl exec -i web -- sh < script",
    "kubectl exec -i web -- sh <<END\nls\nEND",
    "echo ls | kubectl exec -it web -- sh",
    "kubectl exec -i web -- sh <<< ls",
    "cat pods | while read pod; do kubectl exec -i $pod -- sh; done",
    "while read pod; do kubectl exec -it $pod -- sh; done < pods",
    "KUBE_EDITOR='sed -i s/a/b/' kubectl edit pod x",
    "export KUBE_EDITOR='sed -i s/a/b/'; kubectl edit pod x",
    "EDITOR=cat; kubectl edit pod x",
    "env KUBE_EDITOR=true kubectl edit pod x",
    "kubectl exec web -- tail -n 3 /log",
    "kubectl exec web -- ping -c 1 web",
    "kubectl exec web -- top -bn1",
    "mykubectl edit x",
    "./kubectl-edit x",
    "k9s",
    "",
    "   ",
    "kubectl",
    "kubectl --namespace",
    "command -v kubectl",
    "watch ls",
]

UNREADABLE = ["kubectl edit 'pod", 'echo "kubectl get pods -w', "echo $(kubectl get pods -w", "kubectl edit `pod"]


def said(text: str, *, waits_for_input: bool = True) -> endless.Advice | None:
    return endless.advice(text, waits_for_input=waits_for_input, environment={})


@pytest.mark.parametrize("text", RUNS_ON)
def test_what_only_runs_on_is_explained_and_runs(text: str) -> None:
    found = said(text)
    assert found is not None
    assert found.runs
    assert "■" in found.text
    assert "kubelearn shell" in found.text


@pytest.mark.parametrize("text", NEEDS_TERMINAL)
def test_what_needs_a_terminal_does_not_run(text: str) -> None:
    found = said(text)
    assert found is not None
    assert not found.runs
    assert "needs a terminal" in found.text
    assert "kubelearn shell" in found.text


@pytest.mark.parametrize("text", ENDS)
def test_what_ends_runs_without_a_word(text: str) -> None:
    assert said(text) is None


@pytest.mark.parametrize("text", UNREADABLE)
def test_text_that_cannot_be_read_is_left_to_the_shell(text: str) -> None:
    assert said(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "kubectl exec -i web -- sh",
        "kubectl exec -i web -- cat",
        "kubectl exec --stdin web -- tee /tmp/x",
        "kubectl run -i x --image=busybox -- sh",
        "kubectl apply -f -",
        "kubectl create -f-",
        "kubectl delete --filename=-",
    ],
)
def test_input_that_nobody_can_type(text: str) -> None:
    found = said(text)
    assert found is not None
    assert not found.runs
    assert said(text, waits_for_input=False) is None, "where the input is closed, or the rest of the cell, it ends"


@pytest.mark.parametrize(
    ("editor", "runs"),
    [
        ("vim", False),
        ("/usr/bin/nano -w", False),
        ("code --wait", True),
        ("sed -i s/a/b/", True),
    ],
)
def test_an_editor_of_the_environment(editor: str, runs: bool) -> None:
    found = endless.advice("kubectl edit pod web", waits_for_input=True, environment={"KUBE_EDITOR": editor})
    assert (found is None) is runs


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("kubectl edit service web", "kubectl patch"),
        ("kubectl exec -it web -- sh", "kubectl exec POD -- COMMAND"),
        ("kubectl run -it x --image=busybox", "kubectl run NAME --image=IMAGE -- sleep"),
        ("kubectl attach -it web", "kubectl logs POD"),
        ("watch kubectl get pods", "kubectl get … -w"),
    ],
)
def test_what_to_do_instead(text: str, instead: str) -> None:
    found = said(text)
    assert found is not None
    assert instead in found.text
