"""Exercises of the lesson on debugging: five tickets of the drills' machine, in the notebook's own namespace."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby

import yaml

from kubelearn.course.exercises import manifests
from kubelearn.course.exercises.core import Exercise, Lesson, NotAttempted, NotYet
from kubelearn.course.exercises.probe import bounded
from kubelearn.course.exercises.situation import apply, rolled_out
from kubelearn.target.connection import Cluster

from .faults import Fault, broken, read
from .judging import answered, cured
from .making import follow_up, is_as_made
from .rungs import RUNGS, up_to
from .shapes import SHAPES, Given, Situation

#: Where the servers listen.
_TARGET = 8080
_IN_NAMESPACE = re.compile(r" -n \$(ns|home)\b")


@dataclass(frozen=True)
class _Case:
    """A ticket with names that somebody chose.

    Attributes:
        names: of the application, of its caller, and one that nothing has.
        fault: what is wrong.
        elsewhere: a second namespace, if the fault needs one.
    """

    names: tuple[str, str, str]
    fault: str
    elsewhere: str = ""

    def situation(self, cluster: Cluster) -> Situation:
        """Return what it should be."""
        return SHAPES["one-tier"](Given(self.names, cluster.namespace, _TARGET))

    def put_in(self, cluster: Cluster) -> Fault:
        """Return the fault, with the names of this case."""
        (route,) = self.situation(cluster).routes
        return read(self.fault).on(replace(route, home=self.elsewhere or route.home))

    def start(self, cluster: Cluster) -> None:
        """Make it."""
        if self.elsewhere:
            apply(cluster, manifests.namespace(self.elsewhere))
        objects, fault = self.situation(cluster).objects, self.put_in(cluster)
        documents = broken(objects, [fault])
        for namespace, some in groupby(documents, lambda document: str(document["metadata"]["namespace"])):
            apply(cluster, yaml.safe_dump_all(some, sort_keys=False), namespace=namespace)
        healthy = [document for document in documents if document in objects]
        names = [str(document["metadata"]["name"]) for document in healthy if document["kind"] == "Deployment"]
        rolled_out(cluster, *names)
        follow_up(cluster, [fault])

    def check(self, cluster: Cluster) -> str:
        """Judge it as a drill is judged, after a look whether anything was changed at all."""
        situation = self.situation(cluster)
        if is_as_made(cluster, situation.objects, [self.put_in(cluster)]):
            self._look(cluster, situation)
        return cured(cluster, situation, [(read(self.fault), route) for route in situation.routes])

    def _look(self, cluster: Cluster, situation: Situation) -> None:
        """Raise :class:`NotAttempted` if what is as it was made is not answered, without waiting."""
        try:
            with bounded(0):
                for route in situation.routes:
                    answered(cluster, situation, route)
        except (NotAttempted, NotYet):
            app, caller, _ = self.names
            raise NotAttempted(f"nothing is changed, and `{caller}` still gets no answer from `http://{app}`") from None


def _exercise(number: int, case: _Case, since: str) -> Exercise:
    app, caller, _ = case.names
    fault = read(case.fault)
    owns = [f"deployment/{app}", f"service/{app}", f"deployment/{caller}"]
    return Exercise(
        key=f"case-{app}",
        title=f"case {number}: {app}",
        task=(
            f"`{caller}` gets no answer from `http://{app}` {since}. `!kubectl logs deployment/{caller} --tail=3` "
            f"shows what it gets. All pods of the Deployment `{app}` should answer there. Find out why they do not, "
            "and cure it. The applications stay what and where they are, and so does the address."
        ),
        hints=tuple(RUNGS[rung] for rung in up_to([fault.rung])),
        solution=_solution(fault, case),
        start=case.start,
        check=case.check,
        owns=(*owns, *([f"namespace/{case.elsewhere}"] if case.elsewhere else [])),
    )


def _solution(fault: Fault, case: _Case) -> str:
    """Return a way to cure it; in the notebook's own namespace none has to be named."""
    (route,) = SHAPES["one-tier"](Given(case.names, "", _TARGET)).routes
    return route.fill(_IN_NAMESPACE.sub("", fault.cures[0]))


LESSON = Lesson(
    "06-debugging",
    exercises=(
        _exercise(1, _Case(("letters", "writer", "front"), "selector"), "since yesterday"),
        _exercise(2, _Case(("post", "sender", "http"), "target-port-name"), "since the last release"),
        _exercise(3, _Case(("clinic", "patient", "nobody"), "probe-path"), "and never has"),
        _exercise(4, _Case(("garden", "walker", "nobody"), "namespace", "nursery"), "since it moved"),
        _exercise(5, _Case(("library", "reader", "nobody"), "localhost"), "in this cluster"),
    ),
)
