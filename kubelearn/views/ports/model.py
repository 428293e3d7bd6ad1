"""From a client's URL through a Service's port and targetPort to a container's port, and where the path breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from kubelearn.target.connection import Cluster
from kubelearn.target.execution import Execution
from kubelearn.views.display import Table
from kubelearn.views.objects import Object, Objects
from kubelearn.views.objects import read as read_objects
from kubelearn.views.pods import has_ended, matches, selector_text, state

#: What a way is made from.
KINDS = ("services", "pods")
#: Address and port of a pod → what became of a connection: ``open``, ``refused`` or ``no answer``.
Answers = Mapping[tuple[str, int], str]
#: What became of a connection where nobody listens.
_DEAF = ("refused", "no answer")
#: curl's exit code → what it means here.
_EXITS = {7: "refused", 28: "no answer"}
#: Seconds after which a connection is given up.
_TIMEOUT = 2
_HEADINGS = ("Step", "Value", "Broken")


@dataclass(frozen=True)
class End:
    """A pod at the end of the way.

    Attributes:
        state: in a word (see :func:`kubelearn.views.pods.state`).
        container: the container that declares the port; empty if none does.
        port: its number; 0 if the targetPort is a name that no container has.
        listens: what became of a connection: ``open``, ``refused``, ``no answer``, or ``not tried``.
    """

    pod: str
    address: str
    state: str
    container: str
    port: int
    listens: str

    @property
    def place(self) -> tuple[str, int]:
        """Address and port."""
        return self.address, self.port

    @property
    def deaf(self) -> bool:
        """Whether nobody listens, as far as it was tried."""
        return self.listens in _DEAF


@dataclass(frozen=True)
class Way:
    """The way of a request.

    Attributes:
        host: the Service's name in the URL.
        port: the port in the URL.
        service: whether there is such a Service.
        entry: the Service's port of that number, as in its spec; none without.
        pods: one for each pod that the Service selects.
        broken_at: the step where the path breaks: ``url``, ``port``, ``target``, ``pod``; empty if it does not, or is
            not known to.
        fault: why it breaks.
    """

    host: str
    port: int
    service: bool = False
    entry: Object | None = None
    pods: tuple[End, ...] = ()
    broken_at: str = ""
    fault: str = ""

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each step of the way: ``step``, ``value``, ``broken`` (why, or empty)."""
        steps = [("url", f"{self.host}:{self.port}")]
        if self.service:
            steps.append(("port", f"{self.entry['port']} of Service {self.host}" if self.entry else "none"))
        if self.entry:
            steps.append(("target", str(self.entry.get("targetPort", self.port))))
            steps += [("pod", f"{end.port or 'no port'} of {end.pod}") for end in self.pods] or [("pod", "none")]
        return [
            {"step": step, "value": value, "broken": self.fault if step == self.broken_at else ""}
            for step, value in steps
        ]

    def table(self) -> Table:
        """Return the rows as a table."""
        return Table(_HEADINGS, [tuple(row.values()) for row in self.rows()])

    @property
    def summary(self) -> str:
        """The way in words."""
        words = [f"URL {self.host}:{self.port}"]
        if self.entry:
            words.append(f"Service port {self.entry['port']}")
            words.append(f"targetPort {self.entry.get('targetPort', self.port)}")
        if self.pods:
            numbers = ", ".join(sorted({str(end.port or "unknown") for end in self.pods}))
            words.append(f"port {numbers} of {len(self.pods)} pods")
        end = f"The path breaks: {self.fault}." if self.fault else "The path is complete."
        return f"{' → '.join(words)}. {end}"

    def __repr__(self) -> str:
        return self.summary


