"""The patch types of the API.

``patching`` applies a patch and checks its result; ``json_patch``, ``merge_patch`` and ``strategic`` are the three
types.  Of strategic patches, ``directives`` has the keys that begin with ``$``, ``list_order`` the order of merged
lists.
"""
