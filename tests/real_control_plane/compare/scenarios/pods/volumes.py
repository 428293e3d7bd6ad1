"""Volumes of new pods, and where they are mounted."""

from __future__ import annotations

from tests.objects import Object, container, one

VOLUME = {"name": "v"}
#: Note → volumes, and where they are mounted.
VOLUMES: dict[str, Object] = {
    "vol": {
        "volumes": [{**VOLUME, "emptyDir": {}}],
        "containers": [container(volumeMounts=[{"name": "v", "mountPath": "/v"}])],
    },
    "vol none": {"volumes": [VOLUME]},
    "vol two kinds": {"volumes": [{**VOLUME, "emptyDir": {}, "configMap": {"name": "a"}}]},
    "vol dup": {"volumes": [{**VOLUME, "emptyDir": {}}] * 2},
    "vol bad": {"volumes": [{"name": "A_", "emptyDir": {}}]},
    "vol noname": {"volumes": [{"emptyDir": {}}]},
    "vol size": {"volumes": [{**VOLUME, "emptyDir": {"sizeLimit": "-1", "medium": "X"}}]},
    "vol size ok": {"volumes": [{**VOLUME, "emptyDir": {"sizeLimit": "1Gi", "medium": "Memory"}}]},
    "vol config": {
        "volumes": [
            {
                **VOLUME,
                "configMap": {"name": "a", "items": [{"key": "k", "path": "p"}], "defaultMode": 420, "optional": True},
            }
        ]
    },
    "vol config noname": {"volumes": [{**VOLUME, "configMap": {}}]},
    "vol config path": {
        "volumes": [
            {
                **VOLUME,
                "configMap": {
                    "name": "a",
                    "items": [
                        {"key": "k", "path": "/p"},
                        {"key": "l", "path": "../x"},
                        {"path": "q"},
                        {"key": "m"},
                        {"key": "n", "path": "..a"},
                    ],
                },
            }
        ]
    },
    "vol mode": {"volumes": [{**VOLUME, "configMap": {"name": "a", "defaultMode": 1000}}]},
    "vol item mode": {
        "volumes": [{**VOLUME, "secret": {"secretName": "a", "items": [{"key": "a", "path": "b", "mode": -1}]}}]
    },
    "vol secret": {"volumes": [{**VOLUME, "secret": {}}]},
    "vol secret ok": {"volumes": [{**VOLUME, "secret": {"secretName": "a"}}]},
    "vol down": {
        "volumes": [{**VOLUME, "downwardAPI": {"items": [{"path": "l", "fieldRef": {"fieldPath": "metadata.labels"}}]}}]
    },
    "vol down bad": {
        "volumes": [
            {
                **VOLUME,
                "downwardAPI": {
                    "items": [
                        {"path": "l", "fieldRef": {"fieldPath": "spec.nodeName"}},
                        {"path": "m"},
                        {"fieldRef": {"fieldPath": "metadata.name"}},
                    ]
                },
            }
        ]
    },
    "vol proj": {
        "volumes": [
            {
                **VOLUME,
                "projected": {"sources": [{"configMap": {"name": "a"}}, {"serviceAccountToken": {"path": "t"}}]},
            }
        ]
    },
    "vol proj bad": {
        "volumes": [
            {
                **VOLUME,
                "projected": {
                    "sources": [
                        {"serviceAccountToken": {"path": "t", "expirationSeconds": 5}},
                        {"configMap": {"name": "a"}, "secret": {"name": "b"}},
                        {},
                        {"serviceAccountToken": {}},
                    ]
                },
            }
        ]
    },
    "vol proj conflict": {
        "volumes": [
            {
                **VOLUME,
                "projected": {
                    "sources": [
                        {"configMap": {"name": "a", "items": [{"key": "a", "path": "p"}]}},
                        {"secret": {"name": "a", "items": [{"key": "a", "path": "p"}]}},
                    ]
                },
            }
        ]
    },
    "mount missing": one(volumeMounts=[{"name": "x", "mountPath": "/x"}]),
    "mount nopath": {"volumes": [{**VOLUME, "emptyDir": {}}], "containers": [container(volumeMounts=[{"name": "v"}])]},
    "mount dup": {
        "volumes": [{**VOLUME, "emptyDir": {}}],
        "containers": [container(volumeMounts=[{"name": "v", "mountPath": "/a"}, {"name": "v", "mountPath": "/a"}])],
    },
    "mount noname": one(volumeMounts=[{"mountPath": "/a"}]),
    "mount sub": {
        "volumes": [{**VOLUME, "emptyDir": {}}],
        "containers": [
            container(
                volumeMounts=[
                    {"name": "v", "mountPath": "/a", "subPath": "/x"},
                    {"name": "v", "mountPath": "/b", "subPath": "../x"},
                    {"name": "v", "mountPath": "/c", "subPath": "a", "subPathExpr": "b"},
                    {"name": "v", "mountPath": "a:b"},
                ]
            )
        ],
    },
    "mount sub ok": {
        "volumes": [{**VOLUME, "emptyDir": {}}],
        "containers": [container(volumeMounts=[{"name": "v", "mountPath": "x", "subPath": "a", "readOnly": True}])],
    },
    "mount prop": {
        "volumes": [{**VOLUME, "emptyDir": {}}],
        "containers": [
            container(
                volumeMounts=[{"name": "v", "mountPath": "/a", "mountPropagation": "X", "recursiveReadOnly": "Y"}]
            )
        ],
    },
    "device": one(volumeDevices=[{"name": "v", "devicePath": "/d"}]),
}
