"""Which pod a connection goes to, and by which rules: kube-proxy's decisions, step by step."""

from .diagram import draw, picture
from .model import Step, Trace, rows, trace

__all__ = ["Step", "Trace", "draw", "picture", "rows", "trace"]
