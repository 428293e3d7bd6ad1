"""*Connecting Applications with Services*: environment and DNS, then nginx with certificates of its own."""

from __future__ import annotations

import re

import pytest

from .conftest import Shell

RUN_MY_NGINX = """
cat > run-my-nginx.yaml <<'END'
kind: Deployment
apiVersion: apps/v1
metadata: {name: my-nginx}
spec:
  replicas: 2
  selector: {matchLabels: {run: my-nginx}}
  template:
    metadata: {labels: {run: my-nginx}}
    spec: {containers: [{name: my-nginx, image: nginx, ports: [{containerPort: 80}]}]}
END
"""
DEFAULT_CONF = """
cat > default.conf <<'END'
server {
    listen 80 default_server;
    listen [::]:80 default_server ipv6only=on;
    listen 443 ssl;
    server_name localhost;
    root /usr/share/nginx/html;
    index index.html;
    ssl_certificate /etc/nginx/ssl/tls.crt;
    ssl_certificate_key /etc/nginx/ssl/tls.key;
    location / { try_files $uri $uri/ =404; }
}
END
"""
SECURE_APP = """
cat > nginx-secure-app.yaml <<'END'
{apiVersion: v1, kind: Service, metadata: {name: my-nginx, labels: {run: my-nginx}}, spec: {
  type: NodePort,
  selector: {run: my-nginx},
  ports: [{name: http, port: 8080, targetPort: 80}, {name: https, port: 443}],
}}
---
kind: Deployment
apiVersion: apps/v1
metadata: {name: my-nginx}
spec:
  selector: {matchLabels: {run: my-nginx}}
  template:
    metadata: {labels: {run: my-nginx}}
    spec:
      volumes:
      - {name: secret-volume, secret: {secretName: nginxsecret}}
      - {name: configmap-volume, configMap: {name: nginxconfigmap}}
      containers:
      - name: nginxhttps
        image: IMAGE
        ports: [{containerPort: 443}, {containerPort: 80}]
        volumeMounts:
        - {mountPath: /etc/nginx/ssl, name: secret-volume}
        - {mountPath: /etc/nginx/conf.d, name: configmap-volume}
END
"""
CURLPOD = """
cat > curlpod.yaml <<'END'
kind: Deployment
apiVersion: apps/v1
metadata: {name: curl-deployment}
spec:
  selector: {matchLabels: {app: curlpod}}
  template:
    metadata: {labels: {app: curlpod}}
    spec:
      volumes: [{name: secret-volume, secret: {secretName: nginxsecret}}]
      containers:
      - name: curlpod
        image: docker.io/curlimages/curl:8.18.0
        command: [sh, -c, while true; do sleep 1; done]
        volumeMounts: [{mountPath: /etc/nginx/ssl, name: secret-volume}]
END
"""
KEYS = """
openssl req -x509 -nodes -days 365 -newkey rsa:2048 -keyout nginx.key -out nginx.crt -subj "/CN=my-nginx/O=my-nginx" \
  -addext "subjectAltName = DNS:my-nginx"
"""


def pod(sh: Shell, selector: str) -> str:
    return sh(f"kubectl get pods -l {selector} -o jsonpath='{{.items[0].metadata.name}}'")


def addresses(sh: Shell) -> set[str]:
    printed = sh("kubectl get pods -l run=my-nginx -o custom-columns=POD_IP:.status.podIPs")
    return set(re.findall(r"map\[ip:([\d.]+)\]", printed))


