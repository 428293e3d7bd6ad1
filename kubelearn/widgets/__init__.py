"""Widgets: see the cluster work, and change it, without leaving the notebook.

Each is made by calling its name: ``widgets.topology(cluster)``. Beside it is a module with the same data as rows and as a still picture.
"""

from .live import LiveWidget, View
from .topology_widget import TopologyWidget
from .traffic import TrafficWidget

topology = TopologyWidget
traffic = TrafficWidget

__all__ = ["LiveWidget", "TopologyWidget", "TrafficWidget", "View", "topology", "traffic"]
