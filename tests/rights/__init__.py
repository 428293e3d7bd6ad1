"""What the course may do on a cluster that decides about rights: nothing missing, and nothing asked for that nobody uses.

    python -m tests.rights                 # every notebook, solution and widget, with the rights that the preflight asks for
    python -m tests.rights --role confined # what somebody meets who has the ClusterRole edit in one namespace

The cluster is an embedded one in another process. In front of its API server sits an authorizer
that works as RBAC does, and keeps a record of what was used.
"""
