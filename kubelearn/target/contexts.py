"""One context out of the learner's kubeconfig files, which are read and never written."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from . import environment
from .errors import ConnectionFailedError

#: Settings that name files, relative to the kubeconfig that has them.
_PATHS = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
#: Sections of a kubeconfig, and what each entry has besides its name.
_SECTIONS = {"contexts": "context", "clusters": "cluster", "users": "user"}
_PRODUCTION = re.compile(r"(?<![a-z])(prod|prd|production|live)(?![a-z])", re.IGNORECASE)

Entry = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """A context with its cluster and its user, and nothing else.

    Attributes:
        name: the context's name.
        cluster: name of its cluster.
        server: the cluster's address.
        namespace: the context's namespace, ``default`` if it has none.
        user: settings of its user, with absolute paths.
    """

    name: str
    cluster: str
    server: str
    namespace: str
    _cluster_entry: Entry
    _user_name: str
    user: Entry

    @property
    def looks_like_production(self) -> bool:
        """Whether a name says so; who works there by mistake is sorry."""
        return any(_PRODUCTION.search(text) for text in (self.name, self.cluster, self.server, self.namespace))

    @property
    def has_proxy(self) -> bool:
        """Whether the kubeconfig names a proxy for this server, which counts more than the environment's."""
        return bool(self._cluster_entry.get("proxy-url"))

    @property
    def plugin(self) -> Entry:
        """The credential plugin that kubectl runs to log in (``exec``).

        It is empty if there is none, or a token comes before it.
        """
        return {} if self.user.get("token") or self.user.get("tokenFile") else self.user.get("exec") or {}

    @property
    def cluster_info(self) -> Entry:
        """What a credential plugin may be told of the cluster (client.authentication.k8s.io Cluster)."""
        extensions = {
            entry.get("name"): entry.get("extension") for entry in self._cluster_entry.get("extensions") or ()
        }
        return {
            **{key: value for key, value in self._cluster_entry.items() if key != "extensions"},
            "config": extensions.get("client.authentication.k8s.io/exec"),
        }

    def kubeconfig(self, namespace: str, user: Entry | None = None) -> str:
        """Return a kubeconfig with this context only, as YAML.

        Args:
            namespace: the one that kubectl is to work in.
            user: settings of the user, in place of the context's own.
        """
        return yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": self.name,
                "preferences": {},
                "clusters": [{"name": self.cluster, "cluster": self._cluster_entry}],
                "users": [{"name": self._user_name, "user": self.user if user is None else user}],
                "contexts": [
                    {
                        "name": self.name,
                        "context": {"cluster": self.cluster, "user": self._user_name, "namespace": namespace},
                    }
                ],
            },
            sort_keys=False,
        )


def paths() -> list[Path]:
    """Return the kubeconfig files as kubectl would look for them: ``KUBECONFIG``, else ``~/.kube/config``."""
    listed = [part for part in environment.learners_kubeconfig().split(os.pathsep) if part]
    return [Path(part).expanduser() for part in listed] or [Path.home() / ".kube" / "config"]


def find(name: str) -> Context:
    """Find a context in the kubeconfig files.

    Raises:
        ConnectionFailedError: no file, no such context, or one that is broken; the message says which there are.
    """
    files = [path for path in paths() if path.exists()]
    if not files:
        raise ConnectionFailedError(
            f"there is no kubeconfig to take the context {name!r} from: {', '.join(map(str, paths()))} does not exist"
        )
    documents = [(path, _load(path)) for path in files]
    context = _entry(documents, "contexts", "context", name)
    if context is None:
        known = sorted(
            {str(entry.get("name")) for _, document in documents for entry in document.get("contexts") or []}
        )
        raise ConnectionFailedError(
            f"there is no context {name!r} in {', '.join(map(str, files))}; there are: {', '.join(known) or 'none'}"
        )
    return _complete(name, context, documents)


def parse(text: str) -> Context:
    """Return the current context of a kubeconfig that somebody else wrote, such as kind."""
    document = yaml.safe_load(text)
    name = document["current-context"]
    documents = [(Path.cwd() / "kubeconfig", document)]
    return _complete(name, _entry(documents, "contexts", "context", name) or {}, documents)


def _complete(name: str, context: Entry, documents: list[tuple[Path, Entry]]) -> Context:
    cluster_name, user_name = str(context.get("cluster", "")), str(context.get("user", ""))
    cluster, user = (
        _entry(documents, "clusters", "cluster", cluster_name),
        _entry(documents, "users", "user", user_name),
    )
    if cluster is None or not cluster.get("server"):
        raise ConnectionFailedError(
            f"the context {name!r} names the cluster {cluster_name!r}, which the kubeconfig does not have"
        )
    if not str(cluster["server"]).startswith(("https://", "http://")):
        raise ConnectionFailedError(
            f"the cluster {cluster_name!r} of the context {name!r} has no address that begins with https://, "
            f"but {str(cluster['server'])!r}"
        )
    if user is None and user_name:
        raise ConnectionFailedError(
            f"the context {name!r} names the user {user_name!r}, which the kubeconfig does not have"
        )
    return Context(
        name,
        cluster_name,
        str(cluster["server"]),
        str(context.get("namespace") or "default"),
        cluster,
        user_name,
        user or {},
    )


def _load(path: Path) -> Entry:
    """Read a kubeconfig; what is said of a broken one never shows what is in it, which is secret."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConnectionFailedError(f"the kubeconfig {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConnectionFailedError(f"the kubeconfig {path} cannot be read: it is not a text in UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise ConnectionFailedError(f"the kubeconfig {path} cannot be read: it is not YAML{where}") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConnectionFailedError(f"{path} is not a kubeconfig")
    for section, kind in _SECTIONS.items():
        listed = document.get(section) or []
        if not isinstance(listed, list) or not all(_is_entry(entry, kind) for entry in listed):
            raise ConnectionFailedError(f"{path} is not a kubeconfig: its {section} are not as they should be")
    return document


def _is_entry(entry: object, kind: str) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get(kind) or {}, dict)


def _entry(documents: list[tuple[Path, Entry]], section: str, kind: str, name: str) -> Entry | None:
    """Return a named entry with absolute paths; the first file that has it counts, as for kubectl."""
    for path, document in documents:
        for listed in document.get(section) or []:
            if str(listed.get("name")) == name:
                return _absolute(dict(listed.get(kind) or {}), path.parent.absolute())
    return None


def _absolute(entry: Entry, folder: Path) -> Entry:
    found = {key: str(folder / str(value)) if key in _PATHS and value else value for key, value in entry.items()}
    plugin = found.get("exec")
    if isinstance(plugin, dict):
        command = plugin.get("command") or ""
        if Path(str(command)).name != command:  # a path; a bare name is looked up in PATH
            found["exec"] = {**plugin, "command": str(folder / str(command))}
    return found
