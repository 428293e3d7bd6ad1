"""What Kubernetes takes from Go: how values and errors are written.

``values``, ``text`` and ``printing`` write values as Go's %#v, %v and spew do, ``internal`` as its internal types are
marshalled, ``json_errors`` is what encoding/json says of broken JSON.
"""
