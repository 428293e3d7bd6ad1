"""NetworkPolicies, Ingresses and their classes (K/pkg/apis/networking, K/pkg/registry/networking).

What a policy does to packets is in :mod:`kubelearn.cluster.network_policy`.  Nobody acts on Ingresses: as on a fresh
kind cluster, there is no ingress controller, and their address stays empty.
"""
