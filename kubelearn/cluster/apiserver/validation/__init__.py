"""What the API server refuses, and in which words.

One module per idea; every function returns :class:`~kubelearn.cluster.apiserver.errors.Cause`
objects in the order in which Kubernetes reports them.
"""
