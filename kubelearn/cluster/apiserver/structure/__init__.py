"""Kubernetes' own structure: which resources a real server serves, and what each type is made of.

``kubernetes-1.36.jsonl`` is made of what a real server and Go's sources say (``python -m tests.structure``; see
CONTRIBUTING); ``data`` reads it, ``served`` has the resources, ``types`` the types with their fields, ``names`` what
types are called.
"""
