"""Differences that are meant; every one is said in docs/limits.md, or is about the machinery of the test."""

from __future__ import annotations

from typing import Any

from .session import Answer

#: Requests about groups, kinds and paths that are not served, about who the user is,
#: and what kubectl says of the machine.
_NOT_HERE = (
    "/apis/events.k8s.io",
    "/apis/policy",
    "/apis/extensions",
    "/api/v1/watch",
    "selfsubjectreviews",
    "selfsubjectrulesreviews",
    "kubectl create cronjob",
    "kubectl create quota",
    "kubectl create ingress",
    "kubectl get ingress",
    "kubectl get quota",
    "kubectl get roles",
    "kubectl get crd",
    "kubectl get pdb",
    "kubectl get componentstatuses",
    "kubectl certificate",
    "kubectl api-versions",
    "kubectl version",
    "kubectl explain",
    "kubectl auth whoami",
    "kubectl auth can-i --list",
    "kubectl get cm",
)
_SERVICE_CA = "openshift-service-ca.crt"


def is_meant(real: Answer, embedded: Answer) -> bool:
    """Tell whether two answers may differ: they are about what docs/limits.md says is not here, or about who asks."""
    return any(word in real.request for word in _NOT_HERE)


def without(body: Any) -> Any:
    """Return a body without what may differ.

    That is what OpenShift's patches add to the control plane if it was built with them.
    """
    if isinstance(body, dict):
        if "columnDefinitions" in body:  # whose descriptions are this project's own, see apiserver/printers.py
            body = {
                **body,
                "columnDefinitions": [{**column, "description": ""} for column in body["columnDefinitions"] or ()],
            }
        return {key: "<certificate>" if key == "ca.crt" else without(value) for key, value in body.items()}
    if isinstance(body, list):
        return [without(item) for item in body if not _is_service_ca(item)]
    return body


def _is_service_ca(item: Any) -> bool:
    """Tell whether a list's item is OpenShift's second ConfigMap of certificates.

    Its row in a table, its event, and its source in a pod's volume count as well.
    """
    if not isinstance(item, dict):
        return False
    for inner in (item, item.get("object")):
        if isinstance(inner, dict) and inner.get("metadata", {}).get("name") == _SERVICE_CA:
            return True
    source = item.get("configMap")
    return isinstance(source, dict) and source.get("name") == _SERVICE_CA
