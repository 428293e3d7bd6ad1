"""Services: ``strategy``, ``fields`` (defaults; what goes when the type changes), ``allocation`` and ``allocators`` (cluster IPs, node ports), ``validation``, ``table``."""
