"""How kubectl prints mistakes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.whole.asker import Asker

pytestmark = pytest.mark.usefixtures("clean")


@pytest.mark.parametrize(
    ("manifest", "arguments", "printed"),
    [
        (
            "apiVersion: v1\nmetadata: {name: web}\n",
            "apply",
            (
                'error: error validating "f.yaml": error validating data: kind not set; if you choose to ignore these'
                " errors, turn validation off with --validate=false"
            ),
        ),
        (
            "kind: Service\nmetadata: {name: web}\n",
            "apply",
            (
                'error: error validating "f.yaml": error validating data: apiVersion not set; if you choose to ignore'
                " these errors, turn validation off with --validate=false"
            ),
        ),
        (
            "kind: Servce\napiVersion: v1\nmetadata: {name: web}\n",
            "apply",
            (
                'error: resource mapping not found for name: "web" namespace: "" from "f.yaml": no matches for kind'
                ' "Servce" in version "v1"\nensure CRDs are installed first'
            ),
        ),
        (
            "kind: Service\napiVersion: v1\nname: web\nspec: {ports: [{port: 80}]}\n",
            "create",
            (
                'Error from server (BadRequest): error when creating "f.yaml": Service in version "v1" cannot be'
                ' handled as a Service: strict decoding error: unknown field "name"'
            ),
        ),
        (
            "kind: Service\napiVersion: v1\nspec: {ports: [{port: 80}]}\n",
            "create",
            'The Service "" is invalid: metadata.name: Required value: name or generateName is required',
        ),
        (
            "kind: Service\napiVersion: v1\nspec: {ports: [{port: 80}]}\n",
            "apply",
            (
                'error: error when retrieving current configuration of:\nResource: "/v1, Resource=services",'
                ' GroupVersionKind: "/v1, Kind=Service"\nName: "", Namespace: "default"\nfrom server for: "f.yaml":'
                " resource name may not be empty"
            ),
        ),
        (
            "kind: Service\napiVersion: v1\nmetadata: {name: web}\nspec: {}\n",
            "apply",
            'The Service "web" is invalid: spec.ports: Required value',
        ),
        ("", "create", "error: no objects passed to create"),
        (
            "kind: Service\napiVersion: v1\nmetadata: {name: web}\nspec: {selectr: {}, ports: [{port: 80}]}\n",
            "create --validate=warn",
            'Warning: unknown field "spec.selectr"\nservice/web created',
        ),
        (
            "kind: Service\napiVersion: v1\nmetadata: {name: web}\nspec: {selectr: {}, ports: [{port: 80}]}\n",
            "create --validate=false",
            "service/web created",
        ),
        (
            (
                "kind: Service\napiVersion: v1\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n---\nkind:"
                " Service\napiVersion: v1\nmetadata: {name: other}\n"
            ),
            "create",
            'service/web created\nThe Service "other" is invalid: spec.ports: Required value',
        ),
    ],
)
def test_how_kubectl_prints_accidents(
    kubectl: str, kubeconfig: Path, tmp_path: Path, manifest: str, arguments: str, printed: str
) -> None:
    (tmp_path / "f.yaml").write_text(manifest)
    command = [
        kubectl,
        "--kubeconfig",
        str(kubeconfig),
        "--cache-dir",
        str(kubeconfig.parent / "cache"),
        *arguments.split(),
        "-f",
        "f.yaml",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.stdout.rstrip("\n") == printed


def test_a_wrong_patch_by_kubectl(asker: Asker, kubectl: str, kubeconfig: Path) -> None:
    asker.create()
    command = [
        kubectl,
        "--kubeconfig",
        str(kubeconfig),
        "patch",
        "service",
        "web",
        "-p",
        '{"spec":{"ports":[{"port":"http"}]}}',
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert (
        done.stdout
        == 'The request is invalid: patch: Invalid value: "map[spec:map[ports:[map[port:http]]]]": unrecognized type:'
        " int32\n"
    )
