"""New pods: defaults, and everything that validation refuses."""

from __future__ import annotations

from tests.objects import Object, container, merged, pod
from tests.real_control_plane.compare.scenarios.pods.containers import CONTAINERS
from tests.real_control_plane.compare.scenarios.pods.specs import SPECS
from tests.real_control_plane.compare.scenarios.pods.volumes import VOLUMES
from tests.real_control_plane.compare.session import Session

#: Note → what is put into the spec of a new pod.
_NEW: dict[str, Object] = {
    **CONTAINERS,
    **SPECS,
    **VOLUMES,
    "unknown": {"container": [], "foo": {"bar": 1}, "containers": [container(port=80, evn=[])]},
    "many wrong": {
        "restartPolicy": "X",
        "dnsPolicy": "Y",
        "containers": [
            {
                "name": "A",
                "imagePullPolicy": "Z",
                "ports": [{"containerPort": -1, "protocol": "Q"}],
                "env": [{"name": ""}],
            },
            {},
        ],
    },
    "spec list": {"containers": ["c"]},
    "int text": {"terminationGracePeriodSeconds": "5"},
    "bool text": {"hostNetwork": "true"},
    "bool number": {"hostNetwork": 1},
    "null item": {"containers": [None]},
    "float": {"terminationGracePeriodSeconds": 1.5},
    "big": {"terminationGracePeriodSeconds": 2**63},
    "resource claims": {"resourceClaims": [{"name": "a"}]},
    "host users": {"hostUsers": False},
    "pod resources": {"resources": {"requests": {"cpu": "1"}}},
}
_BAD_NAMES = ["", "A", "a_b", "a.b", "1", "a" * 253, "a" * 254, "a..b", "-a", "a-", "a b"]


def _specs_and_names(session: Session) -> None:
    """Send specs and names, right and wrong."""
    for number, (note, spec) in enumerate(_NEW.items()):
        session.create("pods", pod(f"p{number}", **spec), note=note)
    for name in _BAD_NAMES:
        session.create("pods", pod(name), note=repr(name))
    session.create("pods", {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "nospec"}})
    session.create("pods", {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "nospec"}, "spec": {}})


#: Annotations that the server reads, or used to read.
_ANNOTATIONS = {
    "kubectl.kubernetes.io/default-container": "c",
    "seccomp.security.alpha.kubernetes.io/pod": "x",
    "scheduler.alpha.kubernetes.io/node-selector": "a",
    "container.apparmor.security.beta.kubernetes.io/c": "runtime/default",
}


def _more_than_a_spec(session: Session) -> None:
    """Send annotations, statuses and resources that decide on the class of quality."""
    session.create("pods", merged(pod("annotated"), {"metadata": {"annotations": _ANNOTATIONS}}))
    session.create("pods", merged(pod("status"), {"status": {"phase": "Running", "podIP": "1.2.3.4"}}))
    session.create("pods", merged(pod("generation"), {"metadata": {"generation": 5}}))
    limited = container("a", resources={"limits": {"cpu": "1", "memory": "1Mi"}})
    asked = {"cpu": "2", "memory": "1Mi"}
    guaranteed = container("b", resources={"limits": asked, "requests": asked})
    session.create("pods", pod("qos-burst", [limited, container("b")]))
    session.create("pods", pod("qos-guaranteed", [limited, guaranteed]))


def new_pods(session: Session) -> None:
    """New pods: defaults, and everything that is refused."""
    _specs_and_names(session)
    _more_than_a_spec(session)
    session.get("pods", accept="application/json;as=Table;v=v1;g=meta.k8s.io")
    session.get("pods")
