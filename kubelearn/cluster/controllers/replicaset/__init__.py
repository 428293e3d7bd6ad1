"""The replicaset controller: ``controller``, and ``scale_down``, which pods go first."""
