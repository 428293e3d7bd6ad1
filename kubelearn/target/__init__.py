"""Which cluster the notebooks talk to, and how they get there safely.

``connection`` has :func:`kubelearn.connect` and the handle that it returns.

- The handle's parts: ``choice`` (which target is meant), ``clients`` (the official client), ``later`` (which imports it
  when it is needed), ``execution`` (commands in pods).
- What is asked of a kubeconfig: ``contexts`` (which context), ``credentials`` (exec plugins),
  ``certificates`` (what it carries as data), ``environment`` (what the process inherits).
- A cluster that is there: ``existing`` (looks, then makes the namespace), with ``reach`` (is there a server),
  ``preflight`` (may we do what the lessons do), ``workspace`` (namespaces are made, emptied and removed).
- Clusters and tools on this machine: ``kind``, ``kubectl``, ``images`` (the most used),
  ``workdir`` (private files).
- The notebook's side: ``kernel`` (the course's own kernel), ``previous`` (what a set-up cell that runs again finds),
  ``sessions`` (which notebooks have a cluster).
- Small things: ``deadline`` (limits in time), ``errors`` (the tree of exceptions), ``loopback`` (never proxied),
  ``programs`` (of this environment).

Nothing here imports from :mod:`kubelearn.cluster`, except ``connection`` when it starts an embedded cluster.
What ``connection`` imports inside functions brings the official client, or the cluster; one needs only one of them.
"""
