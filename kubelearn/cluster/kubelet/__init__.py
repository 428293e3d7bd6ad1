"""The kubelet: runs the pods of one node.

``kubelet`` is the component (start there): it watches the API and gives each pod a ``pod_worker``, and each
container of the pod has a ``container`` worker: pull, create, start, probe, restart, stop.

What a container gets: ``environment`` (its variables), ``volumes`` (its files), ``terminal`` (its keys and screen).
What a container does: ``runtime`` (its programs, what containerd is), ``logs`` (what they print), ``probes``
(whether it is well; ``prober`` carries one out).  What the API hears: ``status`` (of pods), ``node`` and ``lease``
(of the node).
"""
