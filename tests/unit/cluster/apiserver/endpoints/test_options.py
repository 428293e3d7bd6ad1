"""Options of writes and deletions: which are refused, and where they may stand."""

from __future__ import annotations

from typing import Any
from unittest.mock import AsyncMock, patch

import orjson
import pytest
from aiohttp.test_utils import make_mocked_request

from kubelearn.cluster.apiserver.endpoints.delete_options import delete_options
from kubelearn.cluster.apiserver.endpoints.requests import write_options
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.options import WARNINGS
from kubelearn.cluster.apiserver.serializer import bodies

APPLY, MERGE = "application/apply-patch+yaml", "application/merge-patch+json"


@pytest.mark.parametrize(
    ("method", "query", "kind", "problem"),
    [
        ("POST", "dryRun=x", "CreateOptions", 'dryRun: Unsupported value: ["x"]: supported values: "All"'),
        (
            "PUT",
            "fieldValidation=x",
            "UpdateOptions",
            'fieldValidation: Unsupported value: "x": supported values: "", "Ignore", "Strict", "Warn"',
        ),
        ("PATCH", "force=true", "PatchOptions", "force: Forbidden: may not be specified for non-apply patch"),
        (
            "POST",
            "fieldManager=" + "x" * 129,
            "CreateOptions",
            "fieldManager: Too long: may not be more than 128 bytes",
        ),
        (
            "POST",
            "fieldManager=a%0Ab",
            "CreateOptions",
            r'fieldManager: Invalid value: "a\nb": invalid character U+000A (at position 1)',
        ),
    ],
)
def test_refused_write_options(method: str, query: str, kind: str, problem: str) -> None:
    with pytest.raises(ApiError) as caught:
        write_options(make_mocked_request(method, f"/?{query}", headers={"Content-Type": MERGE}))
    assert (caught.value.code, caught.value.message) == (422, f'{kind}.meta.k8s.io "" is invalid: {problem}')


def test_who_writes() -> None:
    WARNINGS.set(["before"])
    headers = {"Content-Type": APPLY, "User-Agent": "kubectl/v1.36.3 (linux)"}
    options = write_options(make_mocked_request("PATCH", "/?force=true&dryRun=All", headers=headers))
    assert (options.manager, options.force, options.dry_run, options.validation) == ("kubectl", True, True, "Warn")
    assert options.warnings is WARNINGS.get()


async def deletion(query: str = "", body: Any = None) -> Any:
    with patch.object(bodies, "read", AsyncMock(return_value=orjson.dumps(body) if body is not None else b"")):
        return await delete_options(make_mocked_request("DELETE", f"/?{query}"))


async def test_options_of_deletions_come_from_one_place() -> None:
    assert await deletion("gracePeriodSeconds=3&propagationPolicy=Foreground&dryRun=All") == {
        "gracePeriodSeconds": 3,
        "propagationPolicy": "Foreground",
        "dryRun": ["All"],
    }
    assert (await deletion("orphanDependents=true"))["propagationPolicy"] == "Orphan"
    assert (await deletion("gracePeriodSeconds=-5"))["gracePeriodSeconds"] == 1
    with_body = await deletion("gracePeriodSeconds=3", {"propagationPolicy": "Background"})
    assert (with_body.get("gracePeriodSeconds"), with_body["propagationPolicy"]) == (None, "Background"), (
        "the query does not count beside a body"
    )


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        (
            "propagationPolicy=x",
            'propagationPolicy: Unsupported value: "x": supported values: "Foreground", "Background", "Orphan", "nil"',
        ),
        (
            "propagationPolicy=Orphan&orphanDependents=1",
            'propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
        ),
        ("dryRun=x", 'dryRun: Unsupported value: ["x"]: supported values: "All"'),
    ],
)
async def test_refused_options_of_deletions(query: str, problem: str) -> None:
    with pytest.raises(ApiError) as caught:
        await deletion(query)
    assert caught.value.message == f'DeleteOptions.meta.k8s.io "" is invalid: {problem}'
