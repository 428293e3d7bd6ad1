"""Widgets: see the cluster work, and change it, without leaving the notebook.

Each is made by calling its name: ``widgets.topology(cluster)``. Beside it is a module with the same data as rows, as a
table and as a still picture: ``topology.picture(cluster)``.
"""

from .views.decisions.widget import DecisionsWidget
from .views.live.widget import LiveWidget, View
from .views.names.widget import NamesWidget
from .views.ports.widget import PortsWidget
from .views.rollout.widget import RolloutWidget
from .views.selector.widget import SelectorWidget
from .views.topology.widget import TopologyWidget
from .views.traffic.widget import TrafficWidget
from .views.variables.widget import VariablesWidget

decisions = DecisionsWidget
names = NamesWidget
rollout = RolloutWidget
ports = PortsWidget
selector = SelectorWidget
topology = TopologyWidget
traffic = TrafficWidget
variables = VariablesWidget

__all__ = [
    "DecisionsWidget",
    "LiveWidget",
    "NamesWidget",
    "PortsWidget",
    "RolloutWidget",
    "SelectorWidget",
    "TopologyWidget",
    "TrafficWidget",
    "VariablesWidget",
    "View",
    "decisions",
    "names",
    "ports",
    "rollout",
    "selector",
    "topology",
    "traffic",
    "variables",
]
