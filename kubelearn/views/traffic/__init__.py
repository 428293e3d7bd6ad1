"""Requests to a Service, and who answers them.

- ``requests`` sends them and counts the answers; ``load`` sends them at a steady rate while something happens;
  ``curl`` knows curl's messages.
- ``plots`` draws still pictures of both; ``diagram`` draws the bars of ``widget``, which change while requests are
  sent.
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
