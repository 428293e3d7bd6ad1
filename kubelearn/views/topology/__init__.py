"""Who is where, and who reaches whom.

- ``model``: nodes, pods and Services, and how they belong together.
- ``questions``: what the same answers as a graph: what is cut off without a node, by which Service a pod is reached.
- ``diagram`` draws it, ``widget`` follows it.
"""

from .diagram import draw, picture
from .model import KINDS, Call, Calls, Node, Pod, Selected, Service, Topology, build, read, rows, table
from .questions import Loss, Path, Remainder, graph, graph_of, loss, path, way, without

__all__ = [
    "KINDS",
    "Call",
    "Calls",
    "Loss",
    "Node",
    "Path",
    "Pod",
    "Remainder",
    "Selected",
    "Service",
    "Topology",
    "build",
    "draw",
    "graph",
    "graph_of",
    "loss",
    "path",
    "picture",
    "read",
    "rows",
    "table",
    "way",
    "without",
]
