"""kube-proxy: which pod a connection to a Service goes to.

``kube_proxy`` is the component (start there), ``service_ports`` what it knows of Services and endpoints, ``decisions`` what it decided and why,
``iptables`` and ``chains`` its rules in the words of iptables, ``bounded_frequency`` how often it writes them.
"""
