"""From a client's URL through a Service's port and targetPort to the port that a container listens on, and where the way breaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from kubelearn.target.connection import Cluster
from kubelearn.target.execution import Execution
from kubelearn.views.objects import Object, Objects, read
from kubelearn.views.pods import matches, selector_text, state

#: What a way is made from.
KINDS = ("services", "pods")
#: Address and port of a pod → what became of a connection: ``open``, ``refused`` or ``no answer``.
Answers = Mapping[tuple[str, int], str]
_TIMEOUT = 2


@dataclass
class Way:
    """The way of a request.

    Attributes:
        host: the Service's name in the URL.
        port: the port in the URL.
        service: whether there is such a Service.
        entry: the Service's port of that number, as in its spec; none without.
        pods: one for each pod that the Service selects: ``pod``, ``address``, ``container``, ``port`` (its number, or 0 if the name is unknown), ``declared``, ``state``.
        fault: where and why the way breaks; empty if it does not, or is not known to.
        broken_at: the step of the fault: ``url``, ``port``, ``target``, ``pod``, or empty.
    """

    host: str
    port: int
    service: bool = False
    entry: Object | None = None
    pods: list[dict[str, Any]] = field(default_factory=list)
    fault: str = ""
    broken_at: str = ""

    def fail(self, step: str, text: str) -> None:
        """Note the first fault."""
        if not self.broken_at:
            self.broken_at, self.fault = step, text


def split(url: str) -> tuple[str, int]:
    """Return the Service's name and the port of a URL.

    Raises:
        ValueError: it is none, or names another namespace.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if not parts.hostname:
        raise ValueError(f"not a URL: {url!r}")
    return parts.hostname.split(".")[0], parts.port or 80


def way(objects: Objects, url: str, answers: Answers | None = None) -> Way:
    """Follow a URL through objects that were read before.

    Args:
        answers: what became of connections to the pods; those that are not there were not tried.
    """
    host, port = split(url)
    found = Way(host, port)
    service = next((item for item in objects["services"] if item["metadata"]["name"] == host), None)
    if service is None:
        found.fail("url", f"there is no Service {host}")
        return found
    found.service = True
    ports = service["spec"].get("ports") or []
    found.entry = next((entry for entry in ports if entry["port"] == port), None)
    if found.entry is None:
        found.fail(
            "port",
            f"the Service has no port {port}, but {', '.join(str(entry['port']) for entry in ports) or 'none at all'}",
        )
        return found
    target, selector = found.entry.get("targetPort", port), service["spec"].get("selector") or {}
    selected = [pod for pod in objects["pods"] if matches(selector, pod) and state(pod) not in ("Completed", "Failed")]
    found.pods = [_end(pod, target) for pod in selected]
    _judge(found, target, selector, answers or {})
    return found


def _end(pod: Object, target: int | str) -> dict[str, Any]:
    declared = [
        (container["name"], port) for container in pod["spec"]["containers"] for port in container.get("ports") or ()
    ]
    match = next(
        (
            (name, port["containerPort"])
            for name, port in declared
            if target in (port["containerPort"], port.get("name"))
        ),
        None,
    )
    number = match[1] if match else target if isinstance(target, int) else 0
    return {
        "pod": pod["metadata"]["name"],
        "address": (pod.get("status") or {}).get("podIP", ""),
        "state": state(pod),
        "container": match[0] if match else "",
        "port": number,
        "declared": match is not None,
    }


def _judge(found: Way, target: int | str, selector: Mapping[str, str], answers: Answers) -> None:
    if not found.pods:
        found.fail("pod", f"the selector {selector_text(selector)} matches no pod")
    for end in found.pods:
        end["listens"] = answers.get((end["address"], end["port"]), "not tried")
    if found.pods and not any(end["port"] for end in found.pods):
        found.fail("target", f"no container has a port named {target}")
    ready = [end for end in found.pods if end["state"] == "Ready"]
    if found.pods and not ready:
        found.fail("pod", "none of the pods is ready")
    deaf = [end for end in ready if end["listens"] in ("refused", "no answer")]
    if deaf:
        found.fail(
            "pod",
            f"nothing listens on port {deaf[0]['port']} in {len(deaf)} of {len(ready)} ready pods (connection"
            f" {deaf[0]['listens']})",
        )


def probe(cluster: Cluster, client: str, address: str, port: int) -> str:
    """Connect from a pod to an address: ``open``, ``refused`` or ``no answer``.

    Raises:
        kubernetes.client.ApiException: there is no such client pod.
    """
    execution = Execution(
        cluster.core,
        cluster.namespace,
        client,
        ["curl", "-s", "-o", "/dev/null", "-m", str(_TIMEOUT), f"http://{address}:{port}/"],
    )
    try:
        list(execution.lines(timeout=10 * _TIMEOUT))
        return {7: "refused", 28: "no answer"}.get(execution.code, "open")
    finally:
        execution.close()


def rows(cluster: Cluster, url: str, client: str = "client") -> list[dict[str, Any]]:
    """Return a row for each step of the way: ``step``, ``value``, ``broken`` (why, or empty); connections are tried from the client.

    Raises:
        ValueError: not a URL.
        kubernetes.client.ApiException: there is no such client pod.
    """
    return table(_tried(cluster, url, client))


def _tried(cluster: Cluster, url: str, client: str) -> Way:
    objects = read(cluster, *KINDS)
    ends = [end for end in way(objects, url).pods if end["address"] and end["port"]]
    return way(
        objects,
        url,
        {(end["address"], end["port"]): probe(cluster, client, end["address"], end["port"]) for end in ends},
    )


def table(found: Way) -> list[dict[str, Any]]:
    """Return the rows of a way (see :func:`rows`)."""
    steps = [("url", f"{found.host}:{found.port}")]
    if found.service:
        steps.append(("port", f"{found.entry['port']} of Service {found.host}" if found.entry else "none"))
    if found.entry:
        steps.append(("target", str(found.entry.get("targetPort", found.port))))
        steps += [("pod", f"{end['port'] or 'no port'} of {end['pod']}") for end in found.pods] or [("pod", "none")]
    return [
        {"step": step, "value": value, "broken": found.fault if step == found.broken_at else ""}
        for step, value in steps
    ]


def describe(found: Way) -> str:
    """Return a way in words."""
    words = [f"URL {found.host}:{found.port}"]
    if found.entry:
        words.append(f"Service port {found.entry['port']}")
        words.append(f"targetPort {found.entry.get('targetPort', found.port)}")
    if found.pods:
        words.append(
            f"port {', '.join(sorted({str(end['port'] or 'unknown') for end in found.pods}))} of {len(found.pods)} pods"
        )
    return f"{' → '.join(words)}. " + (f"The way breaks: {found.fault}." if found.fault else "The way is whole.")
