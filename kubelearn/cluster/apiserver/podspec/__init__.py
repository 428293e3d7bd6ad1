"""What the spec of a pod says, in a pod and in the template of a workload.

``defaults`` fills in, ``validation`` checks (with ``containers``, ``probes``, ``volumes``, ``environment``,
``placement`` and ``security``), ``warnings`` warns.
"""
