"""The replicaset controller: ``controller``, and ``scale_down``, which pods go first.

``replicationcontroller`` is the same for ReplicationControllers.
"""
