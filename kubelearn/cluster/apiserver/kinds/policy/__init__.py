"""PodDisruptionBudgets (K/pkg/apis/policy, K/pkg/registry/policy).

What a budget has left is counted by :mod:`kubelearn.cluster.controllers.disruption`; evictions ask for it in
:mod:`kubelearn.cluster.apiserver.endpoints.eviction`.
"""
