"""``ghcr.io/stefanprodan/podinfo``: its server, and ``podcli`` for its own probes."""
