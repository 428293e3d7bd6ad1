"""Requests: method, path, query, headers and body, each possible and impossible."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from hypothesis import strategies as st

from kubelearn.cluster.apiserver.resources import RESOURCES, Resource

from . import objects, valid
from .protobufs import protobufs


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    @property
    def is_proxied(self) -> bool:
        """Whether a pod answers and not the API server."""
        return "/proxy" in self.path

    @property
    def is_stream(self) -> bool:
        """Whether the answer may rightly never end."""
        return any(word in self.path for word in ("watch=", "follow=", "/attach", "/exec", "/portforward"))


#: The first and the last of such lists are chosen more often.
_NAMESPACES = st.sampled_from(["fuzz"] * 20 + ["other", "missing", "a%20b", "%00", "x" * 300] + ["fuzz"] * 20)
_NAMES = st.sampled_from(
    ["web"] * 40 + ["b", "missing", "kubernetes", "a%2Fb", "%ff", "..", "A", "é", "x" * 300] + ["a"] * 20
)
_METHODS = st.sampled_from(
    ["GET"] * 20
    + ["POST"] * 24
    + ["PUT"] * 16
    + ["PATCH"] * 24
    + ["DELETE"] * 5
    + ["HEAD", "OPTIONS", "TRACE", "FOO"]
    + ["PATCH"] * 6
)
_OTHER_PATHS = st.sampled_from(
    [
        "/",
        "//",
        "/api",
        "/api/",
        "/apis",
        "/apis/",
        "/api/v1",
        "/apis/apps",
        "/apis/apps/v1",
        "/apis/nowhere/v1",
        "/version",
        "/version/",
        "/healthz",
        "/livez?verbose",
        "/readyz/",
        "/metrics",
        "/openapi/v2",
        "/openapi/v3",
        "/openapi/v3/api/v1",
        "/openapi/v3/apis/apps/v1?hash=x",
        "/openapi/v3/%00",
        "/logs",
        "/api/v1/pods/web",
        "/api/v1/watch/pods",
        "/api/v1/namespaces/fuzz/",
        "/api/v1/namespaces//pods",
        "/apis/apps/v1/namespaces/fuzz/deployments/web/x/y",
        "/api/v1/nodes/kubelearn-worker/proxy/",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/apis/batch/v1/jobs?watch=1&timeoutSeconds=1",
        "/api/v1/componentstatuses",
        "/.well-known/openid-configuration",
        "*",
    ]
)
_SELECTORS = [
    "",
    "app=web",
    "app",
    "!app",
    "app in (web,a)",
    "app notin ()",
    "app in (",
    "a=b=c",
    "app>1",
    "=",
    ",",
    "é=1",
    "a" * 400,
    "app in (web),tier!=x,!y",
    "x/y/z=1",
    "(",
    "\x00",
]
_FIELDS = [
    "",
    "metadata.name=web",
    "metadata.name!=web",
    "metadata.namespace=fuzz",
    "spec.nodeName=",
    "status.phase=Running",
    "involvedObject.kind=Pod",
    "x=y",
    "metadata.name",
    "=",
    "metadata.name=a\\,b",
    "metadata.name==web,metadata.namespace!=b",
    "type=Opaque",
    "spec.type=NodePort",
    "\\",
]
#: The last one is to come: the server waits for it.
_VERSIONS = [*objects.REVISIONS, "99999999"]
_BOOLEANS = ["true", "false", "1", "0", "", "x", "True"]
_NUMBERS = ["", "0", "1", "2", "-1", "500", "x", "1.5", "99999999999999999999", "9223372036854775807", "１", "1_0"]
_QUERY = {
    "labelSelector": _SELECTORS,
    "fieldSelector": _FIELDS,
    "limit": _NUMBERS,
    "continue": [
        "",
        "x",
        "eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ",
        "eyJydiI6MSwibGlzdCI6IjEiLCJzdGFydCI6MX0",
        "bnVsbA",
        "W10",
        "é",
    ],
    "resourceVersion": _VERSIONS,
    "resourceVersionMatch": ["", "Exact", "NotOlderThan", "x"],
    "watch": _BOOLEANS,
    "timeoutSeconds": _NUMBERS,
    "allowWatchBookmarks": _BOOLEANS,
    "sendInitialEvents": _BOOLEANS,
    "dryRun": ["All", "", "x"],
    "fieldValidation": ["Strict", "Warn", "Ignore", "", "x"],
    "fieldManager": ["m", "", "kubectl", "x" * 200, "a\nb", "é"],
    "force": _BOOLEANS,
    "propagationPolicy": ["Foreground", "Background", "Orphan", "", "x"],
    "gracePeriodSeconds": _NUMBERS,
    "orphanDependents": _BOOLEANS,
    "includeObject": ["None", "Metadata", "Object", "x"],
    "pretty": _BOOLEANS,
    "timeout": ["1s", "x", ""],
}
#: What only reading looks at.
_READING = {
    "labelSelector",
    "fieldSelector",
    "limit",
    "continue",
    "resourceVersion",
    "resourceVersionMatch",
    "watch",
    "allowWatchBookmarks",
    "sendInitialEvents",
    "includeObject",
}
#: What makes something else of a read of a revision.
_WITH_REVISION = ["resourceVersionMatch", "watch", "timeoutSeconds", "limit", "continue", "sendInitialEvents"]
_LOG_QUERY = {
    "container": ["c", "x", ""],
    "follow": _BOOLEANS,
    "previous": _BOOLEANS,
    "tailLines": _NUMBERS,
    "sinceSeconds": _NUMBERS,
    "limitBytes": _NUMBERS,
    "timestamps": _BOOLEANS,
    "sinceTime": ["2026-01-01T00:00:00Z", "x", "", "2026-01-01"],
}
_EXEC_QUERY = {
    "command": ["true", "", "nosuch"],
    "container": ["c", "x"],
    "stdin": _BOOLEANS,
    "stdout": _BOOLEANS,
    "stderr": _BOOLEANS,
    "tty": _BOOLEANS,
    "ports": ["80", "x", "0", "99999"],
}
_ACCEPTS = [
    "*/*",
    "application/json",
    "",
    "application/yaml",
    "application/vnd.kubernetes.protobuf",
    "application/vnd.kubernetes.protobuf,application/json",
    "text/html",
    ";;,,",
    "application/json;as=Table;v=v1;g=meta.k8s.io",
    "application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json",
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
    "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
    "application/json;as=X;v=v1;g=meta.k8s.io",
    "application/json;as=Table;v=v9;g=meta.k8s.io",
    "application/yaml;as=Table;v=v1;g=meta.k8s.io",
    "application/json;stream=watch",
    "application/json;q=0",
    "application/cbor",
    "application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io",
    "é",
    "application/json",
]
_CONTENT_TYPES = [
    "application/json",
    "application/yaml",
    "application/vnd.kubernetes.protobuf",
    "application/json; charset=utf-8",
    "text/plain",
    "",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "x",
    "é",
]
_PATCH_TYPES = [
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
]
_MORE_HEADERS = [
    ("If-Match", "*"),
    ("If-None-Match", '"x"'),
    ("Content-Encoding", "gzip"),
    ("Content-Encoding", "deflate"),
    ("Content-Encoding", "x"),
    ("Accept-Encoding", "gzip"),
    ("Range", "bytes=0-1"),
    ("Expect", "100-continue"),
    ("Expect", "x"),
    ("User-Agent", ""),
    ("User-Agent", "é/1"),
    ("User-Agent", "a" * 5000),
    ("Upgrade", "websocket"),
    ("Connection", "close"),
    ("Impersonate-User", "x"),
    ("Impersonate-Group", "x"),
    ("Impersonate-Uid", "x"),
    ("Impersonate-Extra-Scopes", "x"),
    ("Host", "example.com"),
    ("Cookie", "a=b"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("Authorization", "Bearer x"),
    ("Authorization", ""),
    ("Kubectl-Command", "x"),
    ("Sec-WebSocket-Protocol", "v4.channel.k8s.io"),
]
_CREATABLE = [item for item in RESOURCES if "create" in item.verbs]
_WRITABLE = [item for item in _CREATABLE if "get" in item.verbs]
_UPGRADE = (
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
)


@st.composite
def _queries(draw: st.DrawFn, known: dict[str, list[str]], method: str) -> str:
    names = draw(st.lists(st.sampled_from(sorted(known)), max_size=4))
    if method == "GET" and known is _QUERY and draw(st.booleans()):
        names = ["resourceVersion", *draw(st.lists(st.sampled_from(_WITH_REVISION), max_size=4, unique=True))]
    pairs = [(name, draw(st.sampled_from(known[name]))) for name in names if method == "GET" or name not in _READING]
    if pairs and draw(st.integers(0, 9)) == 0:
        pairs.append((pairs[0][0], draw(objects.ODD_TEXT)))
    return "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in pairs)


@st.composite
def _paths(draw: st.DrawFn, resource: Resource, method: str) -> tuple[str, str, str]:
    """Return a path below a resource, the name and the subresource in it."""
    path = f"/api/{resource.version}" if not resource.group else f"/apis/{resource.group}/{resource.version}"
    whole = draw(st.booleans()) if method in ("GET", "HEAD") else method == "POST"
    name = "" if whole else draw(_NAMES)
    if method == "DELETE" and resource.plural in ("namespaces", "nodes"):
        name = name or "missing"  # a cluster without nodes would not be much of a target
    if resource.namespaced and (name or method not in ("GET", "HEAD") or draw(st.booleans())):
        path += f"/namespaces/{draw(_NAMESPACES)}"
    path += f"/{resource.plural}"
    subresource = ""
    if draw(st.integers(0, 5)) == 3 and resource.subresources:
        subresource, name = draw(st.sampled_from(sorted(resource.subresources))), name or "web"
    return path, name, subresource


@st.composite
def _deletions(draw: st.DrawFn) -> tuple[bytes, str]:
    """Return the body of a deletion and its content type."""
    content_type = draw(st.sampled_from(_CONTENT_TYPES))
    if draw(st.booleans()):
        return b"", content_type
    conditions = {"uid": "u", "resourceVersion": draw(st.sampled_from(objects.REVISIONS))}
    if draw(st.booleans()):
        del conditions["uid"]
    options = draw(objects.mutated({**valid.DELETE_OPTIONS, "preconditions": conditions}))
    if "protobuf" in content_type:
        return draw(protobufs(options, "DeleteOptions", "v1")), content_type
    return draw(objects.encoded(options)), content_type


@st.composite
def _bodies(draw: st.DrawFn, resource: Resource, method: str, name: str, subresource: str) -> tuple[bytes, str]:
    """Return a body and its content type."""
    if method == "DELETE":
        return draw(_deletions())
    if method == "GET" and draw(st.integers(0, 9)):
        return b"", ""
    if subresource in valid.SUBRESOURCES:
        value = draw(objects.mutated({**valid.SUBRESOURCES[subresource], "metadata": {"name": name}}))
    else:
        value = draw(objects.objects(resource.plural, resource.kind, resource.api_version, name))
    if method == "PATCH":
        content_type = draw(st.sampled_from(_PATCH_TYPES * 10 + _CONTENT_TYPES + _PATCH_TYPES * 10))
        if content_type.startswith("application/json-patch"):
            value = draw(objects.json_patches(value))
        elif content_type.startswith("application/strategic"):
            value = draw(objects.strategic_patches(value))
        return draw(objects.encoded(value)), content_type
    content_type = draw(
        st.sampled_from(
            ["application/json"] * 30
            + ["application/vnd.kubernetes.protobuf"] * 30
            + _CONTENT_TYPES
            + ["application/json"] * 30
        )
    )
    if "protobuf" in content_type:
        kind, api_version = resource.kind, resource.api_version
        if subresource:
            kind, group, version, _ = resource.subresources[subresource]
            api_version = f"{group}/{version}" if group else version
        return draw(protobufs(value, kind, api_version)), content_type
    return draw(objects.encoded(value)), content_type


#: Subresource → its query, if it has one of its own.
_QUERIES = {"log": _LOG_QUERY, **dict.fromkeys(("exec", "attach", "portforward"), _EXEC_QUERY)}


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Make a request."""
    method = draw(_METHODS)
    headers = [("Accept", draw(st.sampled_from(_ACCEPTS)))] if draw(st.integers(0, 4)) == 2 else []
    headers += draw(st.lists(st.sampled_from(_MORE_HEADERS), max_size=1)) if draw(st.integers(0, 9)) == 5 else []
    if draw(st.integers(0, 19)) == 7:
        return Request(method, draw(_OTHER_PATHS), tuple(headers))
    likely = _CREATABLE if method == "POST" else _WRITABLE
    resource = draw(st.sampled_from(likely * 9 + list(RESOURCES)))
    path, name, subresource = draw(_paths(resource, method))
    target = "/".join(part for part in (path, quote(name, safe="%"), subresource) if part)
    query = draw(_queries(_QUERIES.get(subresource, _QUERY), method))
    body, content_type = draw(_bodies(resource, method, name, subresource))
    if content_type:
        headers.append(("Content-Type", content_type))
    if subresource in ("exec", "attach", "portforward") and draw(st.booleans()):
        headers += [
            *_UPGRADE,
            (
                "Sec-WebSocket-Protocol",
                draw(
                    st.sampled_from(["v5.channel.k8s.io", "v4.channel.k8s.io", "x", "SPDY/3.1+portforward.k8s.io", ""])
                ),
            ),
        ]
    return Request(method, target + (f"?{query}" if query else ""), tuple(headers), body)
