"""Suites that nobody here wrote, against an embedded cluster.

    git clone --depth 1 https://github.com/kr8s-org/kr8s /tmp/kr8s
    python -m tests.peers kr8s /tmp/kr8s

runs the suite of a checkout on a cluster of its own, with what it needs in an environment of its own, and prints what
passed, failed and was skipped. What cannot pass, and why, is listed in :mod:`.suites`; in November 2026 that was all
that did not:

======================  ======  =====  ==========
suite                   passed  tests  checkout
======================  ======  =====  ==========
client-python               43     45  024658493d
client-python-dynamic       20     24  024658493d
lightkube                   19     22  2f41260dc9
kr8s                       295    300  418ce61c66
kubernetes_asyncio          12     12  cb0b819d06
======================  ======  =====  ==========
"""
