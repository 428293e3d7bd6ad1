"""Programs that watch others: stand-ins that listen where they would."""

from __future__ import annotations

from .entry import HUB
from .stand_ins import stand_in

_PROM = f"{HUB}/prom"
_PROMETHEUS = (
    "3.8.1 3.7.3 3.6.0 3.5.0 3.4.2 3.3.1 3.2.1 3.1.0 3.0.1 2.55.1 2.54.1 2.53.5 2.52.0 2.51.2 2.50.1 2.49.1 2.48.1 "
    "2.47.2 2.46.0 2.45.6 2.44.0 2.43.1 2.42.0 2.41.0 2.40.7 2.39.2 2.38.0 2.37.9 2.36.2 2.35.0 2.34.0 2.33.5 2.32.1 "
    "2.31.2 2.30.4 2.29.2 2.28.1 2.27.1 2.26.1 2.25.2 2.24.1 2.23.0 2.22.2 2.21.0 2.20.1 2.19.3 2.18.2 2.17.2 2.16.0 "
    "2.15.2 2.14.0 2.13.1 2.12.0 2.11.2 2.10.0 2.9.2 2.8.1 2.7.2 2.6.1 2.5.0 2.4.3 2.3.2 2.2.1 2.1.0 2.0.0"
)
_GRAFANA = (
    "12.3.1 12.2.3 12.1.1 12.0.2 11.6.4 11.5.2 11.4.0 11.3.0 11.2.0 11.1.0 11.0.0 10.4.2 10.3.3 10.2.3 10.1.5 10.0.3 "
    "9.5.3 9.4.7 9.3.6 9.2.5 9.1.8 9.0.9 8.5.27 8.4.11 8.3.11 8.2.7 8.1.8 8.0.7 7.5.17 7.4.5 7.3.10 7.2.2 7.1.5 7.0.6 "
    "6.7.6 6.6.2 6.5.3 6.4.5 6.3.7 6.2.5 6.1.6 6.0.2 5.4.5 5.3.4 5.2.4 5.1.5 5.0.4 4.6.5 4.4.3"
)

MONITORING = (
    stand_in(
        f"{_PROM}/prometheus",
        (9090,),
        _PROMETHEUS,
        "/bin/prometheus",
        prefix="v",
        words="latest main",
        exact=False,
        also=("quay.io/prometheus/prometheus",),
        user="nobody",
    ),
    stand_in(
        f"{_PROM}/node-exporter",
        (9100,),
        "1.10.2 1.9.1 1.8.2 1.7.0 1.6.1 1.5.0 1.3.1 1.2.2 1.1.2 1.0.1 0.18.1",
        "/bin/node_exporter",
        prefix="v",
        words="latest master",
        also=("quay.io/prometheus/node-exporter",),
        user="nobody",
    ),
    stand_in(
        f"{_PROM}/alertmanager",
        (9093,),
        "0.30.0 0.29.0 0.28.1 0.27.0 0.26.0 0.25.1 0.24.0 0.23.0",
        "/bin/alertmanager",
        prefix="v",
        words="latest main",
        also=("quay.io/prometheus/alertmanager",),
        user="nobody",
    ),
    stand_in(f"{_PROM}/pushgateway", (9091,), "1.11.2 1.10.0 1.9.0", "/bin/pushgateway", prefix="v", user="nobody"),
    stand_in(
        f"{HUB}/grafana/grafana",
        (3000,),
        _GRAFANA,
        "/run.sh",
        words="latest main",
        exact=False,
        also=(f"{HUB}/grafana/grafana-oss",),
        user="472",
    ),
    stand_in(
        "registry.k8s.io/kube-state-metrics/kube-state-metrics",
        (8080, 8081),
        "2.17.0 2.16.0 2.15.0 2.14.0 2.13.0 2.12.0 2.11.0 2.10.1 2.9.2 2.8.2 2.7.0 2.6.0 2.5.0 2.4.2 2.3.0 "
        "2.2.4 2.1.1 2.0.0",
        "/kube-state-metrics",
        prefix="v",
        words="",
        user="nobody",
    ),
    stand_in(
        "registry.k8s.io/metrics-server/metrics-server",
        (10250,),
        "0.8.0 0.7.2 0.6.4",
        "/metrics-server",
        prefix="v",
        words="",
        user="65534",
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
        "quay.io/fluentd_elasticsearch/fluentd", (24231,), "5.0.1 4.7.5 3.4.0 3.0.1 2.5.2", "/entrypoint.sh", prefix="v"
    ),
    stand_in(
        f"{HUB}/fluent/fluent-bit",
        (2020,),
        "4.2.2 4.1.2 3.2.10 3.1.10 3.0.7 2.2.3 2.1.10 2.0.14 1.9.10 1.8.15 1.7.9 1.6.10 1.5.7 1.4.6 1.3.11",
        "/fluent-bit/bin/fluent-bit",
        exact=False,
    ),
    stand_in("registry.k8s.io/fluentd-elasticsearch", (), "1.20 1.19", "/run.sh", words="latest"),
)
