"""What NetworkPolicies decide about a connection, read in the API: no cluster tells which policy dropped a packet.

So this is what should be; whether a cluster's network enforces it, the answer shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from kubelearn.semantics.policies import dropped
from kubelearn.views.objects import Object, Objects
from kubelearn.views.policies import Policies

_DNS_PORT = 53
#: A pod that may be called, with its port and the protocol.
Called = tuple[Object, int, str]


@dataclass(frozen=True)
class Ruling:
    """What the policies say.

    Attributes:
        lines: the verdicts, one by one, with the names of the policies.
        state: as of a step: ``good``, ``broken`` if no pod may be reached, ``not seen`` if the answer tells another
            story, or if it is not seen which pod it was.
    """

    lines: tuple[str, ...]
    state: str


def rule(objects: Objects, caller: Object, called: Sequence[Called], *, answered: bool) -> Ruling:
    """Say what the policies decide about a call.

    Args:
        called: the pods that it may be to: one if that is known.
        answered: whether there was an answer.

    Returns:
        A ruling, without lines if no policy isolates anybody.
    """
    known = Policies(objects)
    judged = [known.verdicts(caller, pod, port, protocol) for pod, port, protocol in called]
    drops = [verdict for verdict in map(dropped, judged) if verdict is not None]
    told = dict.fromkeys(drops or chain.from_iterable(judged))
    lines = [line for verdict in told for line in (verdict.outcome, verdict.reason)]
    if not drops:
        return Ruling(tuple(lines), "good")
    reachable = len(called) - len(drops)
    if reachable:
        unseen = f"not seen: which pod it was; {reachable} of {len(called)} may be reached"
        return Ruling((*lines, unseen), "not seen")
    if not answered:
        return Ruling(tuple(lines), "broken")
    contradiction = "yet there was an answer: the network of this cluster does not enforce this, or not yet"
    return Ruling((*lines, contradiction), "not seen")


def behind(service: Object, objects: Objects, port: int) -> list[Called]:
    """Return the pods that a Service sends traffic to.

    Args:
        port: of the Service, or its nodePort.
    """
    meta, wanted = service["metadata"], service["spec"].get("ports") or ()
    names = {entry.get("name", "") for entry in wanted if port in (entry["port"], entry.get("nodePort"))}
    pods = {pod["metadata"]["name"]: pod for pod in objects["pods"] if _namespace(pod) == meta["namespace"]}
    return [
        (pods[name], entry["port"], entry.get("protocol", "TCP"))
        for item in objects["endpointslices"]
        if _namespace(item) == meta["namespace"]
        and (item["metadata"].get("labels") or {}).get("kubernetes.io/service-name") == meta["name"]
        for entry in item.get("ports") or ()
        if entry.get("name", "") in names and "port" in entry
        for endpoint in item.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready", True)
        and (name := (endpoint.get("targetRef") or {}).get("name")) in pods
    ]


def _namespace(item: Object) -> str:
    return str(item["metadata"]["namespace"])


def name_servers(address: str, objects: Objects) -> list[Called]:
    """Return the pods that answer for names at the address in ``/etc/resolv.conf``."""
    service = next((item for item in objects["services"] if item["spec"].get("clusterIP") == address), None)
    return [entry for entry in behind(service, objects, _DNS_PORT) if entry[2] == "UDP"] if service else []
