"""What Kubernetes takes from Go: how values and errors are written.

``values``, ``text`` and ``printing`` write values as Go's %#v, %v and spew do, ``json_errors`` what encoding/json says
of broken JSON.
"""
