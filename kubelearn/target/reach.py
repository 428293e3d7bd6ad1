"""Reaching a cluster's API server, in time or with one sentence that says why not."""

from __future__ import annotations

import copy
import json
import re
import socket
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import urllib3
import yaml
from kubernetes import config
from kubernetes.client import ApiClient, ApiException, Configuration
from urllib3.util import parse_url

from . import certificates, credentials, loopback
from .contexts import Context
from .deadline import Deadline
from .errors import ConnectionFailedError
from .workdir import PrivateFolder

#: Seconds for everything that comes before the first thing is made.
LIMIT = 4.5
#: Requests at a time: a far cluster takes its time for each.
AT_ONCE = 16
_MOST = 1 << 20
_ERRNO = re.compile(r"^\[Errno -?\d+\] ")
#: What surrounds OpenSSL's words.
_OPENSSL = re.compile(r"^.*?\[[^]]*\] |^\w*Error |\s?\(_ssl\.c:\d+\).*$")
_NO_TLS = re.compile(r"wrong.version.number|http.request|record.layer|unexpected.message", re.IGNORECASE)


def load(context: Context, deadline: Deadline, folder: PrivateFolder) -> Configuration:
    """Return the official client's settings for a context, with its login.

    Args:
        context: the way to the cluster.
        deadline: until when the login has to be there.
        folder: the handle's, for certificates.

    Raises:
        ConnectionFailedError: the kubeconfig or its credential plugin is in the way.
    """
    credentials.check_provider(context)
    credential = credentials.fetch(context, deadline) if context.plugin else None
    user = credential.user if credential else {key: value for key, value in context.user.items() if key != "exec"}
    settings = Configuration()
    try:
        document = certificates.as_files(yaml.safe_load(context.kubeconfig("default", user=user)), folder)
        deadline.run(
            lambda: config.load_kube_config_from_dict(document, client_configuration=settings, persist_config=False)
        )
    except TimeoutError as error:
        raise ConnectionFailedError(
            f"the login of the context {context.name!r} has no answer within {deadline.seconds:g} s: "
            "log in again, as your cluster's provider says"
        ) from error
    except (
        config.ConfigException,
        urllib3.exceptions.HTTPError,
        ApiException,
        OSError,
        ValueError,
        LookupError,
    ) as error:
        raise ConnectionFailedError(f"the context {context.name!r} cannot be used: {_line(error)}") from error
    if "auth-provider" not in user:
        credentials.keep(settings)
    loopback.choose_way(settings, proxied=context.has_proxy)
    if credential is not None and credential.expires is not None and "token" in credential.user:
        settings.refresh_api_key_hook = credentials.refresher(context, credential.expires)  # type: ignore[assignment]
    return settings


@contextmanager
def reaching(context: Context, settings: Configuration, deadline: Deadline) -> Iterator[ApiClient]:
    """Yield a client whose requests, all together, end at a deadline, and fail with a sentence.

    The limits of sockets are no help against a server that sends a byte now and then: at the deadline,
    whatever connection is open is shut.

    Raises:
        ConnectionFailedError: the server does not answer, or refuses who asks.
    """
    api = _client(context, settings)
    opened: weakref.WeakSet[Any] = weakref.WeakSet()
    manager = api.rest_client.pool_manager
    _note(manager, opened)
    alarm = threading.Timer(deadline.left, _shut, (opened,))
    alarm.start()
    try:
        _look_up(settings, manager, deadline)
        yield api
    except (ApiException, urllib3.exceptions.HTTPError, OSError) as error:
        raise ConnectionFailedError(_explain(context, error, deadline)) from error
    finally:
        alarm.cancel()
        alarm.join()
        api.close()
        _shut(opened)  # a traceback may keep alive what would be closed with its last reference


def ask(call: Callable[..., Any], deadline: Deadline, *arguments: Any) -> dict[str, Any]:
    """Call a method of the official client, and return the object that the server sends.

    Raises:
        kubernetes.client.ApiException: it refuses, or answers as no Kubernetes API server does.
    """
    answer = call(*arguments, _preload_content=False, _request_timeout=(deadline.left, deadline.left))
    content = answer.read(_MOST)
    answer.release_conn()
    if not 200 <= answer.status < 300:
        raise ApiException(status=answer.status, reason=answer.reason, body=content.decode(errors="replace"))
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise unlike("no JSON object")
    return found


def unlike(what: str) -> ApiException:
    """Return the error for an answer that is a success, but not one of Kubernetes."""
    return ApiException(status=200, reason=what)


def words(error: ApiException) -> str:
    """Return what the API server itself says, or the HTTP status."""
    with suppress(ValueError, TypeError, KeyError):
        message = json.loads(error.body)["message"] if error.body else ""
        if message and isinstance(message, str):
            return message
    return f"{error.status} {error.reason}" if error.status != 200 else str(error.reason)


def _client(context: Context, settings: Configuration) -> ApiClient:
    """Make a client that does not try again: a learner waits for it."""
    impatient = copy.deepcopy(settings)
    impatient.retries = False  # urllib3's, which the client passes on
    impatient.connection_pool_maxsize = AT_ONCE
    try:
        return ApiClient(impatient)
    except ImportError as error:
        raise ConnectionFailedError(
            f"the context {context.name!r} goes through a SOCKS proxy, which needs PySocks: pip install pysocks"
        ) from error
    except (ValueError, urllib3.exceptions.HTTPError) as error:
        raise ConnectionFailedError(f"the context {context.name!r} cannot be used: {_line(error)}") from error


