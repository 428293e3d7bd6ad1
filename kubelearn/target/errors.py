"""What goes wrong on the way to a cluster.

Each exception is defined where it is raised::

    RuntimeError
    ├── ConnectionFailedError        the cluster cannot be reached or used (here)
    │   └── KindError                kind or what it needs is missing, or it failed (kind)
    ├── NotRunningError              a command found no running container (execution)
    └── NotOursError                 a namespace was not made by kubelearn (workspace)
    FileNotFoundError
    └── KubectlNotFoundError         there is no kubectl, or it could not be fetched (kubectl)

Besides, :func:`kubelearn.connect` raises ``ValueError`` for an unknown target and ``OSError`` for a port that is taken.
"""

from __future__ import annotations


class ConnectionFailedError(RuntimeError):
    """The cluster cannot be reached or used; the message says what to do."""
