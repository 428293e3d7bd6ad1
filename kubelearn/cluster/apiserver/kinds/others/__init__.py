"""Namespaces, nodes, events, leases, service accounts and APIServices: a module for each, and one ``validation``.

``node_table`` and ``event_table`` print them, ``table`` the rest and the kinds that can only be listed.
"""
