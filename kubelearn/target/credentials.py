"""Credential plugins of kubeconfigs: programs of cloud providers that print a token (KEP-541).

The official client waits for them for ever, and goes on without a token when they fail. Here they
have until a deadline, and what they complain about is passed on.
"""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from . import processes
from .contexts import Context, Entry
from .deadline import Deadline
from .environment import inherited
from .errors import ConnectionFailedError

if TYPE_CHECKING:
    from kubernetes.client import Configuration

#: A plugin that is asked again, in the middle of a lesson, may take its time.
_AGAIN = 60.0
#: A token is replaced this long before it ends.
_EARLY = timedelta(minutes=1)
#: Providers that were part of Kubernetes clients, and what took their place.
_REMOVED = {"gcp": "gke-gcloud-auth-plugin", "azure": "kubelogin"}


@dataclass(frozen=True)
class Credential:
    """What a plugin gave.

    Attributes:
        user: settings of a kubeconfig's user that say the same without the plugin.
        expires: when it has to be asked again; None for never.
    """

    user: Entry
    expires: datetime | None


def check_provider(context: Context) -> None:
    """Refuse a kubeconfig for a kind of login that kubectl has no more.

    Raises:
        ConnectionFailedError: the context uses one.
    """
    name = str((context.user.get("auth-provider") or {}).get("name", "oidc"))
    if name != "oidc":
        instead = f"install {_REMOVED[name]}, and let" if name in _REMOVED else "let"
        raise ConnectionFailedError(
            f"the context {context.name!r} logs in with the auth provider {name!r}, "
            f"which Kubernetes does not have any more: {instead} your provider's command line write the kubeconfig "
            "again"
        )


def fetch(context: Context, deadline: Deadline) -> Credential:
    """Run a context's plugin and return what it gives; nobody is there to answer its questions.

    Raises:
        ConnectionFailedError: it is not there, fails, or waits for something; the message says what to do.
    """
    plugin = context.plugin
    if not (plugin.get("command") and plugin.get("apiVersion")):
        raise ConnectionFailedError(
            f"the credential plugin of the context {context.name!r} has no command or no apiVersion in the kubeconfig"
        )
    said = _run(context, plugin, deadline)
    try:
        answer = json.loads(said)
        if answer["apiVersion"] != plugin["apiVersion"]:
            raise ValueError(f"its version is {answer['apiVersion']}, and the kubeconfig's {plugin['apiVersion']}")
        status = answer["status"]
        return Credential(
            _user(status),
            datetime.fromisoformat(status["expirationTimestamp"]) if "expirationTimestamp" in status else None,
        )
    except json.JSONDecodeError as error:
        raise _failed(context, "does not give a credential, but some other text") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = str(error) if isinstance(error, ValueError) else "it has no token"
        raise _failed(context, f"does not give a credential: {reason}") from error


def keep(settings: Configuration) -> None:
    """Let the official client keep a login that does not end.

    Before each request it would ask for it again, and look through the process's variables for a proxy, which raises
    a KeyError when one of them goes meanwhile: another thread may be closing a handle.
    """
    settings.refresh_api_key_hook = None


def refresher(context: Context, expires: datetime) -> Callable[[Any], None]:
    """Return a hook for the official client's configuration, which asks the plugin again when its token ends."""
    end = [expires]

    def refresh(settings: Any) -> None:
        if datetime.now(UTC) < end[0] - _EARLY:
            return
        fresh = fetch(context, Deadline(_AGAIN))
        end[0] = fresh.expires or datetime.max.replace(tzinfo=UTC)
        settings.api_key["BearerToken"] = f"Bearer {fresh.user['token']}"

    return refresh


def _user(status: Entry) -> Entry:
    if status.get("token"):
        return {"token": str(status["token"])}
    return {
        "client-certificate-data": base64.b64encode(status["clientCertificateData"].encode()).decode(),
        "client-key-data": base64.b64encode(status["clientKeyData"].encode()).decode(),
    }


def _run(context: Context, plugin: Entry, deadline: Deadline) -> str:
    if plugin.get("interactiveMode") == "Always":
        raise _failed(context, "wants to ask you something in a terminal")
    command = [str(plugin["command"]), *map(str, plugin.get("args") or ())]
    try:
        done = processes.ask(command, deadline.left, _environment(context, plugin))
    except OSError as error:
        raise _failed(context, f"cannot be run ({error.strerror})", str(plugin.get("installHint") or "")) from error
    except subprocess.TimeoutExpired as error:
        raise _failed(
            context,
            f"gave no answer within {deadline.seconds:g} s; perhaps it waits for you, in a browser or at a prompt",
        ) from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise _failed(context, f"failed ({last[:300]})")
    return done.stdout


def _environment(context: Context, plugin: Entry) -> dict[str, str]:
    spec: Entry = {"interactive": False}
    if plugin.get("provideClusterInfo"):
        spec["cluster"] = context.cluster_info
    given = {str(entry["name"]): str(entry["value"]) for entry in plugin.get("env") or ()}
    return {
        **inherited(),
        **given,
        "KUBERNETES_EXEC_INFO": json.dumps(
            {"apiVersion": plugin["apiVersion"], "kind": "ExecCredential", "spec": spec}
        ),
    }


def _failed(context: Context, what: str, hint: str = "") -> ConnectionFailedError:
    by_hand = (
        f"Run `kubectl --context {context.name} get pods` in a terminal: it must work there first, without a question. "
        "Then connect again"
    )
    advice = " ".join(hint.split()) or by_hand
    return ConnectionFailedError(
        f"the credential plugin {str(context.plugin.get('command'))!r} of the context {context.name!r} {what}. {advice}"
    )
