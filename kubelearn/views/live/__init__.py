"""Widgets that follow the cluster: ``widget`` (what all have in common), ``frame`` and ``slider`` (their parts in the browser)."""
