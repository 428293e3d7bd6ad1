"""The exercise that shows how exercises work."""

from __future__ import annotations

from kubelearn.target.connection import Cluster
from kubelearn.target.images import AGNHOST

from .core import Exercise, Lesson, NotAttempted, NotYet
from .probe import Found, deployment, pod, ready_pod


def _check_first(cluster: Cluster) -> str:
    _find_first(cluster)
    found = ready_pod(cluster, "first")
    images = [container.image for container in found.spec.containers]
    if _program(AGNHOST) not in map(_program, images):
        raise NotYet(f"the pod `first` runs the image `{images[0]}`. It should run `{AGNHOST}`")
    return f"The pod `first` is ready, on the node `{found.spec.node_name}`"


def _find_first(cluster: Cluster) -> Found:
    try:
        return pod(cluster, "first")
    except NotAttempted:
        try:
            deployment(cluster, "first")
        except NotAttempted:
            pass
        else:
            raise NotYet(
                "there is a Deployment `first`, which gives its pods names of its own. No pod has the name `first`"
            ) from None
        raise


def _program(image: str) -> str:
    """Return an image's name without its registry and its tag: clusters may have a copy of their own."""
    return image.rpartition("/")[2].partition("@")[0].partition(":")[0]


LESSON = Lesson(
    "00-start-here",
    exercises=(
        Exercise(
            key="first-pod",
            title="run a pod",
            task=f"Run a pod named `first`, from the image `{AGNHOST}`.",
            hints=(
                "The command to run a pod is `kubectl run`, then the pod's name.",
                "After the name, `--image=` says what to run in it. The task has the image's full name.",
            ),
            solution=f"kubectl run first --image={AGNHOST}",
            check=_check_first,
            owns=("pod/first",),
        ),
    ),
)
