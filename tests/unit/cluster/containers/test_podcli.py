"""podcli, by which podinfo's chart probes its pods."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.containers.images.podinfo.podcli import podcli
from tests.unit.cluster.containers.programs import run
from tests.unit.network_fakes import FakeCluster


async def _app(scope: Any, _receive: Any, send: Any) -> None:
    status = 503 if scope["path"] == "/readyz" else 200
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": scope["method"].encode()})


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            "check http localhost:9898/healthz --delay=0s",
            0,
            '"check succeed", "address": "http://localhost:9898/healthz", "status code": 200',
        ),
        ("check http http://127.0.0.1:9898 --delay 0s --method=POST", 0, '"check succeed"'),
        ("check http localhost:9898/readyz --delay=0s", 1, '"status code": 503'),
        ("check http localhost:9898/readyz --delay=1ms --retry=2", 1, '"check failed"'),
        ("check http localhost:1 --delay=0s", 1, "Connection refused"),
        ("check tcp localhost:9898 --delay=0s", 0, '"check succeed"'),
        ("check tcp localhost:1 --delay=0s", 1, '"check failed"'),
        ("check http", 1, "Error: address is required!"),
        ("check ws localhost", 1, "only check http and check tcp are here"),
        ("check http localhost --fly", 1, "Error: unknown flag: --fly"),
        ("check http localhost --retry", 1, "Error: flag needs an argument: --retry"),
        ("check http localhost --delay=soon", 1, "Error: invalid argument"),
    ],
)
async def test_checks(words: str, code: int, said: str) -> None:
    net = FakeCluster().attach("podinfo")
    net.listen(9898, _app)
    found, _, errors = await run("podcli", *words.split(), network=net, programs={"podcli": podcli})
    assert (found, said in errors) == (code, True), errors
