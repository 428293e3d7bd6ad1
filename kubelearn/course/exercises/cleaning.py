"""The last cell of a lesson: its objects are deleted, but not while exercises may still need them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from kubelearn.target.connection import Cluster
from kubelearn.target.kubectl import KubectlNotFoundError

from . import handle_kubectl, standing
from .outcome import Text, sentence
from .words import together

#: How long the pods may take to go, as kubectl takes it; they get one second to stop.
_GOING = "60s"


def clean_up(cluster: Cluster, *objects: str, now: bool = False) -> Text:
    """Delete what a lesson has made, unless exercises that were shown on this cluster are still open.

    Nothing but this handle's own cluster is ever reached, and nothing is raised: whatever kubectl says is shown.

    Args:
        cluster: the handle on the cluster of this notebook.
        objects: what to delete, each as kind and name: ``"service/hello"``, ``"pod/client"``, ``"namespace/storage"``.
        now: delete it although exercises are open.

    Returns:
        kubectl's messages, or why nothing was deleted.
    """
    if cluster.closed:
        return Text(
            "**Nothing was deleted.** The cluster of this notebook has ended. "
            "To go on, run the notebook's set-up cell, and then the cells that you need."
        )
    if not objects:
        return Text("**Nothing was deleted.** No objects were named.")
    waiting = standing.open_on(cluster)
    if waiting and not now:
        return _kept([exercise.title for exercise in waiting], objects)
    try:
        return Text(_delete(cluster, objects))
    except (KubectlNotFoundError, subprocess.TimeoutExpired, OSError) as error:
        return Text(f"**Something may still be there.** {sentence(str(error))}")


def _kept(titles: Sequence[str], objects: Sequence[str]) -> Text:
    few = len(titles) == 1
    listed = "\n".join(f"- {title}" for title in titles)
    return Text(
        f"**Nothing was deleted yet.** {'This exercise is' if few else 'These exercises are'} not passed "
        f"yet:\n\n{listed}\n\nWhat {'it needs' if few else 'they need'} is still there, "
        f"and so {'is' if len(objects) == 1 else 'are'} {together(f'`{name}`' for name in objects)}. "
        f"When you have passed {'it' if few else 'them'}, run this cell again: "
        f"then {'it is' if len(objects) == 1 else 'they are'} deleted. "
        "To delete now, add `now=True` as the last argument."
    )


def _delete(cluster: Cluster, objects: Sequence[str]) -> str:
    spaces = _of_kind(objects, "namespace", "namespaces", "ns")
    said = ""
    for named, where in (([name for name in objects if name not in spaces], ""), (spaces, None)):
        if named:
            done = handle_kubectl.run(cluster, "delete", *named, "--wait=false", "--grace-period=1", namespace=where)
            said += done.stdout + done.stderr
    # Only the names of pods are soon used again, by whoever runs the lesson once more;
    # the rest of a Deployment ends by itself.
    pods = _of_kind(objects, "pod", "pods", "po")
    if pods:
        gone = handle_kubectl.run(cluster, "wait", "--for=delete", *pods, f"--timeout={_GOING}")
        said += gone.stderr if gone.returncode else ""
    return f"```text\n{said.strip()}\n```"


def _of_kind(objects: Sequence[str], *kinds: str) -> list[str]:
    return [name for name in objects if name.partition("/")[0] in kinds]
