"""*Debugging DNS Resolution*: from the pod ``dnsutils`` to CoreDNS' own log."""

from __future__ import annotations

import re

import pytest

from .conftest import Shell

LOOK_UP = "kubectl exec -i -t dnsutils -- nslookup {}"
DNS_PODS = "kubectl get pods --namespace=kube-system -l k8s-app=kube-dns"


@pytest.fixture(scope="module", autouse=True)
def dnsutils(sh: Shell) -> None:
    sh("""
cat > dnsutils.yaml <<'END'
apiVersion: v1
kind: Pod
metadata:
  name: dnsutils
  namespace: default
spec:
  restartPolicy: Always
  containers:
  - name: dnsutils
    image: registry.k8s.io/e2e-test-images/agnhost:2.39
    imagePullPolicy: IfNotPresent
END
kubectl apply -f dnsutils.yaml
kubectl wait --for=condition=Ready pod dnsutils --timeout=30s
kubectl -n kube-system rollout status deployment coredns --timeout=30s
""")


def test_a_pod_finds_the_clusters_own_service(sh: Shell) -> None:
    assert sh("kubectl get pods dnsutils").splitlines()[1].split()[:4] == ["dnsutils", "1/1", "Running", "0"]
    said = sh(LOOK_UP.format("kubernetes.default"))
    assert re.search(r"Server:\s+10\.96\.0\.10\n", said)
    assert re.search(r"Name:\s+kubernetes\.default\.svc\.cluster\.local\nAddress: 10\.96\.0\.1\n", said)


def test_the_name_that_is_not_there_is_said(sh: Shell) -> None:
    assert "** server can't find nothing.default: NXDOMAIN" in sh(LOOK_UP.format("nothing.default"), code=1)


def test_resolv_conf_names_the_service_kube_dns(sh: Shell) -> None:
    lines = sh("kubectl exec -ti dnsutils -- cat /etc/resolv.conf").splitlines()
    assert "search default.svc.cluster.local svc.cluster.local cluster.local" in lines
    assert "nameserver 10.96.0.10" in lines
    assert "options ndots:5" in lines
    row = next(row for row in sh("kubectl get svc --namespace=kube-system").splitlines() if "kube-dns" in row)
    assert row.split()[1:5] == ["ClusterIP", "10.96.0.10", "<none>", "53/UDP,53/TCP,9153/TCP"]


def test_the_dns_pods_run_and_are_endpoints(sh: Shell) -> None:
    rows = [row.split() for row in sh(f"{DNS_PODS} --no-headers -o wide").splitlines()]
    assert [row[1:3] for row in rows] == [["1/1", "Running"]] * 2
    shown = sh("kubectl get endpointslices -l k8s.io/service-name=kube-dns -n kube-system")
    assert shown == "No resources found in kube-system namespace.\n"  # the page's label is not the one that slices have
    slices = sh("kubectl get endpointslices -l kubernetes.io/service-name=kube-dns -n kube-system -o wide")
    assert all(row[5] in slices for row in rows)


def test_the_log_of_a_healthy_coredns_has_no_errors(sh: Shell) -> None:
    said = sh(f"for p in $({DNS_PODS} -o name); do kubectl logs --namespace=kube-system $p; done")
    assert said.count(".:53\n") == said.count("CoreDNS-1.") == 2
    assert "[ERROR]" not in said


def test_coredns_may_read_what_it_needs(sh: Shell) -> None:
    rules = sh("kubectl describe clusterrole system:coredns -n kube-system")
    assert re.search(r"endpointslices\.discovery\.k8s\.io .*\[list watch\]", rules)


def test_queries_are_in_the_log_after_the_corefile_says_so(sh: Shell) -> None:
    said = sh("EDITOR='sed -i s/errors/log\\\\n\\\\x20\\\\x20\\\\x20\\\\x20\\\\x20\\\\x20\\\\x20\\\\x20errors/' "
              "kubectl -n kube-system edit configmap coredns")  # fmt: skip
    assert said == "configmap/coredns edited\n"
    # Nobody has to wait until the volumes have the new one.
    sh("""
        kubectl -n kube-system rollout restart deployment coredns
        kubectl -n kube-system rollout status deployment coredns --timeout=45s
        kubectl -n kube-system wait --for=delete pod -l k8s-app=kube-dns,pod-template-hash!=$(
            kubectl -n kube-system get pods -l k8s-app=kube-dns --sort-by=.metadata.creationTimestamp \\
                -o jsonpath='{.items[-1:].metadata.labels.pod-template-hash}') --timeout=45s
        """)
    sh(LOOK_UP.format("kubernetes.default"))
    address = sh("kubectl get pod dnsutils -o jsonpath='{.status.podIP}'")
    log = sh("kubectl logs --namespace=kube-system -l k8s-app=kube-dns --tail=-1")
    assert re.search(
        rf'{re.escape(address)}:\d+ - \d+ "A IN kubernetes\.default\.svc\.cluster\.local\. udp \d+ false 512" NOERROR',
        log,
    ), log


def test_names_are_looked_up_in_the_pods_own_namespace(sh: Shell) -> None:
    assert "Name:\tkube-dns.kube-system.svc.cluster.local" in sh(LOOK_UP.format("kube-dns.kube-system"))
    assert "server can't find kube-dns: NXDOMAIN" in sh(LOOK_UP.format("kube-dns"), code=1)
