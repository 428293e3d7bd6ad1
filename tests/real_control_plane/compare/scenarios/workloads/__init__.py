"""What makes pods: defaults, validation, changes, scale.

- :mod:`.deployments`: Deployments, and ReplicaSets with the same fields
- :mod:`.sets`: StatefulSets, DaemonSets and ReplicationControllers
- :mod:`.jobs`: Jobs and CronJobs
- :mod:`.scaled`: the subresource ``scale``, and autoscalers
"""