def split(url: str) -> tuple[str, int]:
    """Return the Service's name and the port of a URL.

    Raises:
        ValueError: it is none, or names another namespace.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if not parts.hostname:
        raise ValueError(f"not a URL: {url!r}")
    return parts.hostname.split(".")[0], parts.port or 80


def build(objects: Objects, url: str, answers: Answers | None = None) -> Way:
    """Follow a URL through objects that were read before.

    Args:
        answers: what became of connections to the pods; those that are not there were not tried.

    Raises:
        ValueError: not a URL.
    """
    host, port = split(url)
    service = next((item for item in objects["services"] if item["metadata"]["name"] == host), None)
    if service is None:
        return Way(host, port, broken_at="url", fault=f"there is no Service {host}")
    ports = service["spec"].get("ports") or []
    entry = next((entry for entry in ports if entry["port"] == port), None)
    if entry is None:
        others = ", ".join(str(entry["port"]) for entry in ports) or "none at all"
        fault = f"the Service has no port {port}, but {others}"
        return Way(host, port, service=True, broken_at="port", fault=fault)
    target, selector = entry.get("targetPort", port), service["spec"].get("selector") or {}
    selected = [pod for pod in objects["pods"] if matches(selector, pod) and not has_ended(pod)]
    ends = tuple(_end(pod, target, answers or {}) for pod in selected)
    step, fault = _fault(ends, target, selector)
    return Way(host, port, True, entry, ends, step, fault)


def _end(pod: Object, target: int | str, answers: Answers) -> End:
    container, number = _declared(pod, target)
    address = (pod.get("status") or {}).get("podIP", "")
    listens = answers.get((address, number), "not tried")
    return End(pod["metadata"]["name"], address, state(pod), container, number, listens)


def _declared(pod: Object, target: int | str) -> tuple[str, int]:
    """Return the container that declares a port, and the port's number; a number need not be declared."""
    for container in pod["spec"]["containers"]:
        for port in container.get("ports") or ():
            if target in (port["containerPort"], port.get("name")):
                return container["name"], port["containerPort"]
    return "", target if isinstance(target, int) else 0


def _fault(ends: Sequence[End], target: int | str, selector: Mapping[str, str]) -> tuple[str, str]:
    """Return the step where a way breaks, and why; two empty words if it does not."""
    if not ends:
        return "pod", f"the selector {selector_text(selector)} matches no pod"
    if not any(end.port for end in ends):
        return "target", f"no container has a port named {target}"
    ready = [end for end in ends if end.state == "Ready"]
    if not ready:
        return "pod", "none of the pods is ready"
    deaf = [end for end in ready if end.deaf]
    if deaf:
        where = f"nothing listens on port {deaf[0].port} in {len(deaf)} of {len(ready)} ready pods"
        return "pod", f"{where} (connection {deaf[0].listens})"
    return "", ""


def probe(cluster: Cluster, client: str, address: str, port: int) -> str:
    """Connect from a pod to an address: ``open``, ``refused`` or ``no answer``.

    Raises:
        NotRunningError: there is no such client pod, or it does not run.
    """
    url = f"http://{address}:{port}/"
    command = ["curl", "-s", "-o", "/dev/null", "-m", str(_TIMEOUT), url]
    execution = Execution(cluster.core, cluster.namespace, client, command)
    try:
        list(execution.lines(timeout=10 * _TIMEOUT))
        return _EXITS.get(execution.code, "open")
    finally:
        execution.close()


def read(cluster: Cluster, url: str, client: str = "client") -> Way:
    """Return the way from a URL to a container's port; connections are tried from the client.

    Args:
        cluster: the handle.
        url: what the client calls: a Service's name, and a port.
        client: the pod that connects; its image has ``curl``.

    Raises:
        ValueError: not a URL.
        NotRunningError: there is no such client pod, or it does not run.
    """
    objects = read_objects(cluster, *KINDS)
    places = [end.place for end in build(objects, url).pods if end.address and end.port]
    return build(objects, url, {place: probe(cluster, client, *place) for place in places})


def rows(cluster: Cluster, url: str, client: str = "client") -> list[dict[str, Any]]:
    """Return the rows of the way as it is now (arguments and errors as for :func:`read`)."""
    return read(cluster, url, client).rows()


def table(cluster: Cluster, url: str, client: str = "client") -> Table:
    """Return the same as a table (arguments and errors as for :func:`read`)."""
    return read(cluster, url, client).table()
