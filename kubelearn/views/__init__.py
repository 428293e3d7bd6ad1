"""Pictures of a cluster, on any target: they know the Kubernetes API and nothing else.

A picture is a package, and all have one shape:

- ``model``: ``read(cluster, …)`` looks and returns a dataclass, which has ``rows()`` (a list of dictionaries),
  ``table()`` (for the notebook) and a summary in words, its ``repr``. Where the same is made of objects that were read
  before, that is ``build(objects, …)``.
- ``diagram``: ``draw`` makes a drawing of the dataclass, and ``picture(cluster, …)`` reads and draws in one step.
- ``widget``: keeps the drawing up to date in the notebook; what stays there when the kernel ends is the picture.

The package offers the public names of the first two: ``topology.rows(cluster)``, ``topology.picture(cluster)``. What
has to be done to the cluster before it can be shown is not read: ``rollout.record`` updates a Deployment, and
``traffic.send`` and ``load.start`` send requests; the pictures of these take what they return.

- Pictures: ``topology``, ``selector``, ``ports``, ``names``, ``decisions``, ``variables``, ``rollout``,
  ``termination``, ``traffic``.
- What they know of the cluster: ``objects`` (reading and following), ``pods`` (what is said about a pod),
  ``policies`` (what NetworkPolicies say about a call).
- What they are drawn with: ``colours``; ``shapes``; ``svg``; ``drawing`` (shapes and what they show, for wide and for
  narrow pages); ``display`` (pictures and tables in a cell).
- ``live``: widgets that follow the cluster.
"""
