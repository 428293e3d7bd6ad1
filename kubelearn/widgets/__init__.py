"""Widgets: see the cluster work, and change it, without leaving the notebook.

Each is made by calling its name: ``widgets.topology(cluster)``. Beside it is a module with the same data as rows and as a still picture.
"""

from .decisions_widget import DecisionsWidget
from .live import LiveWidget, View
from .names_widget import NamesWidget
from .topology_widget import TopologyWidget
from .traffic import TrafficWidget
from .variables_widget import VariablesWidget

decisions = DecisionsWidget
names = NamesWidget
topology = TopologyWidget
traffic = TrafficWidget
variables = VariablesWidget

__all__ = [
    "DecisionsWidget", "LiveWidget", "NamesWidget", "TopologyWidget", "TrafficWidget", "VariablesWidget", "View",
    "decisions", "names", "topology", "traffic", "variables"]
