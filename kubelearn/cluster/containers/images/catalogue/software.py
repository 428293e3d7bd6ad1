"""Well-known servers of pages, proxies and tools with pages: envoy, and stand-ins for the others."""

from __future__ import annotations

from .entry import HUB, Entry
from .stand_ins import official, stand_in

_ENTRYPOINT = "docker-entrypoint.sh"

_WORDPRESS = (
    "6.9.0 6.8.3 6.7.2 6.6.2 6.5.5 6.4.3 6.3.2 6.2.2 6.1.1 6.0.3 5.9.3 5.8.3 5.7.2 5.6.2 5.5.3 5.4.2 5.3.2 5.2.4 5.1.1 "
    "5.0.3 4.9.8 4.8.3 4.7.5 4.6.1 4.5.3 4.4.2"
)
_TRAEFIK = (
    "3.6.6 3.5.6 3.4.5 3.3.7 3.2.5 3.1.7 3.0.4 2.11.33 2.10.7 2.9.10 2.8.8 2.7.3 2.6.7 2.5.7 2.4.14 2.3.7 2.2.11 2.1.9 "
    "2.0.7 1.7.34"
)


def _with_v(versions: str) -> str:
    """Return tags with a ``v``, for images whose versions have both forms."""
    return " ".join(f"v{version}={version} v{version.rpartition('.')[0]}={version}" for version in versions.split())


