"""What kubectl asks besides objects: documentation, a kubelet, a decision about a certificate."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

Run = Callable[..., str]
NODE = "/api/v1/nodes/kubelearn-worker"


@pytest.fixture
def run(kubectl: str, kubeconfig: Path) -> Run:
    """Run kubectl, and return what it prints."""
    command = [kubectl, "--kubeconfig", str(kubeconfig), "--cache-dir", str(kubeconfig.parent / "cache")]

    def run(*words: str, given: str = "") -> str:
        return subprocess.run(
            [*command, *words], input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        ).stdout

    return run


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (
            "service.spec.ports.port",
            ("KIND:     Service\nVERSION:  v1\n\nFIELD:    port <integer>\n", "exposed"),
        ),
        ("deployment.spec", ("RESOURCE: spec <Object>", "   replicas\t<integer>", "   selector\t<Object> -required-")),
        ("cronjob", ("KIND:     CronJob\nVERSION:  batch/v1\n", "   spec\t<Object>")),
        ("pod.spec.containers.resources.limits", ("FIELD:    limits <map[string]string>",)),
    ],
)
def test_explain_by_the_older_openapi(run: Run, what: str, said: tuple[str, ...]) -> None:
    printed = run("explain", what, "--output=plaintext-openapiv2")
    assert all(words in printed for words in said), printed


def test_a_kubelet(run: Run) -> None:
    assert run("get", "--raw", f"{NODE}/proxy/healthz") == "ok"
    pods = json.loads(run("get", "--raw", f"{NODE}/proxy/pods"))["items"]
    [proxy] = [pod["metadata"]["name"] for pod in pods if pod["metadata"]["name"].startswith("kube-proxy")]
    log = run("get", "--raw", f"{NODE}/proxy/containerLogs/kube-system/{proxy}/kube-proxy?tailLines=1")
    assert log == '"Starting endpoint slice config controller"\n'
    assert run("get", "--raw", f"{NODE}:10256/proxy/healthz") == ""
    refused = run("get", "--raw", f"{NODE}/proxy/pods", "--as=jane")
    assert 'User "jane" cannot get resource "nodes/proxy" in API group "" at the cluster scope' in refused


def test_certificates(run: Run, tmp_path: Path) -> None:
    asked = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "jane")])
    )
    key = ec.generate_private_key(ec.SECP256R1())
    signed = asked.sign(key, hashes.SHA256())
    request = {
        "apiVersion": "certificates.k8s.io/v1",
        "kind": "CertificateSigningRequest",
        "metadata": {"name": "jane"},
        "spec": {
            "request": base64.b64encode(signed.public_bytes(Encoding.PEM)).decode(),
            "signerName": "kubernetes.io/kube-apiserver-client",
            "usages": ["client auth"],
        },
    }
    name = "certificatesigningrequest.certificates.k8s.io"
    try:
        assert run("create", "-f", "-", given=json.dumps(request)) == f"{name}/jane created\n"
        assert run("certificate", "approve", "jane") == f"{name}/jane approved\n"
        issued = "jsonpath={.status.certificate}"
        assert "condition met" in run("wait", f"--for={issued}", "csr/jane", "--timeout=30s")
        columns = run("get", "csr", "jane", "--no-headers").split()
        assert columns[2:] == ["kubernetes.io/kube-apiserver-client", "kubernetes-admin", "<none>", "Approved,Issued"]
        assert "is already Approved" in run("certificate", "deny", "jane")
        (tmp_path / "jane.crt").write_bytes(base64.b64decode(run("get", "csr", "jane", "-o", issued)))
        (tmp_path / "jane.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        certificate = [f"--client-certificate={tmp_path / 'jane.crt'}", f"--client-key={tmp_path / 'jane.key'}"]
        server = run("config", "view", "--minify", "--raw", "-o", "jsonpath={.clusters[0].cluster.server}")
        nobody = ["--kubeconfig=/dev/null", f"--server={server}", "--insecure-skip-tls-verify"]
        assert "jane" in run("auth", "whoami", *nobody, *certificate)
    finally:
        run("delete", "csr", "jane", "--ignore-not-found")


def test_scales_and_autoscalers(run: Run) -> None:
    percent = "jsonpath={.spec.metrics[0].resource.target.averageUtilization}"
    try:
        run("create", "deployment", "hp", "--image=registry.k8s.io/pause:3.10", "--replicas=2")
        header, row = run("get", "deployment/hp", "--subresource=scale").splitlines()
        assert (header.split(), row.split()[:2]) == (["NAME", "DESIRED", "AVAILABLE", "AGE"], ["hp", "2"])
        for option, wanted in (("--cpu=70%", "70"), ("--cpu-percent=50", "50")):
            made = run("autoscale", "deployment", "hp", "--min=2", "--max=3", option)
            assert "horizontalpodautoscaler.autoscaling/hp autoscaled\n" in made
            assert run("get", "hpa", "hp", "-o", percent) == wanted
            run("delete", "hpa", "hp")
    finally:
        run("delete", "deployment,hpa", "hp", "--ignore-not-found")


def test_nobody_gets_into_a_pod_that_has_ended(run: Run) -> None:
    made = {"containers": [{"name": "c", "image": "busybox:1.36", "command": ["true"]}], "restartPolicy": "Never"}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "over"}, "spec": made}
    try:
        run("create", "-f", "-", given=json.dumps(pod))
        assert "condition met" in run("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/over", "--timeout=30s")
        assert "cannot exec into a container in a completed pod" in run("exec", "over", "--", "true")
        assert "cannot attach a container in a completed pod" in run("attach", "over")
    finally:
        run("delete", "pod", "over", "--now")
