"""The exercise that shows how exercises work."""

from __future__ import annotations

from kubelearn.target.connection import Cluster
from kubelearn.target.images import AGNHOST

from .core import Exercise, Lesson
from .probe import ready_pod


def _check_first(cluster: Cluster) -> str:
    found = ready_pod(cluster, "first")
    return f"The pod `first` is ready, on the node `{found.spec.node_name}`"


LESSON = Lesson(
    "00-start-here",
    exercises=(
        Exercise(
            key="first-pod",
            title="run a pod",
            task=f"Run a pod named `first`, from the image `{AGNHOST}`.",
            hints=(
                "The command to run a pod is `kubectl run`, then the pod's name.",
                "After the name, `--image=` says what to run in it: `!kubectl run first --image=…`.",
            ),
            solution=f"kubectl run first --image={AGNHOST}",
            check=_check_first,
            owns=("pod/first",),
        ),
    ),
)
