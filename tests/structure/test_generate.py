"""The file is what the generator makes of sources, schemas and discovery: shown with a small made-up group."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .generate import Unfit, lines
from .go_types import Sources

_TYPES = """
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Colour is what it is.
type Colour string

type Bag map[Colour]int32

// Kite flies.
type Kite struct {
	metav1.TypeMeta `json:",inline"`
	// Metadata.
	metav1.ObjectMeta `json:"metadata,omitempty" protobuf:"bytes,1,opt,name=metadata"`

	Spec KiteSpec `json:"spec,omitempty" protobuf:"bytes,2,opt,name=spec"`
}

type KiteSpec struct {
	KiteSource `json:",inline" protobuf:"bytes,1,opt,name=kiteSource"`
	// Tails.
	Tails []Tail `json:"tails,omitempty" patchStrategy:"merge" patchMergeKey:"name" protobuf:"bytes,3,rep,name=tails"`
	Colour *Colour `json:"colour,omitempty" protobuf:"bytes,2,opt,name=colour,casttype=Colour"`
	URL string `json:"url" protobuf:"bytes,4,opt,name=url"`
	// Gone string `json:"gone,omitempty" protobuf:"bytes,5,opt,name=gone"`
	Since metav1.Time `json:"since,omitempty,omitzero" protobuf:"bytes,6,opt,name=since"`
	Wind intstr.IntOrString `json:"wind,omitempty" protobuf:"bytes,7,opt,name=wind"`
	Bag Bag `json:"bag,omitempty" protobuf:"bytes,8,rep,name=bag"`
	Raw map[string][]byte `json:"raw,omitempty" protobuf:"bytes,9,rep,name=raw"`
	Inner int32 `json:"-"`
}

type KiteSource struct {
	Paper *bool `json:"paper,omitempty" protobuf:"varint,1,opt,name=paper"`
}

type Tail struct {
	Name string `json:"name" protobuf:"bytes,1,opt,name=name"`
}
"""
_META = """
package v1

type ObjectMeta struct {
	Name string `json:"name,omitempty" protobuf:"bytes,1,opt,name=name"`
}
"""
_REF = "#/components/schemas/io.k8s."


def _schemas() -> dict[str, Any]:
    return {
        "io.k8s.api.toys.v1.Kite": {
            "description": "Kite flies.",
            "type": "object",
            "properties": {
                "apiVersion": {"type": "string"},
                "kind": {"type": "string"},
                "metadata": {
                    "allOf": [{"$ref": f"{_REF}apimachinery.pkg.apis.meta.v1.ObjectMeta"}],
                    "default": {},
                },
                "spec": {"allOf": [{"$ref": f"{_REF}api.toys.v1.KiteSpec"}], "default": {}},
            },
            "x-kubernetes-group-version-kind": [{"group": "toys", "version": "v1", "kind": "Kite"}],
        },
        "io.k8s.api.toys.v1.KiteSpec": {
            "type": "object",
            "required": ["url"],
            "properties": {
                "paper": {"type": "boolean"},
                "tails": {
                    "type": "array",
                    "items": {"$ref": f"{_REF}api.toys.v1.Tail"},
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                    "x-kubernetes-patch-strategy": "merge",
                    "x-kubernetes-patch-merge-key": "name",
                },
                "colour": {"type": "string", "enum": ["Blue", "Red"], "default": "Red"},
                "url": {"type": "string", "default": ""},
                "since": {"$ref": f"{_REF}apimachinery.pkg.apis.meta.v1.Time"},
                "wind": {"$ref": f"{_REF}apimachinery.pkg.util.intstr.IntOrString"},
                "bag": {"type": "object", "additionalProperties": {"type": "integer"}},
                "raw": {"type": "object", "additionalProperties": {"type": "string", "format": "byte"}},
            },
        },
        "io.k8s.api.toys.v1.Tail": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string", "default": ""}},
            "x-kubernetes-map-type": "atomic",
        },
        "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": {
            "type": "object",
            "properties": {"name": {"type": "string"}},
        },
        "io.k8s.apimachinery.pkg.apis.meta.v1.Time": {"type": "string", "format": "date-time"},
    }


_KITES = {"name": "kites", "singularName": "kite", "namespaced": True, "kind": "Kite", "verbs": ["get"]}
_DISCOVERY: dict[str, Any] = {
    "/version": {"gitVersion": "v1.99.0"},
    "/api/v1": {"resources": []},
    "/apis": {"groups": [{"name": "toys", "versions": [{"version": "v1", "groupVersion": "toys/v1"}]}]},
    "/apis/toys/v1": {
        "resources": [
            _KITES,
            {"name": "kites/status", "singularName": "", "namespaced": True, "kind": "Kite", "verbs": ["get"]},
        ]
    },
}


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    for folder, text in (("api/toys/v1", _TYPES), ("apimachinery/pkg/apis/meta/v1", _META)):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "types.go").write_text(text)
    return Sources(tmp_path)


def test_the_file(sources: Sources) -> None:
    first, *others = map(json.loads, lines(_schemas(), _DISCOVERY, sources))
    kites = {**_KITES, "subresources": [{"name": "status", "kind": "Kite", "verbs": ["get"]}]}
    assert first == {"version": "v1.99.0", "groups": [["", [["v1", []]]], ["toys", [["v1", [kites]]]]]}
    assert others == [
        ["meta.v1.ObjectMeta", [["name", "string", 1]]],
        [
            "toys.v1.Kite",
            [
                ["metadata", "meta.v1.ObjectMeta", 1, {"always": 1, "go": "ObjectMeta"}],
                ["spec", "toys.v1.KiteSpec", 2, {"always": 1}],
            ],
            {"kind": 1, "kinds": [["toys", "v1", "Kite"]]},
        ],
        ["toys.v1.KiteSource", [["paper", "bool", 1, {"pointer": 1}]]],
        [
            "toys.v1.KiteSpec",
            [
                ["KiteSource", "toys.v1.KiteSource", 1, {"embedded": 1}],
                ["tails", "[]toys.v1.Tail", 3, {"list": ["name"], "strategy": "merge", "merge-key": "name"}],
                [
                    "colour",
                    "string",
                    2,
                    {"pointer": 1, "shown": "v1.Colour", "default": "Red", "enum": ["Blue", "Red"]},
                ],
                ["url", "string", 4, {"always": 1, "required": 1, "go": "URL"}],
                ["since", "meta.v1.Time", 6],
                ["wind", "intstr.IntOrString", 7, {"always": 1}],
                ["bag", "{}int32", 8, {"shown": "v1.Bag"}],
                ["raw", "{}bytes", 9],
            ],
        ],
        ["toys.v1.Tail", [["name", "string", 1, {"always": 1, "required": 1}]], {"atomic": 1}],
    ]


def test_each_type_is_one_line(sources: Sources) -> None:
    assert not [line for line in lines(_schemas(), _DISCOVERY, sources) if "\n" in line]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"string": {"type": "string"}}, "sources have no string"),
        ({"paper": None}, "schemas have no field paper"),
    ],
)
def test_sources_and_schemas_of_different_versions(sources: Sources, change: dict[str, Any], message: str) -> None:
    schemas = _schemas()
    spec = schemas["io.k8s.api.toys.v1.KiteSpec"]
    spec["properties"] = {key: value for key, value in {**spec["properties"], **change}.items() if value}
    with pytest.raises(Unfit, match=message):
        list(lines(schemas, _DISCOVERY, sources))
