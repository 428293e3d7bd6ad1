"""Namespaces, nodes, events, leases and service accounts, and the tables of kinds that are only listed."""
