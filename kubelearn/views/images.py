"""Which images the embedded cluster has: what to do about ``ImagePullBackOff``."""

from __future__ import annotations

from kubelearn.target.connection import Cluster, images_like

from .display import Table

_OWN = "For an application of your own: cluster.register_image('me/app:1', app, port=8080)."


def images(name: str = "", cluster: Cluster | None = None) -> Table:
    """Return a table of the images that pods can run on the embedded cluster.

    Args:
        name: an image that you look for: only those whose name or purpose fits are shown, and what is nearest to a
            name that is not there.
        cluster: the handle, to see images of your own as well (``cluster.register_image``).

    Raises:
        RuntimeError: the cluster is not the embedded one: it pulls from real registries.
    """
    rows, nearest, is_there = images_like(name, cluster)
    if not name:
        return _table(rows, f"{len(rows)} images. {_OWN}")
    wanted = name.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    found = [row for row in rows if wanted in row[0].rpartition("/")[2] or wanted in row[2].lower()]
    if nearest:
        near = {each.rpartition(":")[0] for each in nearest}
        found = [row for row in rows if row[0] in near] or found
        return _table(found, f"{name} is not there. Nearest: {', '.join(nearest)}. {_OWN}")
    if not found:
        return _table(rows, f"{name} is not there, and nothing is like it. {_OWN}")
    if is_there:
        return _table(found, f"{name}: {len(found)} of {len(rows)} images. {_OWN}")
    return _table(found, f"{name} is not there; {len(found)} of {len(rows)} images have that word. {_OWN}")


def _table(rows: list[tuple[str, str, str]], caption: str) -> Table:
    return Table(("Image", "Tags", "What it does"), rows, caption)
