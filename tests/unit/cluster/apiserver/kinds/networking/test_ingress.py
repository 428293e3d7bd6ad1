"""Ingresses and IngressClasses as objects: defaults, what is refused, warnings, tables."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.meta import Object
from tests.objects import bare
from tests.unit.cluster.apiserver.rows import row_of
from tests.unit.strategy_fakes import FakeApi, causes_of

KEY, CLASSES = "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io"
BACKEND: Object = {"service": {"name": "web", "port": {"number": 80}}}
DEFAULT = {"ingressclass.kubernetes.io/is-default-class": "true"}
OLD = "kubernetes.io/ingress.class"


def ingress(*paths: Object, **spec: Any) -> Object:
    rules = [{"host": "a.example", "http": {"paths": list(paths)}}] if paths else []
    return bare("Ingress", "web", {"rules": rules, **spec})


def path(text: str = "/", kind: str | None = "Prefix", backend: Object = BACKEND) -> Object:
    return {"path": text, "pathType": kind, "backend": backend}


def add_class(api: FakeApi, name: str, created: str = "", **metadata: Any) -> None:
    made = api.create(CLASSES, bare("IngressClass", name, {"controller": "example.com/c"}, **metadata))
    made["metadata"]["creationTimestamp"] = created
    api.store.put(CLASSES, made)


def test_what_is_empty_is_left_out(api: FakeApi) -> None:
    obj = ingress(path(""), tls=[{"hosts": [], "secretName": ""}])
    obj["spec"]["rules"][0]["host"] = ""
    obj["spec"]["rules"][0]["http"]["paths"][0]["pathType"] = "ImplementationSpecific"
    made = api.create(KEY, obj)
    only = {"pathType": "ImplementationSpecific", "backend": BACKEND}
    assert made["spec"] == {"rules": [{"http": {"paths": [only]}}], "tls": [{}]}
    assert made["status"] == {"loadBalancer": {}}


BOUNDS = "must be between 1 and 65535, inclusive"
PATH = "spec.rules[0].http.paths[0]"


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (ingress(path()), []),
        (ingress(defaultBackend=BACKEND), []),
        (ingress(), ["spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"]),
        (ingress(path(kind=None)), [f"{PATH}.pathType: Required value: pathType must be specified"]),
        (
            ingress(path(kind="Regex")),
            [
                f'{PATH}.pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", '
                '"Prefix"'
            ],
        ),
        (ingress(path("*", "ImplementationSpecific")), [f'{PATH}.path: Invalid value: "*": must be an absolute path']),
        (
            ingress(path("a//b/..", "Exact")),
            [
                f'{PATH}.path: Invalid value: "a//b/..": must be an absolute path',
                f"{PATH}.path: Invalid value: \"a//b/..\": must not contain '//'",
                f"{PATH}.path: Invalid value: \"a//b/..\": cannot end with '/..'",
            ],
        ),
        (
            ingress(path(backend={})),
            [f'{PATH}.backend: Invalid value: "": resource or service backend is required'],
        ),
        (
            ingress(path(backend={**BACKEND, "resource": {"kind": "A", "name": "b"}})),
            [f'{PATH}.backend: Invalid value: "": cannot set both resource and service backends'],
        ),
        (
            ingress(path(backend={"resource": {"apiGroup": "A", "kind": "", "name": "a/b"}})),
            [
                f'{PATH}.backend.resource.apiGroup: Invalid value: "A": a lowercase RFC 1123 subdomain must consist',
                f"{PATH}.backend.resource.kind: Required value",
                f"{PATH}.backend.resource.name: Invalid value: \"a/b\": may not contain '/'",
            ],
        ),
        (
            ingress(path(backend={"service": {"name": "", "port": {"number": 70000}}})),
            [
                f"{PATH}.backend.service.name: Required value",
                f"{PATH}.backend.service.port.number: Invalid value: 70000: {BOUNDS}",
            ],
        ),
        (
            ingress(path(backend={"service": {"name": "w", "port": {"name": "HTTP", "number": 0}}})),
            [
                f'{PATH}.backend.service.port.name: Invalid value: "HTTP": must contain only alpha-numeric',
                f'{PATH}.backend.service.port.name: Invalid value: "HTTP": must contain at least one letter (a-z)',
            ],
        ),
        (
            ingress(path(backend={"service": {"name": "w", "port": {"name": "a", "number": 1}}})),
            [f'{PATH}.backend: Invalid value: "": cannot set both port name & port number'],
        ),
        (
            ingress(rules=[{"host": "10.0.0.1"}, {"host": "*.a.example"}, {"host": "*"}, {"http": {"paths": []}}]),
            [
                'spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
                'spec.rules[2].host: Invalid value: "*": a wildcard DNS-1123 subdomain must start with',
                "spec.rules[3].http.paths: Required value",
            ],
        ),
        (
            ingress(path(), tls=[{"hosts": ["B", "*.b"], "secretName": "S"}], ingressClassName="C"),
            [
                'spec.tls[0].hosts[0]: Invalid value: "B": a lowercase RFC 1123 subdomain must consist',
                'spec.tls[0].secretName: Invalid value: "S": a lowercase RFC 1123 subdomain must consist',
                'spec.ingressClassName: Invalid value: "C": a lowercase RFC 1123 subdomain must consist',
            ],
        ),
    ],
)
def test_what_is_refused(api: FakeApi, obj: Object, expected: list[str]) -> None:
    found = causes_of(lambda: api.create(KEY, obj))
    assert len(found) == len(expected)
    assert all(map(str.startswith, found, expected)), found


def test_the_annotation_and_the_field_say_the_same(api: FakeApi) -> None:
    obj = ingress(path(), ingressClassName="a")
    obj["metadata"]["annotations"] = {OLD: "b"}
    assert causes_of(lambda: api.create(KEY, obj)) == [
        f'annotations.{OLD}: Invalid value: "b": must match `ingressClassName` when both are specified'
    ]
    obj["metadata"]["annotations"] = {OLD: "a"}
    made = api.create(KEY, obj)
    assert for_resource(KEY).warnings(made, None) == []
    del made["spec"]["ingressClassName"]
    assert for_resource(KEY).warnings(made, made) == []
    assert for_resource(KEY).warnings(made, None) == [
        f"annotation \"{OLD}\" is deprecated, please use 'spec.ingressClassName' instead"
    ]


def test_the_newest_default_class_is_given(api: FakeApi) -> None:
    add_class(api, "plain", "2026-01-03T00:00:00Z")
    assert "ingressClassName" not in api.create(KEY, ingress(path()), dry_run=True)["spec"]
    for name, created in (
        ("old", "2026-01-01T00:00:00Z"),
        ("b", "2026-01-02T00:00:00Z"),
        ("a", "2026-01-02T00:00:00Z"),
    ):
        add_class(api, name, created, annotations=dict(DEFAULT))
    assert api.create(KEY, ingress(path()), dry_run=True)["spec"]["ingressClassName"] == "a"
    assert api.create(KEY, ingress(path(), ingressClassName="c"), dry_run=True)["spec"]["ingressClassName"] == "c"
    annotated = ingress(path())
    annotated["metadata"]["annotations"] = {OLD: "nginx"}
    assert "ingressClassName" not in api.create(KEY, annotated)["spec"]


def test_what_was_wrong_before_may_stay(api: FakeApi) -> None:
    made = api.create(KEY, ingress(path(), tls=[{"secretName": "s"}]))
    made["spec"]["tls"][0]["secretName"] = "S_"
    made["spec"]["rules"] = [{"host": "*.example", "http": {"paths": []}}]
    api.store.put(KEY, made)
    again = api.update(KEY, "web", lambda obj: obj["spec"].update(ingressClassName="c"))
    assert again["metadata"]["generation"] == 2
    assert causes_of(lambda: api.update(KEY, "web", lambda obj: obj["spec"].update(defaultBackend={}))) == [
        'spec.defaultBackend: Invalid value: "": resource or service backend is required'
    ]


def test_a_status_keeps_the_spec_and_is_shown(api: FakeApi) -> None:
    old = api.create(KEY, ingress(path()))
    new = {
        **old,
        "spec": {},
        "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}, {"hostname": "lb.example"}]}},
    }
    for_resource(KEY).prepare_status(new, old)
    assert new["spec"] == old["spec"]
    assert row_of(KEY, new)["Address"] == "192.0.2.1,lb.example"


def test_a_status_has_addresses_and_names(api: FakeApi) -> None:
    old = api.create(KEY, ingress(path()))
    listed = [{"ip": "192.0.2.1"}, {"ip": "x"}, {"hostname": "10.0.0.1"}, {"hostname": "A"}]
    found = for_resource(KEY).validate_update({**old, "status": {"loadBalancer": {"ingress": listed}}}, old)
    assert [(cause.field, cause.message.partition(" (")[0]) for cause in found[:2]] == [
        ("status.loadBalancer.ingress[1].ip", 'Invalid value: "x": must be a valid IP address,'),
        (
            "status.loadBalancer.ingress[2].hostname",
            'Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
        ),
    ]
    assert found[2].field == "status.loadBalancer.ingress[3].hostname"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"controller": "example.com/a", "parameters": {"kind": "K", "name": "n"}}, []),
        ({}, ["spec.controller: Required value"]),
        (
            {"controller": "a"},
            ['spec.controller: Invalid value: "a": must be a domain-prefixed path (such as "acme.io/foo")'],
        ),
        (
            {"controller": "A/ü"},
            [
                'spec.controller: Invalid value: "A": a lowercase RFC 1123 subdomain must consist',
                'spec.controller: Invalid value: "ü": Invalid path (regex used for validation is \'[A-Za-z0-9/',
            ],
        ),
        ({"controller": "a/" + "b" * 249}, ["spec.controller: Too long: may not be more than 250 bytes"]),
        (
            {"controller": "a/b", "parameters": {"scope": "Here"}},
            [
                "spec.parameters.kind: Required value",
                "spec.parameters.name: Required value",
                'spec.parameters.scope: Unsupported value: "Here": supported values: "Cluster", "Namespace"',
            ],
        ),
        (
            {"controller": "a/b", "parameters": {"kind": "K", "name": "..", "scope": "Namespace"}},
            [
                "spec.parameters.name: Invalid value: \"..\": may not be '..'",
                "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
            ],
        ),
        (
            {"controller": "a/b", "parameters": {"kind": "K", "name": "n", "namespace": "x"}},
            ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
        ),
    ],
)
def test_classes(api: FakeApi, spec: Object, expected: list[str]) -> None:
    found = causes_of(lambda: api.create(CLASSES, bare("IngressClass", "c", spec)))
    assert len(found) == len(expected)
    assert all(map(str.startswith, found, expected)), found


def test_a_classs_controller_stays(api: FakeApi) -> None:
    api.create(CLASSES, bare("IngressClass", "c", {"controller": "a/b"}))
    assert causes_of(lambda: api.update(CLASSES, "c", lambda obj: obj["spec"].update(controller="a/c"))) == [
        'spec.controller: Invalid value: "a/c": field is immutable'
    ]
    parameters = {"apiGroup": "example.com", "kind": "K", "name": "n"}
    changed = api.update(CLASSES, "c", lambda obj: obj["spec"].update(parameters=parameters))
    assert changed["spec"]["parameters"]["scope"] == "Cluster"
    assert row_of(CLASSES, changed)["Parameters"] == "K.example.com/n"
