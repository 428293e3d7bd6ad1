"""Claims, volumes and classes: ``claim``, ``volume``, ``storageclass``, their ``validation`` and their ``table``."""
