"""What Kubernetes takes from Go: types, and how values and errors are written.

``messages`` (fields of each type, from protobuf's numbers), ``types`` (how Go declares them), ``client_models`` (what
the official client knows of them); ``values``, ``text`` and ``printing`` write values as Go's %#v, %v and spew do,
``json_errors`` what encoding/json says of broken JSON.
"""
