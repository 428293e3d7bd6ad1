"""What a request asks for, and the words in which it is refused (k8s.io/apiserver request info)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kubelearn.cluster.apiserver import errors
from kubelearn.cluster.apiserver.authentication import User

_VERBS: Final = {"POST": "create", "GET": "get", "HEAD": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
#: Subresources of a namespace, which look like resources inside it.
_NAMESPACE_SUBRESOURCES = ("status", "finalize")
#: Subresources over a protocol that begins with a GET. Since 1.35 the server wants "create" for them, too.
_STREAMS = ("exec", "attach", "portforward")
_BY_NAME = "metadata.name="


@dataclass(frozen=True, slots=True)
class Attributes:
    """What somebody asks for.

    Attributes:
        verb: as RBAC names it; of a path the HTTP method in lower case.
        namespace: empty for the whole cluster, which for a namespaced resource means all namespaces.
        path: of what is no resource; empty for resources.
    """

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""

    @property
    def what(self) -> str:
        """The resource as rules name it: ``pods/exec``."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource

    @classmethod
    def of_review(cls, spec: Mapping[str, Any]) -> Attributes:
        """Return what a review of access asks about."""
        path = spec.get("nonResourceAttributes")
        if path is not None:
            return cls(path.get("verb", ""), path=path.get("path", ""))
        found = spec.get("resourceAttributes") or {}
        keys = ("verb", "group", "resource", "subresource", "namespace", "name")
        return cls(**{key: found.get(key) or "" for key in keys})


def asked(method: str, path: str, query: Mapping[str, str]) -> list[Attributes]:
    """Return what a request needs, all of it.

    It is the path that counts, whether there is such a resource or not.
    """
    parts = path.strip("/").split("/")
    group = ""
    if parts[0] == "apis" and len(parts) > 3:
        group, parts = parts[1], parts[3:]
    elif parts[0] == "api" and len(parts) > 2:
        parts = parts[2:]
    else:
        return [Attributes(method.lower(), path=path)]
    namespace = ""
    if parts[0] == "namespaces" and len(parts) > 1:
        namespace = parts[1]
        if len(parts) > 2 and parts[2] not in _NAMESPACE_SUBRESOURCES:
            parts = parts[2:]
    resource, name, subresource = [*parts, "", ""][:3]
    verb = _VERBS.get(method, "")
    if not name:
        verb = _of_collection(verb, query)
        selector = query.get("fieldSelector", "")
        if verb in ("list", "watch") and selector.startswith(_BY_NAME) and "," not in selector:
            name = selector.removeprefix(_BY_NAME)
    verbs = ("get", "create") if verb == "get" and subresource in _STREAMS else (verb,)
    return [Attributes(each, group, resource, subresource, namespace, name) for each in verbs]


def _of_collection(verb: str, query: Mapping[str, str]) -> str:
    """Return the verb of a request that names no object."""
    if verb == "get":
        return "watch" if query.get("watch", "0").lower() not in ("0", "false") else "list"
    return "deletecollection" if verb == "delete" else verb


def refusal(user: User, asked_for: Attributes, reason: str = "") -> errors.ApiError:
    """Return the 403 in the words of responsewriters.ForbiddenStatusError.

    Args:
        reason: what went wrong while the rules were looked for, if anything.
    """
    more = f": {reason}" if reason else ""
    if asked_for.path:
        text = f'forbidden: User "{user.name}" cannot {asked_for.verb} path "{asked_for.path}"{more}'
        return errors.ApiError(403, "Forbidden", text, {})
    namespace = asked_for.namespace
    where = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    why = (
        f'User "{user.name}" cannot {asked_for.verb} resource "{asked_for.what}" '
        f'in API group "{asked_for.group}" {where}{more}'
    )
    return errors.forbidden(asked_for.resource, asked_for.name, why, asked_for.group)