def test_pods_learn_of_a_service_by_their_environment_and_by_name(sh: Shell) -> None:
    sh(RUN_MY_NGINX)
    sh("kubectl apply -f ./run-my-nginx.yaml")
    sh("kubectl rollout status deployment/my-nginx")
    first = pod(sh, "run=my-nginx")
    assert sh("kubectl expose deployment/my-nginx") == "service/my-nginx exposed\n"
    ip = sh("kubectl get svc my-nginx -o jsonpath={.spec.clusterIP}")
    sh("kubectl wait --for=create endpointslice -l kubernetes.io/service-name=my-nginx")
    described = sh("kubectl describe svc my-nginx")
    assert set(re.findall(r"(10\.244\.[\d.]+):80", described)) == addresses(sh)

    assert "MY_NGINX" not in sh(f"kubectl exec {first} -- printenv | grep SERVICE")
    sh("kubectl scale deployment my-nginx --replicas=0")
    sh(f"kubectl wait --for=delete pod/{first}")  # the page does not wait: a controller may see only the second change
    sh("kubectl scale deployment my-nginx --replicas=2\nkubectl rollout status deployment/my-nginx")
    known = sh(f"kubectl exec {pod(sh, 'run=my-nginx')} -- printenv | grep SERVICE").splitlines()
    assert {f"MY_NGINX_SERVICE_HOST={ip}", "MY_NGINX_SERVICE_PORT=80"} <= set(known)

    assert "53/UDP,53/TCP" in sh("kubectl get services kube-dns --namespace=kube-system")
    asked = sh(
        "printf 'nslookup my-nginx\\nexit\\n' | kubectl run -i --image busybox:1.28 dns-test --restart=Never --rm"
    )
    assert f"Name:      my-nginx\nAddress 1: {ip} my-nginx.default.svc.cluster.local\n" in asked


@pytest.mark.parametrize("image", ["bprashanth/nginxhttps:1.0", "nginx"])
def test_https_ends_at_nginx(sh: Shell, image: str) -> None:
    sh(KEYS + DEFAULT_CONF + SECURE_APP.replace("IMAGE", image) + CURLPOD)
    sh("kubectl create secret tls nginxsecret --key nginx.key --cert nginx.crt")
    assert sh("kubectl get secrets --no-headers").split()[:3] == ["nginxsecret", "kubernetes.io/tls", "2"]
    sh("kubectl create configmap nginxconfigmap --from-file=default.conf")
    assert "ssl_certificate /etc/nginx/ssl/tls.crt;" in sh("kubectl describe configmap  nginxconfigmap")
    sh("kubectl delete deployments,svc my-nginx --ignore-not-found; kubectl create -f ./nginx-secure-app.yaml")
    sh("kubectl rollout status deployment/my-nginx --timeout=20s")

    sh("kubectl apply -f ./curlpod.yaml")
    sh("kubectl rollout status deployment/curl-deployment --timeout=20s")
    client = pod(sh, "app=curlpod")
    [ip] = addresses(sh)
    assert "<h1>Welcome to nginx!</h1>" in sh(f"kubectl exec {client} -- curl -s -k https://{ip}")
    known = "--retry 9 --retry-delay 1 --retry-all-errors https://my-nginx --cacert /etc/nginx/ssl/tls.crt"
    assert "<title>Welcome to nginx!</title>" in sh(f"kubectl exec {client} -- curl -s {known}")
    assert "self-signed certificate" in sh(f"kubectl exec {client} -- curl https://my-nginx", code=60)

    exposed = sh("kubectl get svc my-nginx -o yaml | grep nodePort -C 5")
    http, https = re.findall(r"nodePort: (\d+)", exposed)
    assert "<title>Welcome to nginx!</title>" in sh(f"curl -s http://127.0.0.1:{http}")
    assert "<title>Welcome to nginx!</title>" in sh(f"curl -s https://127.0.0.1:{https} -k")

    sh("""EDITOR="sed -i 's/type: NodePort/type: LoadBalancer/'" kubectl edit svc my-nginx""")
    assert sh("kubectl get svc my-nginx --no-headers").split()[1:4:2] == ["LoadBalancer", "<pending>"]
    sh("kubectl delete secret/nginxsecret configmap/nginxconfigmap deployment/curl-deployment")
    sh("kubectl delete pod -l app=curlpod --force --grace-period=0")  # its shell does not hear SIGTERM
