"""Secrets and ConfigMaps."""

from __future__ import annotations

from kubelearn.cluster.meta import Object
from tests.unit.strategy_fakes import FakeApi, causes_of


def test_secret(api: FakeApi) -> None:
    secret = api.create(
        "secrets",
        {
            "kind": "Secret",
            "apiVersion": "v1",
            "metadata": {"name": "s"},
            "stringData": {"a": "x"},
            "data": {"b": "eQ=="},
        },
    )
    assert (secret["type"], secret["data"]) == ("Opaque", {"b": "eQ==", "a": "eA=="})
    assert "stringData" not in secret
    assert causes_of(lambda: api.update("secrets", "s", lambda obj: obj.update(type="x"))) == [
        'type: Invalid value: "x": field is immutable'
    ]
    tls: Object = {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "t"}, "type": "kubernetes.io/tls"}
    assert causes_of(lambda: api.create("secrets", tls)) == [
        "data[tls.crt]: Required value",
        "data[tls.key]: Required value",
    ]


def test_configmap(api: FakeApi) -> None:
    wrong: Object = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c"}, "data": {"a b": "x"}}
    assert causes_of(lambda: api.create("configmaps", wrong)) == [
        (
            "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or"
            " '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
        ),
    ]
    large: Object = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c"}, "data": {"a": "x" * 2**21}}
    assert causes_of(lambda: api.create("configmaps", large)) == ["[]: Too long: may not be more than 1048576 bytes"]
    api.create(
        "configmaps",
        {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c"}, "immutable": True, "data": {"a": "1"}},
    )
    frozen = "Forbidden: field is immutable when `immutable` is set"
    assert causes_of(lambda: api.update("configmaps", "c", lambda obj: obj.update(data={"a": "2"}))) == [
        f"data: {frozen}"
    ]
    assert causes_of(lambda: api.update("configmaps", "c", lambda obj: obj.update(immutable=False))) == [
        f"immutable: {frozen}"
    ]
