"""Widgets that follow the cluster.

``widget`` is what all have in common; ``frame`` and ``slider`` are their parts in the browser.
"""
