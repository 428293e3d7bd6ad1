"""Services.

``strategy`` is the order of all steps of a write, ``fields`` has the defaults and what goes when the type changes,
``allocation`` says which cluster IPs and node ports a Service needs, ``allocators`` hand them out, ``validation``
checks, ``table`` prints.
"""
