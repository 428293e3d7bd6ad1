"""Images of *Kubernetes in Action*."""

from __future__ import annotations

from .entry import HUB, Entry


def _luksa(
    name: str,
    about: str,
    programs: str,
    command: str,
    *,
    versions: str = "0.1",
    words: str = "",
    tools: str = "busybox",
    files: str = "",
    also: tuple[str, ...] = (),
) -> Entry:
    """Return an image of the book; the arguments are those of an :class:`.Entry`."""
    return Entry(
        f"{HUB}/luksa/{name}",
        about,
        versions,
        words=words,
        exact=True,
        tools=tools,
        programs=f"servers.books:{programs}",
        files=files,
        entrypoint=(command,),
        size=8_000_000,
        also=also,
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
    _luksa(
        "batch-job",
        "works for two minutes, and ends",
        "BATCH_JOB",
        "batch-job",
        also=(f"{HUB}/knrt10/batch-job",),
        versions="",
        words="latest",
    ),
    _luksa(
        "ssd-monitor",
        "says something every five seconds",
        "SSD_MONITOR",
        "ssd-monitor",
        also=(f"{HUB}/knrt10/ssd-monitor",),
        versions="",
        words="latest",
    ),
    _luksa(
        "fortune",
        "writes a quote into /var/htdocs/index.html",
        "FORTUNE",
        "/bin/fortuneloop.sh",
        versions="",
        words="latest args env",
        tools="debian",
    ),
    _luksa(
        "kubia-unhealthy",
        "kubia that fails from its sixth request on",
        "UNHEALTHY",
        "node",
        tools="debian curl",
        also=(f"{HUB}/knrt10/kubia-unhealthy",),
        versions="",
        words="latest",
    ),
    _luksa(
        "kubia-pet", "keeps what it is sent, on 8080", "PET", "node", tools="debian curl", versions="", words="latest"
    ),
    _luksa(
        "kubectl-proxy",
        "the API server on 127.0.0.1:8001 of its pod",
        "PROXY",
        "/kubectl-proxy.sh",
        versions="1.8.0 1.6.2",
    ),
)
