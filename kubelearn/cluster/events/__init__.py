"""Events: ``recorder`` writes them, ``series`` counts those that repeat (events.k8s.io)."""
