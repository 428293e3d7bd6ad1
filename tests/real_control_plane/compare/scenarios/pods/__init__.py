"""Pods: defaults, everything that validation refuses, and what may change.

- :mod:`.new`: new pods, of :mod:`.containers`, :mod:`.specs` and :mod:`.volumes`
- :mod:`.changed`: changes
- :mod:`.subresources`: logs, exec, bindings, evictions
"""
