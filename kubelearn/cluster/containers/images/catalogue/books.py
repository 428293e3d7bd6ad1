"""Images of books and courses on Kubernetes."""

from __future__ import annotations

from .entry import HUB, LIBRARY, Entry

_NGINX = "1.27.5"


def _luksa(name: str, about: str, programs: str, command: str, **more: str) -> Entry:
    """Return an image of *Kubernetes in Action*."""
    return Entry(
        f"{HUB}/luksa/{name}",
        about,
        more.get("versions", "0.1"),
        words=more.get("words", "latest"),
        exact=True,
        tools=more.get("tools", "busybox"),
        programs=f"servers.books:{programs}",
        files=more.get("files", ""),
        entrypoint=(command,),
        size=8_000_000,
    )


BOOKS = (
    _luksa("quiz-api", "the quiz service, on 8080", "quiz_api", "/quiz-api", versions="0.2"),
    _luksa(
        "quote-writer", "writes a quote into a file", "WRITER", "/docker_entrypoint.sh", files="servers.books:QUOTES"
    ),
    _luksa("node-agent", "says its node's uptime on 80", "NODE_AGENT", "/node-agent"),
    _luksa("static-http-server", "answers with a text of your choice on 8080", "STATIC_SERVER", "/server"),
    _luksa("init-demo", "counts to five, and ends", "INIT_DEMO", "/docker_entrypoint.sh"),
    _luksa("network-connectivity-checker", "pings, and ends", "CHECKER", "/docker_entrypoint.sh"),
    _luksa("network-traffic-meter", "says something every ten seconds", "METER", "/entrypoint.sh"),
    _luksa(
        "quiz-initdb-script-installer",
        "copies a file, and ends",
        "INSTALLER",
        "installer",
        files="servers.books:INSTALLED",
    ),
    _luksa("batch-job", "works for two minutes, and ends", "BATCH_JOB", "batch-job"),
    _luksa("ssd-monitor", "says something every five seconds", "SSD_MONITOR", "ssd-monitor"),
    _luksa(
        "fortune",
        "writes a quote into /var/htdocs/index.html",
        "FORTUNE",
        "/bin/fortuneloop.sh",
        words="latest args env",
        tools="debian",
    ),
    _luksa("kubia-unhealthy", "kubia that fails from its sixth request on", "UNHEALTHY", "node", tools="debian curl"),
    _luksa("kubia-pet", "keeps what it is sent, on 8080", "PET", "node", tools="debian curl"),
    Entry(
        f"{HUB}/stacksimplify/kubenginx",
        "nginx with a page that says its version",
        "4.0.0 3.0.0 2.0.0 1.0.0",
        words="",
        exact=True,
        tools="debian curl",
        programs="nginx:PROGRAMS",
        files="servers.books:stack_simplify",
        entrypoint=("/docker-entrypoint.sh",),
        cmd=("nginx", "-g", "daemon off;"),
        env={"NGINX_VERSION": _NGINX},
    ),
    Entry(
        f"{HUB}/stacksimplify/kube-frontend-nginx",
        "nginx before the Service my-backend-service",
        "1.0.0",
        words="",
        exact=True,
        tools="debian curl",
        programs="nginx:PROGRAMS",
        files="servers.books:FRONTEND",
        entrypoint=("/docker-entrypoint.sh",),
        cmd=("nginx", "-g", "daemon off;"),
        env={"NGINX_VERSION": _NGINX},
    ),
    Entry(
        f"{HUB}/stacksimplify/kube-helloworld",
        "says hello, and its pod's name, on 8080 below /hello",
        "2.0.0 1.0.0",
        words="",
        exact=True,
        tools="busybox",
        programs="servers.books:hello_world",
        entrypoint=("java", "-jar", "app.jar"),
        size=120_000_000,
    ),
    Entry(
        f"{LIBRARY}/perl",
        "prints digits of pi (bpi), and nothing else of Perl",
        "5.42.0 5.40.3 5.38.5 5.36.3 5.34.3 5.32.1 5.30.3",
        words="latest stable slim",
        suffix="-(slim|threaded|bookworm|bullseye|trixie|buster)*",
        tools="debian",
        programs="servers.perl:programs",
        cmd=("perl",),
        size=330_000_000,
    ),
)
