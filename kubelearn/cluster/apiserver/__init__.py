"""The API server: everything that reads or changes the cluster's objects comes through it.

A request falls through the packages from the top down: ``server`` (HTTP; its ``STEPS``
show the whole way in order; who is asking: ``authentication``),
``endpoints`` (the verbs; ``streaming`` for those that keep a connection), ``serializer``, ``patch`` and
``managedfields`` (from bytes to an object, and who owns its fields), ``registry`` (the order of the steps of a write)
with ``kinds`` (defaults, rules and tables of each kind, by ``podspec`` and ``validation``), and then the store.

At the side: ``resources`` is the list of what is served, ``errors`` the answers that are no success, ``options`` what a
write asks for, ``selectors`` and ``printers`` what lists need, ``openapi`` the API's own description, ``go`` what
Kubernetes takes from Go.
"""