_ENVOYS = (
    "1.37.0 1.36.4 1.35.8 1.34.12 1.33.14 1.32.13 1.31.10 1.30.11 1.29.12 1.28.7 1.27.7 1.26.8 1.25.11 1.24.12 1.23.12 "
    "1.22.11 1.21.6 1.20.7 1.19.5 1.18.6 1.17.4 1.16.5 1.15.5 1.14.7 1.13.8 1.12.7 1.11.2"
)
#: Tags such as v1.31-latest.
_NEWEST_ENVOYS = " ".join(f"v{version.rpartition('.')[0]}-latest={version}" for version in _ENVOYS.split())
_PROXIES = (
    Entry(
        f"{HUB}/envoyproxy/envoy",
        "a proxy with a static configuration: HTTP, routes by path, TLS, admin",
        _ENVOYS,
        words=f"dev {_NEWEST_ENVOYS}",
        prefix="v",
        exact=True,
        tools="debian",
        programs="envoy:programs",
        files="envoy:FILES",
        entrypoint=("/docker-entrypoint.sh",),
        cmd=("envoy", "-c", "/etc/envoy/envoy.yaml"),
        size=70_000_000,
    ),
    Entry(
        f"{HUB}/luksa/kiada-ssl-proxy",
        "envoy: TLS on 8443, passed on to 8080 of its pod",
        "0.1",
        words="",
        exact=True,
        tools="debian",
        programs="envoy:KIADA",
        files="envoy:kiada",
        entrypoint=("/docker-entrypoint.sh",),
        cmd=("envoy", "-c", "/etc/envoy/envoy.yaml"),
        size=70_000_000,
    ),
)
_WEB = (
    official("caddy", (80, 443, 2019), "2.10.2 2.9.1 2.8.4 2.7.6", "caddy run", words="latest alpine builder"),
    official(
        "traefik",
        (80, 8080, 443),
        _TRAEFIK,
        "/entrypoint.sh traefik",
        words=f"latest v3 v2=2.11.33 v1=1.7.34 {_with_v(_TRAEFIK)}",
    ),
    official(
        "haproxy",
        (80,),
        "3.3.0 3.2.10 3.0.14 2.8.18 2.6.24",
        f"{_ENTRYPOINT} haproxy",
        words="latest lts alpine lts-alpine",
    ),
    official(
        "wordpress",
        (80,),
        _WORDPRESS,
        f"{_ENTRYPOINT} apache2-foreground",
        words="latest apache",
        suffix="(-(apache|fpm|alpine|cli|php[0-9.]+))*",
    ),
    official(
        "drupal",
        (80,),
        "11.3.1 10.6.1 9.5.11 8.9.20",
        "docker-php-entrypoint apache2-foreground",
        words="latest apache",
        suffix="(-(apache|fpm|alpine|php[0-9.]+|bookworm))*",
    ),
    official("joomla", (80,), "6.0.1 5.4.1 4.4.14", "/entrypoint.sh apache2-foreground", words="latest apache"),
    official(
        "nextcloud", (80,), "32.0.3 31.0.12 30.0.17 28.0.14", "/entrypoint.sh apache2-foreground", words="latest apache"
    ),
    official("ghost", (2368,), "6.10.3 5.130.5 4.48.9", f"{_ENTRYPOINT} node current/index.js", words="latest alpine"),
    official(
        "phpmyadmin", (80,), "5.2.3 5.1.4 5.0.4", "/docker-entrypoint.sh apache2-foreground", words="latest apache"
    ),
    stand_in(f"{HUB}/phpmyadmin/phpmyadmin", (80,), "5.2.3 5.1.4", "/docker-entrypoint.sh apache2-foreground"),
    official(
        "adminer",
        (8080,),
        "5.4.1 5.3.0 5.2.1 4.17.1 4.16.0 4.8.1 4.7.9 4.6.3",
        "entrypoint.sh php -S [::]:8080",
        words="latest standalone",
        suffix="-(standalone|fastcgi)",
    ),
    official("mongo-express", (8081,), "1.0.2 0.54.0", "/docker-entrypoint.sh mongo-express", words="latest"),
    official(
        "tomcat",
        (8080,),
        "11.0.15 10.1.50 9.0.113 8.5.100 8.0.53",
        "catalina.sh run",
        words="latest jdk21 jdk17 jre17",
        suffix="(-(jdk|jre)[0-9]+)?(-(slim|temurin|openjdk|corretto|alpine|jammy|noble)[a-z-]*)*",
    ),
    official("jetty", (8080,), "12.1.5 11.0.26 9.4.58", "/docker-entrypoint.sh java", words="latest"),
    official("registry", (5000,), "3.0.0 2.8.3", "/entrypoint.sh /etc/docker/registry/config.yml", words="latest"),
    official("vault", (8200,), "1.13.3", f"{_ENTRYPOINT} server", words=""),
    stand_in(
        f"{HUB}/hashicorp/vault",
        (8200,),
        "1.21.1 1.20.4 1.15.6",
        f"{_ENTRYPOINT} server",
        exact=False,
    ),
    official("consul", (8500, 8600), "1.15.4", f"{_ENTRYPOINT} agent", words=""),
    stand_in(
        f"{HUB}/hashicorp/consul",
        (8500, 8600),
        "1.22.1 1.21.5 1.15.10",
        f"{_ENTRYPOINT} agent",
        exact=False,
    ),
    stand_in(
        f"{HUB}/jenkins/jenkins",
        (8080, 50000),
        "2.541 2.528.3",
        "/usr/bin/tini -- /usr/local/bin/jenkins.sh",
        words="latest lts lts-alpine alpine lts-jdk17 lts-jdk21 jdk17 jdk21 slim lts-slim",
        user="jenkins",
    ),
    official(
        "sonarqube",
        (9000,),
        "10.7.0 9.9.8 8.9.10",
        "/opt/sonarqube/docker/entrypoint.sh",
        words="latest community lts lts-community",
    ),
    stand_in(
        "quay.io/keycloak/keycloak",
        (8080, 9000),
        "26.4.7 25.0.6 24.0.5 22.0.5",
        "/opt/keycloak/bin/kc.sh",
        exact=False,
        user="1000",
    ),
    stand_in(f"{HUB}/portainer/portainer-ce", (9000, 9443, 8000), "2.33.6 2.21.5 2.19.5", "/portainer", exact=False),
    stand_in(
        "registry.k8s.io/ingress-nginx/controller",
        (80, 443, 10254),
        "1.14.1 1.13.5 1.12.7 1.11.8 1.10.6 1.9.6 1.8.5 1.7.1 1.5.2 1.3.1 1.2.1 1.1.3 1.0.5",
        "/usr/bin/dumb-init -- /nginx-ingress-controller",
        prefix="v",
        words="",
    ),
    stand_in(
        "registry.k8s.io/defaultbackend",
        (8080,),
        "1.4 1.3 1.0",
        "/server",
        words="",
        also=("registry.k8s.io/defaultbackend-amd64",),
    ),
    stand_in(
        "registry.k8s.io/ingress-nginx/kube-webhook-certgen",
        (),
        "1.6.5 1.5.3 1.1.1",
        "/kube-webhook-certgen",
        prefix="v",
        words="",
    ),
    stand_in("quay.io/cilium/hubble-ui", (8081,), "0.13.3 0.12.3 0.11.0", "nginx", prefix="v", words="latest"),
    stand_in(
        "quay.io/cilium/hubble-ui-backend",
        (8090,),
        "0.13.3 0.12.3 0.11.0",
        "/usr/bin/backend",
        prefix="v",
        words="latest",
    ),
)

SOFTWARE = (*_PROXIES, *_WEB)
