"""Pods.

``strategy`` is the order of all steps of a write, ``admission`` gives a new pod its service account, priority and
tolerations, ``validation`` checks, ``table`` prints.  What templates have as well is in ``podspec``.
"""
