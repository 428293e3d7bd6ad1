"""Before anything is made on somebody's cluster: does it answer, and may the learner do there what the lessons do?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from kubernetes import config
from kubernetes.client import ApiClient, ApiException, AuthorizationV1Api, Configuration, VersionApi

from .contexts import Context
from .errors import ConnectionFailedError

#: Seconds for the server to accept a connection, and for it to answer.
_LIMIT = (2.0, 3.0)
_AT_ONCE = 8


@dataclass(frozen=True)
class Right:
    """Something that the lessons do.

    Attributes:
        resource: as RBAC writes it: ``pods``, ``pods/exec``, ``deployments.apps``.
        namespaced: in the lessons' namespace, or for the whole cluster.
    """

    verb: str
    resource: str
    namespaced: bool = True

    def attributes(self, namespace: str) -> dict[str, str]:
        """Return the ``resourceAttributes`` of an access review."""
        full, _, group = self.resource.partition(".")
        resource, _, subresource = full.partition("/")
        found = {"verb": self.verb, "group": group, "resource": resource, "subresource": subresource, "namespace": namespace if self.namespaced else ""}
        return {key: value for key, value in found.items() if value}

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}"


def _rights(resource: str, *verbs: str, namespaced: bool = True) -> tuple[Right, ...]:
    return tuple(Right(verb, resource, namespaced) for verb in verbs)


#: What every lesson needs, besides its namespace.
NEEDED: tuple[Right, ...] = (
    *_rights("nodes", "list", namespaced=False),
    *_rights("pods", "create", "delete", "get", "list", "patch", "watch"),
    *_rights("pods/exec", "create", "get"),  # get: exec over WebSockets is a GET
    *_rights("pods/log", "get"),
    *_rights("pods/portforward", "create"),
    *_rights("services", "create", "delete", "get", "list", "patch", "watch"),
    *_rights("configmaps", "create", "delete", "get", "patch"),
    *_rights("deployments.apps", "create", "delete", "get", "list", "patch", "watch"),
    *_rights("deployments/scale.apps", "patch"),
    *_rights("replicasets.apps", "list"),
    *_rights("endpointslices.discovery.k8s.io", "list", "watch"),
    *_rights("events", "list"),
)
#: What making and removing a namespace needs.
FOR_NAMESPACES: tuple[Right, ...] = _rights("namespaces", "create", "delete", "get", namespaced=False)


def check(context: Context, kubeconfig: Path, namespace: str, *, makes_namespace: bool) -> tuple[int, int]:
    """Ask the cluster; nothing is changed there.

    Args:
        context: for the messages.
        kubeconfig: with that context.
        namespace: where the lessons are to work.
        makes_namespace: whether that namespace has to be made and removed.

    Returns:
        The server's version as (major, minor).

    Raises:
        ConnectionFailedError: it does not answer, refuses who asks, or a right is missing; the message says which.
    """
    with _client(context, kubeconfig) as api:
        version = _version(context, api)
        missing = _missing(context, api, namespace, (*NEEDED, *(FOR_NAMESPACES if makes_namespace else ())))
    if missing:
        raise ConnectionFailedError(_explain(context, namespace, missing))
    return version


@contextmanager
def _client(context: Context, kubeconfig: Path) -> Iterator[ApiClient]:
    """Yield a client that does not try again: a learner waits for it."""
    settings = Configuration()
    settings.retries = False
    try:
        api = config.new_client_from_config(config_file=str(kubeconfig), client_configuration=settings)
    except config.ConfigException as error:
        raise ConnectionFailedError(f"the context {context.name!r} cannot be used: {error}") from error
    try:
        yield api
    finally:
        api.close()


def _version(context: Context, api: ApiClient) -> tuple[int, int]:
    try:
        found = VersionApi(api).get_code(_request_timeout=_LIMIT)
        return int(found.major), int(found.minor.rstrip("+"))
    except ApiException as error:
        raise ConnectionFailedError(_refused(context, error)) from error
    except urllib3.exceptions.HTTPError as error:
        raise ConnectionFailedError(
            f"the server {context.server} of the context {context.name!r} cannot be reached: {_why(error)}. Is the cluster running, is a VPN needed, is the address right?") from error


def _why(error: BaseException) -> str:
    """Return the heart of an error of urllib3's, which wraps the system's."""
    while isinstance(getattr(error, "reason", None), BaseException):
        error = error.reason  # type: ignore[attr-defined]
    if isinstance(error, urllib3.exceptions.TimeoutError) and not isinstance(error, urllib3.exceptions.NewConnectionError):  # which is one of them, by inheritance
        return f"no answer within {sum(_LIMIT):.0f} s"
    return str(error).rpartition(": ")[2] or type(error).__name__


def _refused(context: Context, error: ApiException) -> str:
    if error.status == 401:
        return (
            f"the cluster at {context.server} does not know who you are (401 Unauthorized): the token or certificate of the context {context.name!r} "
            f"is wrong or has expired. Log in again, as your cluster's provider says; `kubectl --context {context.name} get pods` must work first")
    if error.status == 403:
        return f"the context {context.name!r} may do nothing on the cluster at {context.server} (403 Forbidden): ask who runs it for rights, or use another context"
    if not error.status:  # the client's way to say that the connection was not made safe
        return f"the server {context.server} of the context {context.name!r} is not the one that the kubeconfig trusts: {str(error.reason).splitlines()[-1]}"
    return f"the server {context.server} of the context {context.name!r} answers {error.status} {error.reason}: is it a Kubernetes API server?"


def _missing(context: Context, api: ApiClient, namespace: str, rights: Iterable[Right]) -> list[Right]:
    reviews = AuthorizationV1Api(api)

    def allowed(right: Right) -> bool:
        body: Any = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": right.attributes(namespace)}}
        status = reviews.create_self_subject_access_review(body, _request_timeout=_LIMIT).status
        return bool(status and status.allowed)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            asked = list(rights)
            return [right for right, is_allowed in zip(asked, pool.map(allowed, asked), strict=True) if not is_allowed]
        except ApiException as error:
            raise ConnectionFailedError(_refused(context, error)) from error
        except urllib3.exceptions.HTTPError as error:
            raise ConnectionFailedError(f"the server {context.server} of the context {context.name!r} stopped answering: {_why(error)}") from error
        finally:
            pool.shutdown(cancel_futures=True)


def _explain(context: Context, namespace: str, missing: Iterable[Right]) -> str:
    text = f"the context {context.name!r} lacks rights that the lessons need in the namespace {namespace!r}: {', '.join(map(str, missing))}."
    if any(right in FOR_NAMESPACES for right in missing):
        return f"{text} If you may not make namespaces, name one of yours: connect(context={context.name!r}, namespace='NAME')"
    return f"{text} Ask who runs the cluster for them, or use the embedded cluster: connect('embedded')"
