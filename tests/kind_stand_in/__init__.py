"""Stand-ins for ``kind`` and ``docker``, for machines without them: they are not the real ones.

What they print is what kind v0.29 and Docker print, as their documentation and sources have it.
They keep the list of clusters in a file, and note every call.
"""
