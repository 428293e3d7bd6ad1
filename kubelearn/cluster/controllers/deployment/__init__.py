"""The deployment controller: ``controller``, its two strategies ``rolling`` and ``recreate``, and what they need.

``rollout`` makes and scales ReplicaSets, ``revisions`` numbers them, ``hashing`` names them,
``numbers`` has maxSurge and maxUnavailable, ``status`` the conditions.
"""
