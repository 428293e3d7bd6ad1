"""Lists at a revision, in chunks, and the options that do not go together."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from kubelearn.cluster.apiserver.endpoints import listing
from kubelearn.cluster.apiserver.endpoints.requests import list_options, number
from kubelearn.cluster.apiserver.errors import ApiError
from kubelearn.cluster.apiserver.resources import BY_KEY
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import Store

CONFIG_MAPS = BY_KEY["configmaps"]


@pytest.fixture
def store() -> Store:
    return Store()


def put(store: Store, name: str, value: str, namespace: str = "a") -> int:
    store.put(
        "configmaps",
        {
            "kind": "ConfigMap",
            "apiVersion": "v1",
            "metadata": {"name": name, "namespace": namespace},
            "data": {"v": value},
        },
    )
    return store.revision


def read(lister: listing.Lister, query: str = "", namespace: str = "a") -> listing.Page:
    options = list_options(make_mocked_request("GET", f"/?{query}"), watch=False)
    return lister.page(CONFIG_MAPS, namespace, listing.select(CONFIG_MAPS, options.labels, options.fields), options)


def values(objects: list[Object]) -> list[str]:
    return [f"{obj['metadata']['name']}={obj['data']['v']}" for obj in objects]


def test_a_list_as_it_was(store: Store) -> None:
    lister = listing.Lister(store)
    put(store, "one", "1")
    put(store, "two", "1", namespace="b")
    then = put(store, "two", "1")
    put(store, "one", "2")
    store.delete("configmaps", "a", "two")
    put(store, "three", "1")
    exact = f"resourceVersion={then}&resourceVersionMatch=Exact"
    page = read(lister, exact)
    assert (values(page.objects), page.metadata) == (["one=1", "two=1"], {"resourceVersion": str(then)})
    assert values(read(lister, exact, namespace="").objects) == ["one=1", "two=1", "two=1"]
    assert values(read(lister, f"resourceVersion={then}&limit=1").objects) == ["one=1"], "a chunk is exact by default"
    for query in (
        "",
        "resourceVersion=0",
        f"resourceVersion={then}",
        f"resourceVersion={then}&resourceVersionMatch=NotOlderThan",
    ):
        assert values(read(lister, query).objects) == ["one=2", "three=1"]
    store.compact()
    with pytest.raises(ApiError, match="too old") as gone:
        read(lister, exact)
    assert gone.value.code == 410


async def test_a_revision_to_come(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_PATIENCE", 0.01)
    with pytest.raises(ApiError, match="Timeout: Too large resource version: 9, current: 0") as caught:
        await listing.Lister(store).until("9")
    assert caught.value.code == 504


def test_chunks_stay_what_they_were(store: Store) -> None:
    """Neither a later write shows up in a later chunk, nor an old object in a later list."""
    lister = listing.Lister(store)
    for name in ("one", "two", "xyz"):
        put(store, name, "1")
    first = read(lister, "limit=1")
    put(store, "two", "2")
    store.delete("configmaps", "a", "xyz")
    rest = read(lister, f"limit=5&continue={first.metadata['continue']}")
    assert rest.metadata == {"resourceVersion": "3"}
    old = listing.encode(store, CONFIG_MAPS, rest)
    assert old.count(b'"v":"1"') == 2
    assert listing.encode(store, CONFIG_MAPS, read(lister)).count(b'"v":"2"') == 1
    with pytest.raises(ApiError, match="continue key is not valid"):
        read(lister, f"continue={first.metadata['continue']}", namespace="")


def test_an_empty_list(store: Store) -> None:
    assert (
        listing.encode(store, CONFIG_MAPS, read(listing.Lister(store)))
        == b'{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"0"},"items":[]}'
    )


MATCH = "resourceVersionMatch: Forbidden: resourceVersionMatch"


@pytest.mark.parametrize(
    ("watch", "query", "problems"),
    [
        (False, "resourceVersionMatch=Exact", [f"{MATCH} is forbidden unless resourceVersion is provided"]),
        (
            False,
            "resourceVersion=1&resourceVersionMatch=Exact&continue=x",
            [f"{MATCH} is forbidden when continue is provided"],
        ),
        (
            False,
            "resourceVersion=1&resourceVersionMatch=X",
            ['resourceVersionMatch: Unsupported value: "X": supported values: "Exact", "NotOlderThan", ""'],
        ),
        (
            False,
            "resourceVersion=0&resourceVersionMatch=Exact",
            [f'{MATCH} "exact" is forbidden for resourceVersion "0"'],
        ),
        (False, "sendInitialEvents=true", ["sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list"]),
        (
            True,
            "sendInitialEvents=true",
            [
                "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to"
                " NotOlderThan"
            ],
        ),
        (
            True,
            "resourceVersionMatch=NotOlderThan",
            [f"{MATCH} is forbidden for watch unless sendInitialEvents is provided"],
        ),
        (
            True,
            "resourceVersionMatch=Exact&sendInitialEvents=false",
            [
                (
                    "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to"
                    " NotOlderThan"
                ),
                'resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"',
            ],
        ),
    ],
)
def test_options_that_do_not_go_together(watch: bool, query: str, problems: list[str]) -> None:
    with pytest.raises(ApiError) as caught:
        list_options(make_mocked_request("GET", f"/?{query}"), watch=watch)
    causes: list[Any] = (caught.value.details or {})["causes"]
    assert [f"{cause['field']}: {cause['message']}" for cause in causes] == problems
    assert caught.value.message.startswith('ListOptions.meta.k8s.io "" is invalid: ')


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", 'parsing "": invalid syntax'),
        ("x", 'parsing "x": invalid syntax'),
        ("1_0", "invalid syntax"),
        ("%EF%BC%91", "invalid syntax"),
        ("9223372036854775808", "value out of range"),
    ],
)
def test_numbers_are_gos(text: str, problem: str) -> None:
    with pytest.raises(ApiError, match=problem) as caught:
        number(make_mocked_request("GET", f"/?limit={text}"), "limit")
    assert caught.value.code == 400
    assert number(make_mocked_request("GET", "/?limit=-9223372036854775808"), "limit") == -(2**63)
