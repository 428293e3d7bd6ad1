"""What becomes of nodes that are in trouble, and of their pods.

``lifecycle`` taints nodes that are cordoned or not ready, ``taint_eviction`` deletes the pods that do not tolerate a
taint with NoExecute, ``podgc`` those whose node is gone.
"""
