"""What makes pods: ``deployment``, ``replicaset``, ``job`` and ``horizontalpodautoscaler``.

``validation`` and ``table`` are those of all; ``metrics`` is the column of an autoscaler's targets.
"""
