"""Streams through the API server: exec, attach, logs, port-forward, proxy."""
