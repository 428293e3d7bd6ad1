"""Which pod a connection goes to, and by which rules: kube-proxy's decisions, step by step.

``model`` sends a request and says what was decided, ``rules`` asks kube-proxy how it chose, ``policy`` says what
NetworkPolicies drop, ``diagram`` draws the decisions, ``widget`` sends another request.
"""

from .diagram import draw, picture
from .model import Step, Trace, read, rows, table

__all__ = ["Step", "Trace", "draw", "picture", "read", "rows", "table"]
