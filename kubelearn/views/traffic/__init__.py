"""Requests to a Service, and who answers them.

``requests`` sends them, ``load`` keeps on sending, ``plots`` and ``diagram`` draw who answered, ``widget`` does it live.
"""

from .requests import Traffic, band, check_url, command, end, new_mark, ready_pods, send, settle, stream

__all__ = [
    "Traffic",
    "band",
    "check_url",
    "command",
    "end",
    "new_mark",
    "ready_pods",
    "send",
    "settle",
    "stream",
]
