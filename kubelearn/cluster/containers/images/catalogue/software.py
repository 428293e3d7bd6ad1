"""Well-known software that applications stand on: stand-ins that listen where it would."""

from __future__ import annotations

from .entry import HUB, LIBRARY, SAMPLES, SYSTEMS, Entry
from .stand_ins import stand_in

_ENTRYPOINT = "docker-entrypoint.sh"
_PROM = f"{HUB}/prom"


def _official(name: str, ports: tuple[int, ...], versions: str, command: str, **more: str) -> Entry:
    """Return an image of Docker's library."""
    return stand_in(
        f"{LIBRARY}/{name}",
        ports,
        versions,
        command,
        commands=more.get("commands", ""),
        checks=more.get("checks", ""),
        words=more.get("words", "latest alpine"),
        suffix=more.get("suffix", SYSTEMS),
        tools="debian",
        exact=False,
    )


_DATA = (
    _official("memcached", (11211,), "1.6.40 1.5.22 1.4.39", f"{_ENTRYPOINT} memcached", commands="memcached"),
    _official(
        "rabbitmq",
        (5672, 15672),
        "4.2.2 4.1.7 4.0.9 3.13.7 3.12.14 3.11.28 3.10.25 3.9.29 3.8.34 3.7.28 3.6.16",
        f"{_ENTRYPOINT} rabbitmq-server",
        commands="rabbitmq-server",
        checks="rabbitmqctl rabbitmq-diagnostics",
        words="latest management alpine management-alpine",
        suffix="(-management|-alpine)*",
    ),
    _official("cassandra", (9042, 7000), "5.0.6 4.1.10 4.0.19 3.11.19", f"{_ENTRYPOINT} cassandra", checks="nodetool"),
    _official("elasticsearch", (9200, 9300), "9.2.3 8.19.9 7.17.29 6.8.23 5.6.16 2.4.6", _ENTRYPOINT, words="latest"),
    _official("kibana", (5601,), "9.2.3 8.19.9 7.17.29 6.8.23 5.6.16", _ENTRYPOINT, words="latest"),
    _official("logstash", (9600, 5044), "9.2.3 8.19.9 7.17.29 6.8.23 5.6.16", _ENTRYPOINT, words="latest"),
    _official("influxdb", (8086,), "2.8.0 2.7.12 1.11.8 1.8.10", "/entrypoint.sh influxd", commands="influxd"),
    _official("couchdb", (5984,), "3.5.1 3.4.3 2.3.1", f"{_ENTRYPOINT} /opt/couchdb/bin/couchdb", words="latest"),
    _official("neo4j", (7474, 7687), "5.26.19 4.4.46 3.5.35", f"{_ENTRYPOINT} neo4j", words="latest community"),
    _official("zookeeper", (2181, 8080), "3.9.4 3.8.5 3.7.2 3.6.4 3.5.9 3.4.14", "/docker-entrypoint.sh zkServer.sh"),
    _official("nats", (4222, 8222), "2.12.3 2.11.11 2.10.29 2.9.25", f"{_ENTRYPOINT} nats-server"),
    _official("rethinkdb", (8080, 28015, 29015), "2.4.4 2.3.7", "rethinkdb"),
    stand_in(f"{HUB}/minio/minio", (9000, 9001), "2025.9", "/usr/bin/docker-entrypoint.sh minio", commands="minio"),
    stand_in(f"{HUB}/apache/kafka", (9092,), "4.1.1 4.0.1 3.9.1 3.8.1 3.7.2", "/etc/kafka/docker/run"),
    stand_in(f"{HUB}/confluentinc/cp-kafka", (9092,), "8.1.1 7.9.5 7.4.12 6.2.15", "/etc/confluent/docker/run"),
    stand_in(f"{HUB}/confluentinc/cp-zookeeper", (2181,), "7.9.5 7.4.12 6.2.15 5.5.15", "/etc/confluent/docker/run"),
    stand_in(
        "registry.k8s.io/etcd",
        (2379, 2380),
        "3.6.6 3.5.24",
        "etcd",
        words="",
        suffix="-[0-9]",
        also=("quay.io/coreos/etcd", "gcr.io/etcd-development/etcd"),
    ),
    stand_in(
        f"{SAMPLES}/cassandra",
        (9042, 7000, 7001, 7199),
        "15 14 13 12 11",
        "/usr/local/bin/docker-entrypoint.sh",
        words="",
        prefix="v",
        commands="run.sh",
        checks="ready-probe.sh nodetool",
    ),
)
_MONITORING = (
    stand_in(
        f"{_PROM}/prometheus",
        (9090,),
        "3.8.1 3.7.3 2.55.1 2.54.1 2.53.5 2.45.6 2.40.7 2.37.9 2.30.4 2.26.1",
        "/bin/prometheus",
        prefix="v",
        words="latest main",
        exact=False,
        also=("quay.io/prometheus/prometheus",),
    ),
    stand_in(
        f"{_PROM}/node-exporter",
        (9100,),
        "1.10.2 1.9.1 1.8.2 1.7.0 1.6.1 1.5.0 1.3.1 1.2.2 1.1.2 1.0.1 0.18.1",
        "/bin/node_exporter",
        prefix="v",
        words="latest master",
        also=("quay.io/prometheus/node-exporter",),
    ),
    stand_in(
        f"{_PROM}/alertmanager",
        (9093,),
        "0.30.0 0.29.0 0.28.1 0.27.0 0.26.0 0.25.1 0.24.0 0.23.0",
        "/bin/alertmanager",
        prefix="v",
        words="latest main",
        also=("quay.io/prometheus/alertmanager",),
    ),
    stand_in(f"{_PROM}/pushgateway", (9091,), "1.11.2 1.10.0 1.9.0", "/bin/pushgateway", prefix="v"),
    stand_in(
        f"{HUB}/grafana/grafana",
        (3000,),
        "12.3.1 12.2.3 11.6.9 10.4.19 9.5.21 8.5.27 7.5.17 6.7.6 5.4.5",
        "/run.sh",
        words="latest main",
        exact=False,
        also=(f"{HUB}/grafana/grafana-oss",),
    ),
    stand_in(
        "registry.k8s.io/kube-state-metrics/kube-state-metrics",
        (8080, 8081),
        "2.17.0 2.16.0 2.15.0 2.14.0 2.10.1 2.1.1",
        "/kube-state-metrics",
        prefix="v",
        words="",
    ),
    stand_in(
        "registry.k8s.io/metrics-server/metrics-server",
        (10250,),
        "0.8.0 0.7.2 0.6.4",
        "/metrics-server",
        prefix="v",
        words="",
    ),
    stand_in(
        f"{HUB}/jaegertracing/all-in-one",
        (16686, 14268, 9411, 4317, 4318),
        "1.76.0 1.75.0 1.60.0 1.57.0 1.22.0",
        "/go/bin/all-in-one-linux",
        exact=False,
    ),
    stand_in(
        f"{HUB}/openzipkin/zipkin",
        (9411,),
        "3.5.1 3.4.4 2.27.1 2.24.4",
        "start-zipkin",
        words="latest slim",
        exact=False,
    ),
    stand_in(
        f"{HUB}/otel/opentelemetry-collector-contrib",
        (13133, 4317, 4318, 8888),
        "0.157.0 0.142.0 0.141.0 0.120.0 0.100.0",
        "/otelcol-contrib",
        also=(f"{HUB}/otel/opentelemetry-collector",),
    ),
    stand_in(f"{HUB}/kbudde/rabbitmq-exporter", (9419,), "1.0.0", "/rabbitmq_exporter", prefix="v"),
    stand_in(
        f"{HUB}/fluent/fluentd",
        (24224,),
        "1.19.1 1.18.0 1.16.9",
        "tini fluentd",
        prefix="v",
        words="latest edge",
        suffix="-(debian|alpine)?[0-9.-]*",
        exact=False,
    ),
    stand_in(
        "quay.io/fluentd_elasticsearch/fluentd", (24231,), "4.7.5 3.4.0 3.0.1 2.5.2", "/entrypoint.sh", prefix="v"
    ),
    stand_in(
        f"{HUB}/fluent/fluent-bit",
        (2020,),
        "4.2.2 4.1.2 3.2.10 2.2.3 1.9.10",
        "/fluent-bit/bin/fluent-bit",
        exact=False,
    ),
    stand_in("registry.k8s.io/fluentd-elasticsearch", (), "1.20 1.19", "/run.sh", words="latest"),
)
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
        words=f"latest dev {_NEWEST_ENVOYS}",
        prefix="v",
        exact=True,
        tools="debian",
        programs="servers.envoy:programs",
        files="servers.envoy:FILES",
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
        programs="servers.envoy:KIADA",
        files="servers.envoy:kiada",
        entrypoint=("/docker-entrypoint.sh",),
        cmd=("envoy", "-c", "/etc/envoy/envoy.yaml"),
        size=70_000_000,
    ),
)
_WEB = (
    _official("caddy", (80, 443, 2019), "2.10.2 2.9.1 2.8.4 2.7.6", "caddy run", words="latest alpine builder"),
    _official("traefik", (80, 8080, 443), "3.6.6 3.5.6 2.11.33 2.10.7 1.7.34", "/entrypoint.sh traefik"),
    _official(
        "haproxy",
        (80,),
        "3.3.0 3.2.10 3.0.14 2.8.18 2.6.24",
        f"{_ENTRYPOINT} haproxy",
        words="latest lts alpine lts-alpine",
    ),
    _official(
        "wordpress",
        (80,),
        "6.9.0 6.8.3 6.7.2 6.6.2 6.5.5 6.4.3 6.2.2 5.9.3 5.6.2 4.9.8",
        f"{_ENTRYPOINT} apache2-foreground",
        commands="apache2-foreground",
        words="latest apache",
        suffix="(-(apache|fpm|alpine|cli|php[0-9.]+))*",
    ),
    _official(
        "drupal",
        (80,),
        "11.3.1 10.6.1 9.5.11 8.9.20",
        "docker-php-entrypoint apache2-foreground",
        words="latest apache",
        commands="apache2-foreground",
        suffix="(-(apache|fpm|alpine|php[0-9.]+|bookworm))*",
    ),
    _official("joomla", (80,), "6.0.1 5.4.1 4.4.14", "/entrypoint.sh apache2-foreground", words="latest apache"),
    _official(
        "nextcloud", (80,), "32.0.3 31.0.12 30.0.17 28.0.14", "/entrypoint.sh apache2-foreground", words="latest apache"
    ),
    _official("ghost", (2368,), "6.10.3 5.130.5 4.48.9", f"{_ENTRYPOINT} node current/index.js", words="latest alpine"),
    _official(
        "phpmyadmin", (80,), "5.2.3 5.1.4 5.0.4", "/docker-entrypoint.sh apache2-foreground", words="latest apache"
    ),
    stand_in(f"{HUB}/phpmyadmin/phpmyadmin", (80,), "5.2.3 5.1.4", "/docker-entrypoint.sh apache2-foreground"),
    _official("adminer", (8080,), "5.4.1 4.17.1 4.8.1", "entrypoint.sh php -S [::]:8080", words="latest standalone"),
    _official("mongo-express", (8081,), "1.0.2 0.54.0", "/docker-entrypoint.sh mongo-express", words="latest"),
    _official(
        "tomcat",
        (8080,),
        "11.0.15 10.1.50 9.0.113 8.5.100 8.0.53",
        "catalina.sh run",
        words="latest jdk21 jdk17 jre17",
        suffix="(-(jdk|jre)[0-9]+)?(-(slim|temurin|openjdk|corretto|alpine|jammy|noble)[a-z-]*)*",
    ),
    _official("jetty", (8080,), "12.1.5 11.0.26 9.4.58", "/docker-entrypoint.sh java", words="latest"),
    _official("registry", (5000,), "3.0.0 2.8.3", "/entrypoint.sh /etc/docker/registry/config.yml", words="latest"),
    _official("vault", (8200,), "1.13.3", f"{_ENTRYPOINT} server", words="", commands="vault"),
    stand_in(
        f"{HUB}/hashicorp/vault",
        (8200,),
        "1.21.1 1.20.4 1.15.6",
        f"{_ENTRYPOINT} server",
        commands="vault",
        exact=False,
    ),
    _official("consul", (8500, 8600), "1.15.4", f"{_ENTRYPOINT} agent", words="", commands="consul"),
    stand_in(
        f"{HUB}/hashicorp/consul",
        (8500, 8600),
        "1.22.1 1.21.5 1.15.10",
        f"{_ENTRYPOINT} agent",
        commands="consul",
        exact=False,
    ),
    stand_in(
        f"{HUB}/jenkins/jenkins",
        (8080, 50000),
        "2.541 2.528.3",
        "/usr/bin/tini -- /usr/local/bin/jenkins.sh",
        words="latest lts lts-jdk17 lts-jdk21 jdk17 jdk21",
    ),
    _official(
        "sonarqube",
        (9000,),
        "10.7.0 9.9.8 8.9.10",
        "/opt/sonarqube/docker/entrypoint.sh",
        words="latest community lts lts-community",
    ),
    stand_in(
        "quay.io/keycloak/keycloak", (8080, 9000), "26.4.7 25.0.6 24.0.5 22.0.5", "/opt/keycloak/bin/kc.sh", exact=False
    ),
    stand_in(f"{HUB}/portainer/portainer-ce", (9000, 9443, 8000), "2.33.6 2.21.5 2.19.5", "/portainer", exact=False),
    stand_in(
        "registry.k8s.io/ingress-nginx/controller",
        (80, 443, 10254),
        "1.14.1 1.13.5 1.12.7 1.11.8 1.10.6 1.9.6 1.8.5 1.7.1 1.5.2 1.3.1 1.2.1 1.1.3 1.0.5",
        "/usr/bin/dumb-init -- /nginx-ingress-controller",
        prefix="v",
        words="",
        commands="nginx-ingress-controller",
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

SOFTWARE = (*_PROXIES, *_DATA, *_MONITORING, *_WEB)
