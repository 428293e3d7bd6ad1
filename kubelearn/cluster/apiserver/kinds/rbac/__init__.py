"""Roles and their bindings: ``strategy``, ``validation`` and ``table``."""
