"""Bodies: from bytes to objects, as strictly as asked for.

``bodies`` chooses (JSON, YAML, ``protobuf``), ``duplicates`` finds keys that come twice, ``strict`` fields that are
unknown or of the wrong type, ``scalars`` reads quantities, times and the like.
"""
