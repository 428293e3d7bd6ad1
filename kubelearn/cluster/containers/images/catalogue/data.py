"""Databases, queues and caches that applications stand on: stand-ins that listen where they would."""

from __future__ import annotations

from .entry import HUB, SAMPLES
from .stand_ins import official, stand_in

_ENTRYPOINT = "docker-entrypoint.sh"
_ELASTIC = (
    "9.2.3 9.1.9 9.0.8 8.19.9 8.18.8 8.17.10 8.16.6 8.15.5 8.14.3 8.13.4 8.12.2 8.11.4 8.10.4 8.9.2 8.8.2 8.7.1 8.6.2 "
    "8.5.3 8.4.3 8.3.3 8.2.3 8.1.3 8.0.1 7.17.29 7.16.3 7.15.2 7.14.2 7.13.4 7.12.1 7.11.2 7.10.1 7.9.3 7.8.1 7.7.1 "
    "7.6.2 7.5.2 7.4.2 7.3.2 7.2.1 7.1.1 7.0.1 6.8.23 6.7.2 6.6.2 6.5.4 6.4.3 5.6.16 5.5.3"
)

DATA = (
    official("memcached", (11211,), "1.6.40 1.5.22 1.4.39", f"{_ENTRYPOINT} memcached"),
    official(
        "rabbitmq",
        (5672, 15672),
        "4.2.2 4.1.7 4.0.9 3.13.7 3.12.14 3.11.28 3.10.25 3.9.29 3.8.34 3.7.28 3.6.16",
        f"{_ENTRYPOINT} rabbitmq-server",
        checks="rabbitmqctl rabbitmq-diagnostics",
        words="latest management alpine management-alpine",
        suffix="(-management|-alpine)*",
    ),
    official("cassandra", (9042, 7000), "5.0.6 4.1.10 4.0.19 3.11.19", f"{_ENTRYPOINT} cassandra", checks="nodetool"),
    official("elasticsearch", (9200, 9300), _ELASTIC, _ENTRYPOINT, words="latest", user="1000"),
    official("kibana", (5601,), _ELASTIC, _ENTRYPOINT, words="latest", user="1000"),
    official("logstash", (9600, 5044), _ELASTIC, _ENTRYPOINT, words="latest", user="1000"),
    official("influxdb", (8086,), "2.8.0 2.7.12 1.11.8 1.8.10", "/entrypoint.sh influxd"),
    official("couchdb", (5984,), "3.5.1 3.4.3 2.3.1", f"{_ENTRYPOINT} /opt/couchdb/bin/couchdb", words="latest"),
    official("neo4j", (7474, 7687), "5.26.19 4.4.46 3.5.35", f"{_ENTRYPOINT} neo4j", words="latest community"),
    official("zookeeper", (2181, 8080), "3.9.4 3.8.5 3.7.2 3.6.4 3.5.9 3.4.14", "/docker-entrypoint.sh zkServer.sh"),
    official(
        "nats",
        (4222, 8222),
        "2.12.3 2.11.11 2.10.29 2.9.25 2.8.4 2.7.4 2.6.6 2.3.4 2.2.6 2.1.9 2.0.4 1.4.1 1.3.0",
        f"{_ENTRYPOINT} nats-server",
    ),
    official("rethinkdb", (8080, 28015, 29015), "2.4.4 2.3.7", "rethinkdb"),
    stand_in(f"{HUB}/minio/minio", (9000, 9001), "2025.9", "/usr/bin/docker-entrypoint.sh minio"),
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
        "/run.sh",
        words="",
        prefix="v",
        checks="ready-probe.sh nodetool",
    ),
)
