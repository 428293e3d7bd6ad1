"""Which cluster the notebooks talk to, and how they get there safely.

``connection`` has :func:`kubelearn.connect` and the handle that it returns.

- What is asked of a kubeconfig: ``contexts`` (which context), ``credentials`` (exec plugins), ``environment`` (what the process inherits).
- Before anything is changed: ``reach`` (is there a server), ``preflight`` (may we do what the lessons do), ``workspace`` (a namespace of our own).
- Clusters and tools on this machine: ``kind``, ``kubectl``, ``workdir`` (private files).
- The notebook's side: ``kernel`` (the course's own kernel), ``previous`` (what a set-up cell that runs again finds), ``sessions`` (which notebooks have a cluster).
- What happens in pods: ``execution``.
- Small things: ``deadline`` (limits in time), ``errors``, ``loopback`` (never proxied), ``programs`` (of this environment).

Nothing here imports from :mod:`kubelearn.cluster`, except ``connection`` when it starts an embedded cluster.
"""
