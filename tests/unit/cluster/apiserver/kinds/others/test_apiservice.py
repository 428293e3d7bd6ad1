"""APIServices: what is refused, what is filled in, and what ``kubectl get`` shows."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver.kinds.others.apiservice import API_SERVICES
from kubelearn.cluster.meta import Object
from tests.unit.cluster.apiserver.rows import object_of, row_of
from tests.unit.strategy_fakes import FakeApi, causes_of

_RANGE = "must be between 1 and 65535, inclusive"


def api_service(name: str = "v1.example.com", **spec: Any) -> Object:
    usual = {"group": "example.com", "version": "v1", "groupPriorityMinimum": 1000, "versionPriority": 15}
    return {"metadata": {"name": name}, "spec": {**usual, "service": {"name": "api", "namespace": "web"}, **spec}}


def test_a_server_elsewhere_is_not_available_until_it_was_asked(api: FakeApi) -> None:
    made = api.create(API_SERVICES, api_service(insecureSkipTLSVerify=False, caBundle=""))
    assert made["status"] == {}
    assert made["spec"] == api_service(service={"name": "api", "namespace": "web", "port": 443})["spec"]


def test_what_is_served_here_is_available_at_once(api: FakeApi) -> None:
    [condition] = api.create(API_SERVICES, api_service(service=None))["status"]["conditions"]
    assert (condition["type"], condition["status"], condition["reason"]) == ("Available", "True", "Local")


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (
            api_service("mine"),
            ['metadata.name: Invalid value: "mine": must be `spec.version+"."+spec.group`: "v1.example.com"'],
        ),
        (
            api_service("v2.", group="", version="v2"),
            ["spec.group: Required value: only v1 may have an empty group and it better be legacy kube"],
        ),
        (
            api_service("1.example.com", version="1"),
            [
                'spec.version: Invalid value: "1": a DNS-1035 label must consist of lower case alphanumeric characters'
                " or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name', "
                " or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
            ],
        ),
        (
            api_service(groupPriorityMinimum=20_001, versionPriority=0),
            [
                "spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000",
                "spec.versionPriority: Invalid value: 0: must be positive and less than 1000",
            ],
        ),
        (
            api_service(service={"port": 70_000}),
            [
                "spec.service.namespace: Required value",
                "spec.service.name: Required value",
                f"spec.service.port: Invalid value: 70000: port is not valid: {_RANGE}",
            ],
        ),
        (
            api_service(service=None, caBundle="YWJj", insecureSkipTLSVerify=True),
            [
                'spec.caBundle: Invalid value: "3 bytes": local APIServices may not have a caBundle',
                "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify",
            ],
        ),
        (
            api_service(caBundle="YWJj", insecureSkipTLSVerify=True),
            ["spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present"],
        ),
    ],
    ids=["name", "group", "version", "priorities", "service", "local", "insecure"],
)
def test_what_is_refused(api: FakeApi, obj: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create(API_SERVICES, obj)) == expected


def test_a_replacement_is_checked_as_a_new_one(api: FakeApi) -> None:
    api.create(API_SERVICES, api_service())
    [cause] = causes_of(
        lambda: api.update(API_SERVICES, "v1.example.com", lambda item: item["spec"].update(version="v2"))
    )
    assert cause.endswith(': "v2.example.com"')


@pytest.mark.parametrize(
    ("service", "conditions", "expected"),
    [
        (None, [{"type": "Available", "status": "True", "reason": "Local"}], ("Local", "True")),
        (
            {"namespace": "web", "name": "api"},
            [{"type": "Available", "status": "False", "reason": "ServiceNotFound"}],
            ("web/api", "False (ServiceNotFound)"),
        ),
        ({"namespace": "web", "name": "api"}, [], ("web/api", "Unknown")),
    ],
)
def test_rows(service: Object | None, conditions: list[Object], expected: tuple[str, str]) -> None:
    spec = {} if service is None else {"service": service}
    row = row_of(API_SERVICES, object_of(API_SERVICES, spec, {"conditions": conditions}))
    assert (row["Service"], row["Available"]) == expected
