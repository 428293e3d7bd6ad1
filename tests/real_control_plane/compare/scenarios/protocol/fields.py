"""Fields that are unknown, doubled, or owned by another manager."""

from __future__ import annotations

from typing import Any

from tests.objects import deployment, merged, pod, service, template
from tests.real_control_plane.compare.session import (
    APPLY,
    JSON_PATCH,
    MERGE,
    STRATEGIC,
    YAML,
    Session,
)

_DOUBLED = (
    '{"apiVersion":"v1","kind":"Service","metadata":{"name":"x","name":"y","labels":{"a":"b","a":"c"}},'
    '"spec":{"ports":[{"port":80,"port":81,"foo":1}],"ports":[{"port":82}],"bar":{"baz":1}},"spce":1}'
)
_CASED = (
    '{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"Ports":[{"PORT":80}],"clusterip":"None"}}'
)
_YAML = """\
apiVersion: v1
kind: Service
metadata: {name: x}
spec:
  ports: [{port: 80, foo: 1}]
  ports: [{port: 81}]
  bar: 1
"""
#: Kind of a patch, and a patch with a field that no Service has, or has twice.
_UNKNOWN_FIELDS: tuple[Any, ...] = (
    (MERGE, {"spec": {"foo": 1}}),
    (STRATEGIC, {"spec": {"foo": 1, "ports": [{"port": 80, "bar": 2}]}}),
    (JSON_PATCH, [{"op": "add", "path": "/spec/foo", "value": 1}]),
    (MERGE, '{"spec":{"type":"ClusterIP","type":"NodePort"}}'),
)
#: Queries that a write reads.
_QUERIES: tuple[Any, ...] = (
    {"dryRun": "x"},
    {"dryRun": ""},
    {"dryRun": "All,All"},
    {"fieldManager": "a" * 129},
    {"fieldManager": "a\u0007"},
    {"fieldManager": ""},
    {"foo": "bar"},
    {"force": "true"},
)


def _new_with_wrong_fields(session: Session) -> None:
    """Send new objects with unknown and doubled fields."""
    for validation in ("Strict", "Warn", "Ignore", "", "strict", None):
        query = {"dryRun": "All", **({} if validation is None else {"fieldValidation": validation})}
        session.create("services", _DOUBLED, note="doubled", **query)
        session.create("services", _CASED, note="cased", **query)
        session.send("POST", "services", _YAML, query=query, kind=YAML, note="yaml")
        session.create(
            "deployments",
            deployment(
                replica=1,
                template=template(
                    container=[],
                    containers=[
                        {"name": "c", "image": "x", "imagePullpolicy": "Always", "ports": [{"containerport": 80}]}
                    ],
                ),
            ),
            note="typos",
            **query,
        )
        session.create(
            "pods", merged(pod("x"), {"metadata": {"label": {}}, "status": {"foo": 1}}), note="metadata", **query
        )


def _changes_with_wrong_fields(session: Session) -> None:
    """Send patches with unknown and doubled fields."""
    session.create("services", service("stay"))
    path = session.path("services", "stay")
    for validation in ("Strict", "Warn", "Ignore"):
        for kind, patch in _UNKNOWN_FIELDS:
            session.patch(path, patch, kind, dryRun="All", fieldValidation=validation)
        session.apply(
            path, merged(service("stay"), {"spec": {"foo": 1}}), dryRun="All", fieldValidation=validation, force="true"
        )
        session.send(
            "PATCH",
            path,
            _YAML.replace("name: x", "name: stay"),
            kind=APPLY,
            query={"fieldManager": "m", "dryRun": "All", "fieldValidation": validation, "force": "true"},
        )


def _queries_of_writes(session: Session) -> None:
    """Send the queries that a write reads."""
    path = session.path("services", "stay")
    for query in _QUERIES:
        session.create("services", service("q"), **query)
        session.delete(session.path("services", "q"), record=False)
        session.patch(path, {}, MERGE, **query)


def _managers(session: Session) -> None:
    """Change fields under several names."""
    session.create("services", service("managed"), fieldManager="first")
    session.patch(
        session.path("services", "managed"), {"metadata": {"labels": {"a": "b"}}}, MERGE, fieldManager="second"
    )
    session.patch(
        session.path("services", "managed"), {"metadata": {"labels": {"a": "c"}}}, MERGE, fieldManager="third"
    )
    session.patch(session.path("services", "managed"), {"metadata": {"managedFields": [{}]}}, MERGE)
    session.patch(
        session.path("services", "managed"),
        {"spec": {"ports": [{"port": 80, "name": "n"}, {"port": 81, "name": "m"}]}},
        STRATEGIC,
    )
    session.patch(session.path("services", "managed"), {"metadata": {"managedFields": [{"manager": "x"}]}}, MERGE)


def fields(session: Session) -> None:
    """What becomes of fields that are unknown, doubled, or have another owner."""
    _new_with_wrong_fields(session)
    _changes_with_wrong_fields(session)
    _queries_of_writes(session)
    _managers(session)
