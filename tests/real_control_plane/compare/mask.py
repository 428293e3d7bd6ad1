"""What differs by nature between two clusters, made equal."""

from __future__ import annotations

import re
import socket
from typing import Any

_TEXTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), shown)
    for pattern, shown in (
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uid>"),
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000 UTC)", "<time>"),
        (r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000", "<time>"),
        (r"-[bcdfghjklmnpqrstvwxz2456789]{5}(?![\w.])", "-<random>"),
        (r"_[bcdfghjklmnpqrstvwxz2456789]{5}(?=\\?\")", "_<random>"),
        (r"\.[0-9a-f]{16}\b", ".<event>"),
        (r"(?<=Invalid value: )\"\{\\\"apiVersion.*\}\"(?=: )", "<the object>"),  # written in the order of Go's fields
        (r"k8s\.io/kubernetes/pkg/api/legacyscheme", "pkg/api/legacyscheme"),  # how it was built
        (r"\b10\.96\.(?!0\.1\b|0\.10\b|0\.0\b)\d+\.\d+\b(?!/)", "<cluster IP>"),
        (r"\b10\.244\.\d+\.\d+\b(?!/)", "<pod IP>"),
        (r"\b127\.0\.0\.1:\d+", "<server>"),
        (r"\b172\.18\.0\.[2-4]\b", "<node IP>"),
        (r"\bkubelearn-(control-plane|worker2?)\b", "<node>"),
        (
            rf"\bdefault-scheduler-{re.escape(socket.gethostname())}\b",
            "default-scheduler-<node>",
        ),  # the real one runs on this machine
        (r"containerd://[0-9a-f]{64}", "containerd://<id>"),
        (r"/tmp/(LIVE|MERGED)-\d+", r"/tmp/\1"),
        (
            r"pod updates may not change fields other than(?s:.*)",
            "pod updates may not change fields other than <…>",
        ),  # followed by a text of go-cmp's
        (r"\bkube-api-access-<random>|\bkube-api-access-\w{5}\b", "kube-api-access-<random>"),
    )
)
_ALWAYS = {
    "resourceVersion": "<revision>",
    "uid": "<uid>",
    "continue": "<token>",
    "nodePort": "<node port>",
    "healthCheckNodePort": "<node port>",
    "nodeName": "<node>",
    "observedGeneration": None,
}


def text(value: str) -> str:
    for pattern, shown in _TEXTS:
        value = pattern.sub(shown, value)
    return value


def _who(entry: Any) -> tuple[str, ...]:
    """Return what names an entry of managedFields."""
    if not isinstance(entry, dict):
        return ()
    return entry.get("manager", ""), entry.get("operation", ""), entry.get("subresource", "")


def masked(value: Any, key: str = "") -> Any:
    """Return a JSON value without what differs by nature."""
    if isinstance(value, dict):
        return {text(name): masked(inner, name) for name, inner in value.items()}
    if isinstance(value, list) and key == "managedFields":  # in the order of times
        value = sorted(value, key=_who)
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    if (always := _ALWAYS.get(key)) and value not in ("", None, 0):
        return always
    return text(value) if isinstance(value, str) else value


#: Ages, and revisions, in what kubectl prints.
_PRINTED = tuple(
    (re.compile(pattern, re.MULTILINE), shown)
    for pattern, shown in (
        (r"\b\d+(s|ms|m\d*s?|h)\b", "<age>"),
        (r"(?<=resourceVersion: )\"\d+\"", "<revision>"),
        (r":3[0-2]\d{3}/", ":<node port>/"),
        (r"(?<=nodePort: )\d+", "<node port>"),
        (r"3[0-2]\d{3}(?=/(TCP|UDP)\b)", "<node port>"),
        (r"kubelearn-\w+(-\w+)?/172\.18\.0\.\d", "<node>"),
        (r"(?m)^ *ConfigMapName: +openshift-service-ca.crt\n *ConfigMapOptional: +<nil>\n", ""),
        (
            (
                r" *- configMap:\n +items:\n +- key: service-ca.crt\n +path: service-ca.crt\n +name:"
                r" openshift-service-ca.crt\n"
            ),
            "",
        ),
        (r"\bkubelearn-(control-plane|worker2?)\b", "<node>"),
        (r"[ \t]+$", ""),
        (r" {2,}", "  "),
    )
)


def printed(value: str) -> str:
    """Return what kubectl printed without what differs by nature; widths of columns go, too."""
    value = text(value)
    for pattern, shown in _PRINTED:
        value = pattern.sub(shown, value)
    return value
