"""What the controllers, the scheduler and the kubelets make of objects, once it is settled.

- :mod:`.rollouts`: Deployments
- :mod:`.services`: endpoints
- :mod:`.scheduling`: pods without a node
- :mod:`.workloads`: Jobs, ReplicaSets, pods
- :mod:`.words`: what kubectl shows of all this
"""
