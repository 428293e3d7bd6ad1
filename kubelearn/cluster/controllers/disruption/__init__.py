"""How many pods may go at once: the status of PodDisruptionBudgets (K/pkg/controller/disruption).

``controller`` counts the pods, ``expected`` how many there should be.
"""
