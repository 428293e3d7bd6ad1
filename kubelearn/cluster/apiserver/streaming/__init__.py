"""Streams through the API server.

``exec`` (and attach), ``logs``, ``portforward`` and ``proxy`` are the subresources; ``targets`` says which container a
request means and ``kubelets`` what the server asks of a node.  ``websocket`` carries numbered channels.  A port-forward
is a ``tunnel`` of ``spdy`` frames over a WebSocket, and ``forwarding`` is one connection in it.
``inside`` is the other way round: how pods reach the API server.
"""
