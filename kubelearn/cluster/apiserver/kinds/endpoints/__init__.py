"""``endpoints`` and ``endpointslice``: their rules; ``validation`` and ``table`` are those of both."""
