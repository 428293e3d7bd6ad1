"""kube-scheduler: gives each pod a node.

``scheduler`` is the component: which pods wait, which of the fitting nodes wins, and what is tried again when.
``filters`` decides which nodes may have a pod, and says why the others may not.
"""
