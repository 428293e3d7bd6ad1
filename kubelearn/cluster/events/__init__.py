"""Events: what components tell people about objects.

``recorder`` writes them for most components and counts those that repeat (core/v1), ``series`` does so for the
scheduler, by the newer rules of events.k8s.io.
"""
