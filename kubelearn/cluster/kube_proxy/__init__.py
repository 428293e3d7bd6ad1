"""kube-proxy: which pod a connection to a Service goes to.

``kube_proxy`` is the component; start there, its first page explains how it works.  One Service on its way:

1. The API tells of a Service or an EndpointSlice (``KubeProxy.observe``), and ``bounded_frequency`` says when the rules
   may be written again.
2. ``service_ports`` makes of both a ``ServicePort`` for each port, with the endpoints that this node uses: all of the
   cluster, and its own for a policy that is ``Local`` (``categorize``).
3. ``KubeProxy.sync`` puts each where its addresses and its nodePort find it.  These tables are the rules.
4. A program connects, and the pod network asks (``KubeProxy.route``): which ``ServicePort`` has this address, which of
   its chains counts for this client, and which endpoint does the die choose?
5. The answer is one of ``decisions``: forward, refuse or drop.  Its ``trace`` tells the steps by the names of the
   chains, which are made in ``chains``; ``iptables`` prints all rules as ``iptables-save`` would.
"""
