"""The network plug-in's agent that enforces NetworkPolicies, as kindnet has one (kube-network-policies).

``agent`` follows the policies, and judges the first packet of each connection; what a policy means is in
:mod:`kubelearn.semantics.policies`.
"""
