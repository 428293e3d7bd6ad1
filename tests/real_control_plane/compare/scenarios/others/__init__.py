"""Every other kind.

- :mod:`.configs`: ConfigMaps, Secrets, ServiceAccounts
- :mod:`.namespaces`: namespaces
- :mod:`.endpoints`: Endpoints, EndpointSlices
- :mod:`.records`: leases, events
- :mod:`.cluster`: nodes, reviews
"""
