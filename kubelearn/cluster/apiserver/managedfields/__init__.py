"""Who owns which field: metadata.managedFields and server-side apply.

``managed_fields`` records each write, ``apply`` merges what appliers want, ``field_sets`` are sets of fields and their
written form; ``typed`` and ``comparison`` merge and compare by ``shapes``, the compiled form of what is known
of each type.
"""
