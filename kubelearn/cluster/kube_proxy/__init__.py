"""kube-proxy: which pod a connection to a Service goes to.

``kube_proxy`` is the component; start there, its first page explains how it works.  ``service_ports`` is what it
knows of Services and endpoints, ``decisions`` what it decided and why, ``iptables`` and ``chains`` are its rules in
the words of iptables, ``bounded_frequency`` is how often it writes them.
"""
