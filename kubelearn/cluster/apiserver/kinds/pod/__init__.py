"""Pods: ``strategy``, ``admission`` (service account, priority, tolerations), ``validation``, ``table``."""
