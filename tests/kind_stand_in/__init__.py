"""Stand-ins for ``kind`` and ``docker``, for machines without them: they are not the real ones.

What they print was written after the documentation of kind v0.29 and Docker, not recorded from a run of them.
They keep the list of clusters in a file, and note every call.
"""
