"""Suites that nobody here wrote, against an embedded cluster.

    git clone https://github.com/kr8s-org/kr8s /tmp/kr8s
    python -m tests.peers kr8s /tmp/kr8s

runs the suite of a checkout on a cluster of its own, with what it needs in an environment of its own, and
prints what passed, failed and was skipped; :mod:`.suites` lists the peers, and what cannot pass.
"""
