"""A Service as a client sends it."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.meta import Object
from tests.objects import bare
from tests.unit.strategy_fakes import FakeApi


def service_with(name: str = "web", **spec: Any) -> Object:
    return bare("Service", name or None, {"ports": [{"port": 80}], **spec})


def create(api: FakeApi, name: str = "web", **spec: Any) -> Object:
    spec_ = api.create("services", service_with(name, **spec))["spec"]
    assert isinstance(spec_, dict)
    return spec_
