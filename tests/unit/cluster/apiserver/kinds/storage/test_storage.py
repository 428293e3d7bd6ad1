"""Claims, volumes and classes as objects: defaults, what is refused, and what may change."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.kinds.by_resource import for_resource
from kubelearn.cluster.meta import Object
from tests.objects import bare
from tests.unit.strategy_fakes import FakeApi, causes_of

CLAIMS, VOLUMES, CLASSES = "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"


def claim(size: str | None = "1Gi", **spec: Any) -> Object:
    whole = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size} if size else {}}, **spec}
    return bare("PersistentVolumeClaim", "notes", whole)


def volume(**spec: Any) -> Object:
    whole = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/d"}, **spec}
    return bare("PersistentVolume", "disk", {key: value for key, value in whole.items() if value is not None})


def storage_class(name: str = "fast", **fields: Any) -> Object:
    made = {"metadata": {"name": name}, "provisioner": "example.com/disks", **fields}
    return {"kind": "StorageClass", "apiVersion": "storage.k8s.io/v1", **made}


def test_what_a_new_claim_has(api: FakeApi) -> None:
    made = api.create(CLAIMS, claim("1024Mi"))
    assert made["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]
    assert made["status"] == {"phase": "Pending"}
    assert made["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
        "volumeMode": "Filesystem",
    }


@pytest.mark.parametrize(
    ("spec", "expected"),
    [({}, "newest"), ({"storageClassName": ""}, ""), ({"storageClassName": "old"}, "old")],
)
def test_the_newest_default_class(api: FakeApi, spec: Object, expected: str) -> None:
    for name, created in (("newest", "2026-02-01T00:00:00Z"), ("old", "2026-01-01T00:00:00Z")):
        made = api.create(CLASSES, storage_class(name))
        made["metadata"] |= {
            "creationTimestamp": created,
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        }
        api.store.put(CLASSES, made)
    assert api.create(CLAIMS, claim(**spec))["spec"]["storageClassName"] == expected


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (
            claim(None, accessModes=["ReadWriteSometimes"]),
            [
                'spec.accessModes: Unsupported value: "ReadWriteSometimes": supported values: "ReadOnlyMany", '
                '"ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
                "spec.resources[storage]: Required value",
            ],
        ),
        (claim(accessModes=[]), ["spec.accessModes: Required value: at least 1 access mode is required"]),
        (
            claim("0", accessModes=["ReadWriteOnce", "ReadWriteOncePod"]),
            [
                "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
                'spec.resources[storage]: Invalid value: "0": must be greater than zero',
            ],
        ),
        (
            claim(volumeMode="Tape", dataSource={"kind": "Volume", "name": "x"}),
            [
                'spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"',
                "spec.dataSource: Invalid value: \"Volume\": must be 'PersistentVolumeClaim' when referencing the "
                "default apiGroup",
                "spec.dataSourceRef: Invalid value: \"Volume\": must be 'PersistentVolumeClaim' when referencing the "
                "default apiGroup",
            ],
        ),
    ],
)
def test_what_is_refused_of_claims(api: FakeApi, obj: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create(CLAIMS, obj)) == expected


def bound(api: FakeApi, **fields: Any) -> None:
    """Store a bound claim of a class."""
    api.create(CLASSES, storage_class(**fields))
    made = api.create(CLAIMS, claim(storageClassName="fast"))
    made["spec"]["volumeName"] = "disk"
    made["status"] = {"phase": "Bound", "capacity": {"storage": "1Gi"}}
    api.store.put(CLAIMS, made)


def resize(api: FakeApi, size: str) -> Object:
    return api.update(CLAIMS, "notes", lambda item: item["spec"]["resources"]["requests"].update(storage=size))


def test_a_claim_grows_if_its_class_lets_it(api: FakeApi) -> None:
    bound(api, allowVolumeExpansion=True)
    assert resize(api, "2Gi")["spec"]["resources"]["requests"] == {"storage": "2Gi"}
    assert causes_of(lambda: resize(api, "1Mi")) == [
        "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
    ]


def test_a_claim_that_may_not_grow(api: FakeApi) -> None:
    bound(api)
    with pytest.raises(errors.ApiError, match="only dynamically provisioned pvc can be resized and the storageclass"):
        resize(api, "2Gi")


def test_the_rest_of_a_claim_stays(api: FakeApi) -> None:
    api.create(CLAIMS, claim())
    (cause,) = causes_of(lambda: resize(api, "2Gi"))
    assert cause.startswith(
        "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName "
        "for bound claims\n"
    )
    assert api.update(CLAIMS, "notes", lambda item: item["spec"].update(volumeName="disk"))["spec"]["volumeName"]


def test_what_a_new_volume_has(api: FakeApi) -> None:
    made = api.create(VOLUMES, volume(capacity={"storage": "1024Mi"}))
    assert made["metadata"]["finalizers"] == ["kubernetes.io/pv-protection"]
    assert made["status"]["phase"] == "Pending"
    assert made["spec"] == {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/d", "type": ""},
        "persistentVolumeReclaimPolicy": "Retain",
        "volumeMode": "Filesystem",
    }


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            {"capacity": {}},
            [
                "spec.capacity: Required value",
                'spec.capacity: Unsupported value: null: supported values: "storage"',
            ],
        ),
        ({"hostPath": None}, ["spec: Required value: must specify a volume type"]),
        (
            {"nfs": {"server": "s", "path": "exports"}},
            [
                "spec.nfs: Forbidden: may not specify more than 1 volume type",
            ],
        ),
        (
            {"hostPath": None, "nfs": {"path": "exports"}},
            [
                "spec.nfs.server: Required value",
                'spec.nfs.path: Invalid value: "exports": must be an absolute path',
            ],
        ),
        (
            {"hostPath": None, "local": {"path": "/mnt"}},
            ["spec.nodeAffinity: Required value: Local volume requires node affinity"],
        ),
        (
            {"persistentVolumeReclaimPolicy": "Burn"},
            [
                'spec.persistentVolumeReclaimPolicy: Unsupported value: "Burn": supported values: "Delete", "Recycle", '
                '"Retain"'
            ],
        ),
        (
            {"persistentVolumeReclaimPolicy": "Recycle", "hostPath": {"path": "/"}},
            [
                "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
            ],
        ),
        ({"hostPath": None, "csi": {"driver": "d.example"}}, ["spec.csi.volumeHandle: Required value"]),
    ],
)
def test_what_is_refused_of_volumes(api: FakeApi, spec: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create(VOLUMES, volume(**spec))) == expected


def test_the_source_of_a_volume_stays(api: FakeApi) -> None:
    api.create(VOLUMES, volume())
    (cause,) = causes_of(lambda: api.update(VOLUMES, "disk", lambda item: item["spec"]["hostPath"].update(path="/e")))
    assert cause.startswith(
        "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n"
    )
    kept = api.update(VOLUMES, "disk", lambda item: item["spec"].update(persistentVolumeReclaimPolicy="Delete"))
    assert kept["spec"]["persistentVolumeReclaimPolicy"] == "Delete"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"provisioner": ""}, ["provisioner: Required value"]),
        (
            {"reclaimPolicy": "Recycle"},
            ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
        ),
        (
            {"volumeBindingMode": "Never"},
            ['volumeBindingMode: Unsupported value: "Never": supported values: "Immediate", "WaitForFirstConsumer"'],
        ),
    ],
)
def test_what_is_refused_of_classes(api: FakeApi, fields: Object, expected: list[str]) -> None:
    assert causes_of(lambda: api.create(CLASSES, storage_class(**fields))) == expected


def test_what_volumes_were_made_with_stays(api: FakeApi) -> None:
    made = api.create(CLASSES, storage_class())
    assert (made["reclaimPolicy"], made["volumeBindingMode"]) == ("Delete", "Immediate")
    changes = {"parameters": {"a": "b"}, "reclaimPolicy": "Retain", "volumeBindingMode": "WaitForFirstConsumer"}
    assert causes_of(lambda: api.update(CLASSES, "fast", lambda item: item.update(changes))) == [
        "parameters: Forbidden: updates to parameters are forbidden.",
        "reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.",
        'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
    ]
    assert api.update(CLASSES, "fast", lambda item: item.update(allowVolumeExpansion=True))["allowVolumeExpansion"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"hostPath": {"path": "/var/log"}}, []),
        ({"hostPath": {}}, ["hostPath.path: Required value"]),
        ({"hostPath": {"path": "/a/../b"}}, ["hostPath.path: Invalid value: \"/a/../b\": must not contain '..'"]),
        ({"nfs": {"server": "s"}}, ["nfs.path: Required value"]),
        ({"persistentVolumeClaim": {}}, ["persistentVolumeClaim.claimName: Required value"]),
        ({"csi": {"driver": "secrets.example"}}, []),
        (
            {"iscsi": {"targetPortal": "10.0.0.1", "iqn": "disk"}},
            ['iscsi.iqn: Invalid value: "disk": must be valid format'],
        ),
        ({"gcePersistentDisk": {"pdName": "d"}}, []),
        ({"rbd": {"monitors": ["m"], "image": "i"}}, []),
        ({"ephemeral": {}}, ["ephemeral.volumeClaimTemplate: Required value"]),
        (
            {"ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"]}}}},
            ["ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value"],
        ),
        ({"gitRepo": {"directory": "x"}}, ["gitRepo.repository: Required value"]),
    ],
)
def test_sources_of_a_pods_volumes(api: FakeApi, source: Object, expected: list[str]) -> None:
    spec = {"containers": [{"name": "c", "image": "busybox"}], "volumes": [{"name": "v", **source}]}
    found = causes_of(lambda: api.create("pods", bare("Pod", "p", spec)))
    assert found == [f"spec.volumes[0].{cause}" for cause in expected]


def test_warnings() -> None:
    old = {"annotations": {"volume.beta.kubernetes.io/storage-class": "fast"}}
    disk = volume(persistentVolumeReclaimPolicy="Recycle", hostPath=None, glusterfs={"endpoints": "e", "path": "p"})
    disk["metadata"] |= old
    about = "metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8"
    assert for_resource(VOLUMES).warnings(disk, None) == [
        f'{about}; use "storageClassName" attribute instead',
        "spec.glusterfs: deprecated in v1.25, non-functional in v1.26+",
        "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended "
        "approach is to use dynamic provisioning.",
    ]
    assert for_resource(CLAIMS).warnings(claim("100m"), None) == [
        'spec.resources.requests[storage]: fractional byte value "100m" is invalid, must be an integer'
    ]
    spec = {"containers": [], "volumes": [{"name": "v", "gitRepo": {"repository": "r"}}]}
    assert for_resource("pods").warnings(bare("Pod", "p", spec), None) == [
        "spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+"
    ]
