"""What the API server refuses, and in which words, as far as kinds share it.

Every function returns :class:`~kubelearn.cluster.apiserver.errors.Cause` objects in the order in which Kubernetes
reports them.  ``metadata`` checks what all objects have, ``selectors`` label selectors, ``quantities`` amounts of
resources; ``names``, ``addresses`` and ``ports`` are the forms of single values, ``causes`` the words that fields of
any kind need.
"""