def _note(manager: Any, opened: weakref.WeakSet[Any]) -> None:
    """Let a manager's connections, and their sockets, be known while they are open."""
    manager.pool_classes_by_scheme = {
        scheme: type(pool.__name__, (pool,), {"ConnectionCls": _noting(pool.ConnectionCls, opened)})
        for scheme, pool in manager.pool_classes_by_scheme.items()
    }


def _noting(connection: type[Any], opened: weakref.WeakSet[Any]) -> type[Any]:
    def connect(self: Any) -> None:
        opened.add(self)  # which may begin with a long talk with a proxy
        connection.connect(self)
        opened.add(self.sock)  # which the connection may hand over to a response

    return type(connection.__name__, (connection,), {"connect": connect})


def _shut(opened: weakref.WeakSet[Any]) -> None:
    for each in list(opened):
        found = each if isinstance(each, socket.socket) else each.sock
        if found is not None:
            with suppress(OSError):  # it was closed before
                found.shutdown(socket.SHUT_RDWR)


def _look_up(settings: Configuration, manager: urllib3.PoolManager, deadline: Deadline) -> None:
    """Look up the name of whom the client will talk to, since the system's resolver knows no limits of time."""
    proxy = manager.proxy if isinstance(manager, urllib3.ProxyManager) else None
    address = proxy or parse_url(settings.host)
    if address.host:
        host = address.host.strip("[]")
        deadline.run(lambda: socket.getaddrinfo(host, address.port or 443, type=socket.SOCK_STREAM))


def _explain(context: Context, error: Exception, deadline: Deadline) -> str:
    whom = f"the server {context.server} of the context {context.name!r}"
    if deadline.passed or isinstance(error, TimeoutError) or _is_timeout(error):
        return (
            f"{whom} cannot be reached: no answer within {deadline.seconds:g} s. "
            "Is the cluster running, is a VPN needed, is the address right?"
        )
    if isinstance(error, ApiException) and error.status:
        return _refused(context, whom, error)
    # Status 0 is the client's way to say that the connection was not made safe.
    if isinstance(error, ApiException | urllib3.exceptions.SSLError) or "SSL" in str(error):
        return _unsafe(whom, str(getattr(error, "reason", None) or error))
    return f"{whom} cannot be reached: {_heart(error)}. Is the cluster running, is a VPN needed, is the address right?"


def _is_timeout(error: BaseException) -> bool:
    reason = getattr(error, "reason", None)
    if isinstance(reason, BaseException):
        return _is_timeout(reason)
    if isinstance(error, urllib3.exceptions.NewConnectionError):  # which is a timeout, by inheritance
        return False
    return isinstance(error, urllib3.exceptions.TimeoutError)


def _heart(error: BaseException) -> str:
    """Return the heart of an error of urllib3's, which wraps the system's."""
    while isinstance(getattr(error, "reason", None), BaseException):
        error = error.reason  # type: ignore[attr-defined]
    if isinstance(error, urllib3.exceptions.ProtocolError) and len(error.args) > 1:
        error = error.args[1]
    if isinstance(error, urllib3.exceptions.LocationValueError):
        return "its address is none"
    text = error.strerror if isinstance(error, OSError) and error.strerror else _line(error)
    return _ERRNO.sub("", text.rpartition(": ")[2]).strip(" .'\")") or type(error).__name__


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _unsafe(whom: str, reason: str) -> str:
    last = _OPENSSL.sub("", " ".join(reason.split())).strip(" .()")
    if "CERTIFICATE_VERIFY_FAILED" in reason or "match" in reason:
        return (
            f"{whom} is not the one that the kubeconfig trusts: {last}. "
            "If the cluster was made again, get its kubeconfig again"
        )
    if _NO_TLS.search(reason):
        return f"{whom} does not speak TLS: is the address right?"
    if re.search("alert", reason, re.IGNORECASE):
        return (
            f"{whom} does not accept the certificate of the context: {last}. It may have expired: "
            "log in again, as your cluster's provider says"
        )
    return (
        f"{whom} cannot be reached safely: {last}. Are the certificates in the kubeconfig whole, "
        "and is the address right?"
    )


def _refused(context: Context, whom: str, error: ApiException) -> str:
    if error.status == 401:
        return (
            f"the cluster at {context.server} does not know who you are (401 Unauthorized): "
            f"the token or certificate of the context {context.name!r} is wrong or has expired. "
            f"Log in again, as your cluster's provider says; `kubectl --context {context.name} get pods` must work "
            "first"
        )
    if error.status == 403:
        return (
            f"the context {context.name!r} may do nothing on the cluster at {context.server} (403 Forbidden): "
            f"ask who runs it for rights, or use another context. It says: {words(error)}"
        )
    if error.status in (429, 500, 502, 503, 504):
        return f"{whom} answers {words(error)}: it is starting, or has too much to do. Try again in a minute"
    return f"{whom} answers {words(error)}: is it a Kubernetes API server?"
