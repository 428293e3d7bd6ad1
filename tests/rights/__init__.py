"""What the course may do on a cluster that decides about rights: nothing missing, and nothing too much.

    python -m tests.rights                 # every notebook, solution and widget, with the preflight's rights
    python -m tests.rights --role confined # what somebody meets who has the ClusterRole edit in one namespace

The cluster is an embedded one in another process. In front of its API server sits an authorizer
that works as RBAC does, and keeps a record of what was used.
"""
