"""Does the embedded cluster answer to the letter what a real control plane answers?

    python -m tests.real_control_plane.compare                 # everything
    python -m tests.real_control_plane.compare services pods   # scenarios whose name contains one of these

sends the same requests to both, and prints every answer that differs: status code, headers and body,
after what differs by nature (UIDs, revisions, times, random names, addresses) is masked. It starts
both clusters, or uses running ones: ``--real KUBECONFIG --embedded KUBECONFIG``. It needs what
``tests.real_control_plane`` needs.

A scenario is a function that is given an :class:`~.session.Session` of one cluster and sends
requests; see ``scenarios/``. ``known.py`` lists the differences that are meant, with reasons.
"""
