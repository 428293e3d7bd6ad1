"""From Services to the addresses behind them.

``endpointslice`` writes EndpointSlices (``slice_packing`` fills them), ``endpoints`` the older Endpoints,
``endpointslice_mirroring`` copies Endpoints that people write; ``service_pods`` finds a Service's pods for
all of them.
"""
