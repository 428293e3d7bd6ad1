"""What makes pods: Deployments, ReplicaSets, ReplicationControllers, StatefulSets, DaemonSets, Jobs, CronJobs.

And what belongs to them: their ControllerRevisions and HorizontalPodAutoscalers.  ``validation`` has the rules of what
keeps pods running, ``job_validation`` and ``job_policies`` those of what ends; ``table`` is that of all, ``metrics``
the column of an autoscaler's targets.
"""
