"""Web servers, and samples of the documentation."""

from __future__ import annotations

from .entry import E2E, HUB, LIBRARY, SAMPLES, SYSTEMS, Entry

_NGINX_VERSIONS = (
    "1.29.4 1.28.1 1.27.5 1.26.3 1.25.5 1.24.0 1.23.4 1.22.1 1.21.6 1.20.2 1.19.10 1.18.0 1.17.10 1.16.1 1.15.12 "
    "1.14.2 1.13.12 1.12.2 1.11.13 1.10.3 1.9.15 1.8.1 1.7.12"
)
_NGINX_TAGS = "latest mainline stable=1.28.1 alpine alpine-slim perl bookworm trixie"

WEB = (
    Entry(
        f"{LIBRARY}/nginx",
        "a web server",
        _NGINX_VERSIONS,
        words=_NGINX_TAGS,
        suffix=SYSTEMS,
        tools="debian curl",
        programs="nginx:PROGRAMS",
        files="nginx:files",
        entrypoint=("/docker-entrypoint.sh",),
        cmd=("nginx", "-g", "daemon off;"),
        env={"NGINX_VERSION": "{version}"},
        size=72_406_859,
        also=("public.ecr.aws/nginx/nginx",),
    ),
    Entry(
        f"{HUB}/nginxinc/nginx-unprivileged",
        "nginx that listens on 8080",
        _NGINX_VERSIONS,
        words=_NGINX_TAGS,
        suffix=SYSTEMS,
        tools="debian curl",
        programs="nginx:PROGRAMS",
        files="nginx:unprivileged",
        entrypoint=("/docker-entrypoint.sh",),
        cmd=("nginx", "-g", "daemon off;"),
        env={"NGINX_VERSION": "{version}"},
        size=72_000_000,
        user="101",
        also=(
            "ghcr.io/nginx/nginx-unprivileged",
            "quay.io/nginx/nginx-unprivileged",
            "ghcr.io/nginxinc/nginx-unprivileged",
        ),
    ),
    Entry(
        "registry.k8s.io/nginx-slim",
        "nginx",
        "0.27 0.26 0.25 0.24 0.21 0.8",
        words="latest",
        exact=True,
        tools="debian curl",
        programs="nginx:PROGRAMS",
        files="nginx:files",
        cmd=("nginx", "-g", "daemon off;"),
        env={"NGINX_VERSION": "1.27.1"},
        size=50_000_000,
        also=(f"{E2E}/nginx",),
    ),
    Entry(
        f"{HUB}/bprashanth/nginxhttps",
        "the tutorial's nginx, which gets its configuration and certificates",
        "1.0",
        words="",
        exact=True,
        tools="debian curl",
        programs="nginx:PROGRAMS",
        files="nginx:files",
        cmd=("nginx", "-g", "daemon off;"),
        env={"NGINX_VERSION": "1.9.2"},
        size=70_000_000,
    ),
    Entry(
        f"{LIBRARY}/httpd",
        "Apache's web server, with its page; its configuration is not read",
        "2.4.66",
        words="latest alpine bookworm trixie",
        suffix=SYSTEMS,
        tools="debian",
        programs="servers.apache:programs",
        files="servers.apache:FILES",
        cmd=("httpd-foreground",),
        env={"HTTPD_VERSION": "{version}"},
        working_dir="/usr/local/apache2",
        size=45_000_000,
    ),
    Entry(
        "ghcr.io/stefanprodan/podinfo",
        "a small service whose readiness can be switched",
        "6.14.1 6.13.0 6.12.0 6.11.2 6.10.2 6.9.4 6.8.0 6.7.1 6.6.3 6.5.4 6.4.1 6.3.6 6.2.3 6.1.8 6.0.4 "
        "5.2.1 5.1.4 5.0.3",
        exact=True,
        tools="busybox curl",
        programs="podinfo.server:programs",
        cmd=("./podinfo",),
        user="app",
        size=30_000_000,
        also=(f"{HUB}/stefanprodan/podinfo",),
    ),
)
SAMPLES_OF_GOOGLE = (
    Entry(
        f"{SAMPLES}/hello-app",
        "says hello, its version and its pod's name",
        "2.0 1.0",
        words="",
        exact=True,
        programs="servers.google:hello_app",
        cmd=("./hello-app",),
        size=11_545_000,
    ),
    Entry(
        f"{SAMPLES}/hello-go-gke",
        "the tutorial's back end: a greeting in JSON",
        "1.0",
        words="",
        exact=True,
        programs="servers.google:HELLO_GO",
        cmd=("app",),
        size=5_000_000,
    ),
    Entry(
        f"{SAMPLES}/hello-frontend",
        "the tutorial's front end: nginx before the Service hello",
        "1.0",
        words="",
        exact=True,
        tools="debian curl",
        programs="nginx:PROGRAMS",
        files="servers.google:FRONTEND",
        cmd=("nginx", "-g", "daemon off;"),
        env={"NGINX_VERSION": "1.14.2"},
        size=60_000_000,
    ),
)
