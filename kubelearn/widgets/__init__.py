"""Widgets: see the cluster work, and change it, without leaving the notebook.

Each is made by calling its name: ``widgets.topology(cluster)``. Beside it is a module with the same data as rows and as a still picture.
"""

from .decisions_widget import DecisionsWidget
from .live import LiveWidget, View
from .names_widget import NamesWidget
from .ports_widget import PortsWidget
from .rollout_widget import RolloutWidget
from .selector_widget import SelectorWidget
from .topology_widget import TopologyWidget
from .traffic_widget import TrafficWidget
from .variables_widget import VariablesWidget

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
