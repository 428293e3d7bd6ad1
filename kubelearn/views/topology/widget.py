"""The topology widget: the picture of the cluster that follows it."""

from __future__ import annotations

from kubelearn.target.connection import Cluster
from kubelearn.views import topology
from kubelearn.views.drawing import picture_of
from kubelearn.views.live.widget import LiveWidget, View


class TopologyWidget(LiveWidget):
    """Shows nodes, pods and Services as they are, and follows every change.

    >>> TopologyWidget(cluster, calls=[("client", "hello")])  # doctest: +SKIP
    """

    def __init__(self, cluster: Cluster, *, calls: topology.Calls = (), namespace: str | None = None):
        """Make the widget (arguments as for :func:`kubelearn.topology.read`)."""
        self._calls = calls
        super().__init__(cluster, "topology", kinds=topology.KINDS, namespace=namespace)

    def view(self) -> View:
        """Return the picture of the objects as they are."""
        found = topology.build(self.objects, self._calls)
        picture = picture_of(lambda width: topology.draw(found, width))
        return View(picture, found.summary, found.outcome)
