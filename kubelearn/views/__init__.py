"""Pictures of a cluster, on any target: they know the Kubernetes API and nothing else.

A picture is a package: ``model`` reads the cluster and says what is so (rows, words), ``diagram`` draws it, ``widget`` keeps it up to date in the notebook.
The package offers the public names of the first two: ``topology.rows(cluster)``, ``topology.picture(cluster)``.

- Pictures: ``topology``, ``selector``, ``ports``, ``names``, ``decisions``, ``variables``, ``rollout``, ``traffic``.
- What they are made with: ``objects`` (reading and following), ``pods`` (what is said about a pod), ``drawing`` (shapes), ``display`` (pictures and tables in a cell), ``live`` (widgets that follow the cluster).
"""
