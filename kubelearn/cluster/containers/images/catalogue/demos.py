"""Small servers that are met in many manifests."""

from __future__ import annotations

from .entry import HUB, LIBRARY, SAMPLES, Entry
from .stand_ins import stand_in


def _server(repository: str, about: str, programs: str, command: str, versions: str, words: str = "latest") -> Entry:
    return Entry(
        repository,
        about,
        versions,
        words=words,
        exact=True,
        tools="busybox",
        programs=f"servers.demos:{programs}",
        entrypoint=tuple(command.split()),
    )


_ISTIO = f"{HUB}/istio/examples-helloworld"
_DOCKERCOINS = {"rng": (80,), "hasher": (80,), "webui": (80,), "worker": ()}
_EMOJIVOTO = {"web": (8080,), "emoji-svc": (8080, 8801), "voting-svc": (8080, 8801)}

DEMOS = (
    _server(f"{HUB}/kennethreitz/httpbin", "says what a client sent on 80, as JSON", "HTTPBIN", "gunicorn", ""),
    _server(
        f"{HUB}/mccutchen/go-httpbin",
        "says what a client sent on 8080, as JSON",
        "GO_HTTPBIN",
        "/bin/go-httpbin",
        "2.20.0 2.19.0 2.18.3 2.17.1 2.15.0",
        "latest v2.15.0=2.15.0",
    ),
    _server(
        f"{HUB}/nginxdemos/hello",
        "says who answers on 80",
        "nginx_hello",
        "nginx",
        "0.4 0.3 0.2",
        "latest plain-text=plain-text 0.4-plain-text=plain-text 0.3-plain-text=plain-text",
    ),
    _server(f"{HUB}/jmalloc/echo-server", "says what it was sent on 8080", "ECHO_SERVER", "/bin/echo-server", "0.3.7"),
    _server(f"{_ISTIO}-v1", "says its version and its pod's name on 5000", "HELLO_V1", "python app.py 5000", "1.0", ""),
    _server(f"{_ISTIO}-v2", "says its version and its pod's name on 5000", "HELLO_V2", "python app.py 5000", "1.0", ""),
    _server(f"{SAMPLES}/node-hello", "says hello on 8080", "NODE_HELLO", "node server.js", "1.0", ""),
    _server(f"{LIBRARY}/hello-world", "says hello, and ends", "HELLO_DOCKER", "/hello", "", "latest linux"),
    stand_in("registry.k8s.io/goproxy", (8080,), "0.1", "/goproxy", words=""),
    stand_in("registry.k8s.io/update-demo", (80,), "", "sh script.sh", words="nautilus kitten"),
    stand_in(f"{SAMPLES}/xtrabackup", (3307,), "1.0", "/docker-entrypoint.sh", words=""),
    stand_in(
        "registry.k8s.io/kubernetes-zookeeper",
        (2181, 2888, 3888),
        "",
        "start-zookeeper",
        words="1.0-3.4.10",
        checks="zookeeper-ready",
    ),
    stand_in("registry.k8s.io/fluentd-gcp", (), "1.30", "/run.sh", words=""),
    stand_in(f"{HUB}/argoproj/rollouts-demo", (8080,), "", "/rollouts-demo", words="blue green yellow red orange"),
    stand_in(f"{HUB}/fortio/fortio", (8080, 8079), "1.73.0 1.72.0 1.69.5", "/usr/bin/fortio server", words="latest"),
    *(
        stand_in(f"{HUB}/dockercoins/{name}", ports, "0.1", f"/{name}", words="latest", prefix="v")
        for name, ports in _DOCKERCOINS.items()
    ),
    *(
        stand_in(f"docker.l5d.io/buoyantio/emojivoto-{name}", ports, "11 10 9 8", f"/{name}", words="", prefix="v")
        for name, ports in _EMOJIVOTO.items()
    ),
    stand_in(f"{HUB}/jpetazzo/color", (80,), "", "/color", words="latest"),
)
