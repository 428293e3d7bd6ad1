"""Defaults of a PodSpec, the same in a Pod and in a template.

Source: K/pkg/apis/core/v1/defaults.go and zz_generated.defaults.go, release 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from kubelearn.cluster.apiserver.go.values import drop_empty
from kubelearn.cluster.apiserver.validation import quantities
from kubelearn.cluster.meta import Object

from . import claims, sources

#: rw-r--r--, the mode of files in volumes.
FILE_MODE = 0o644
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_LISTS = ("containers", "initContainers", "ephemeralContainers")


def pod_spec(spec: Object, kind: str, api_version: str) -> None:
    """Fill in a PodSpec, in place.

    Args:
        spec: the PodSpec.
        kind, api_version: the object that it belongs to, for the error.

    Raises:
        ApiError: 400, a quantity is none.
    """
    drop_empty(spec, "core.v1.PodSpec")
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("securityContext", {})
    spec.setdefault("schedulerName", "default-scheduler")
    if spec.get("terminationGracePeriodSeconds") is None:
        spec["terminationGracePeriodSeconds"] = 30
    # The two names of one field are kept equal.
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if account:
        spec["serviceAccountName"] = spec["serviceAccount"] = account
    with quantities.decoding(kind, api_version.rpartition("/")[2]):
        for key in _LISTS:
            for item in spec.get(key) or ():
                container(item)
        for volume in spec.get("volumes") or ():
            _volume(volume)


def template(spec: Object, kind: str, api_version: str) -> None:
    """Fill in the pod template of a workload's spec, in place."""
    found = spec.get("template")
    if not found:
        found = spec["template"] = {}
    metadata = found.setdefault("metadata", {})
    if metadata:
        drop_empty(metadata, "meta.v1.ObjectMeta")
    pod_spec(found.setdefault("spec", {}), kind, api_version)
    found["spec"].setdefault("containers", [])


def container(found: Object) -> None:
    """Fill in one container, in place.

    Raises:
        QuantityError: a limit or request is none.
    """
    drop_empty(found, "core.v1.Container")
    if "imagePullPolicy" not in found:
        found["imagePullPolicy"] = pull_policy(found.get("image") or "")
    found.setdefault("terminationMessagePath", "/dev/termination-log")
    found.setdefault("terminationMessagePolicy", "File")
    resources = found.setdefault("resources", {})
    if resources:
        drop_empty(resources, "core.v1.ResourceRequirements")
        quantities.canonicalize(resources)
    for port in found.get("ports") or ():
        drop_empty(port, "core.v1.ContainerPort")
        port.setdefault("protocol", "TCP")
    for variable in found.get("env") or ():
        _variable(variable)
    for key in _PROBES:
        if found.get(key) is not None:
            _probe(found[key])
    for hook in (found.get("lifecycle") or {}).values():
        if hook:
            _handler(hook)


@lru_cache(1024)
def pull_policy(image: str) -> str:
    """Return when an image is pulled: always if its tag is, or would be, ``latest``."""
    reference, at, _ = image.partition("@")
    last = reference.rpartition("/")[2]
    _, colon, tag = last.partition(":")
    if not colon and not at:
        # A name that is no image has no tag either.
        return "Always" if reference == reference.lower() and reference and " " not in reference else "IfNotPresent"
    return "Always" if tag == "latest" else "IfNotPresent"


def _variable(variable: Object) -> None:
    drop_empty(variable, "core.v1.EnvVar")
    source = variable.get("valueFrom")
    if source:
        _sources((source,))


def _sources(items: Iterable[Object]) -> None:
    """Fill in references to fields of the pod."""
    for item in items:
        if item.get("fieldRef") is not None:
            item["fieldRef"].setdefault("apiVersion", "v1")
        if item.get("resourceFieldRef") is not None:
            reference = item["resourceFieldRef"]
            reference["divisor"] = quantities.canonical(reference.get("divisor") or "0")


def _probe(probe: Object) -> None:
    drop_empty(probe, "core.v1.Probe")
    probe.setdefault("timeoutSeconds", 1)
    probe.setdefault("periodSeconds", 10)
    probe.setdefault("successThreshold", 1)
    probe.setdefault("failureThreshold", 3)
    _handler(probe)


def _handler(found: Object) -> None:
    action = found.get("httpGet")
    if action is not None:
        if not action.get("path"):
            action["path"] = "/"
        if not action.get("scheme"):
            action["scheme"] = "HTTP"
    if found.get("grpc") is not None:
        found["grpc"].setdefault("service", "")


def _volume(volume: Object) -> None:
    if len(volume) < 2:
        volume["emptyDir"] = {}
    if volume.get("emptyDir"):
        drop_empty(volume["emptyDir"], "core.v1.EmptyDirVolumeSource")
        if volume["emptyDir"].get("sizeLimit") is not None:
            volume["emptyDir"]["sizeLimit"] = quantities.canonical(volume["emptyDir"]["sizeLimit"])
    for kind, source in volume.items():
        if kind != "name" and source is not None:
            sources.default(kind, source)
    if volume.get("image") is not None and not volume["image"].get("pullPolicy"):
        volume["image"]["pullPolicy"] = pull_policy(volume["image"].get("reference") or "")
    if (volume.get("ephemeral") or {}).get("volumeClaimTemplate") is not None:
        template = volume["ephemeral"]["volumeClaimTemplate"]
        template.setdefault("metadata", {})
        claims.default(template.setdefault("spec", {}))
    for kind in ("configMap", "secret", "downwardAPI", "projected"):
        source = volume.get(kind)
        if source is None:
            continue
        if source.get("defaultMode") is None:
            source["defaultMode"] = FILE_MODE
        if kind == "downwardAPI":
            _sources(source.get("items") or ())
        for part in source.get("sources") or ():
            if part.get("downwardAPI") is not None:
                _sources(part["downwardAPI"].get("items") or ())
            if part.get("serviceAccountToken") is not None:
                part["serviceAccountToken"].setdefault("expirationSeconds", 3600)


def pod_only(spec: Object) -> None:
    """Fill in what only a Pod gets, not a template (SetDefaults_Pod)."""
    if spec.get("enableServiceLinks") is None:
        spec["enableServiceLinks"] = True
    shared = spec.get("hostNetwork")
    for key in ("containers", "initContainers"):
        for item in spec.get(key) or ():
            resources = item.get("resources")
            if resources and resources.get("limits"):
                requests = resources.setdefault("requests", {})
                for name, quantity in resources["limits"].items():
                    requests.setdefault(name, quantity)
            if shared:
                for port in item.get("ports") or ():
                    if not port.get("hostPort"):
                        port["hostPort"] = port.get("containerPort") or 0
