"""The verbs of the API: from a request to its answer.

``requests`` says what a URL names and what the query asks, ``authorization`` who may ask, ``handlers`` has the table
of verbs, and ``responses`` writes answers.

Verbs: ``reading`` with ``listing``, ``watching`` and ``presentation`` (the shape that a client wants; ``tables`` are
one of them), ``writing``, and ``deleting`` with ``delete_options``. ``versions`` converts kinds that are served in
two versions, ``scale`` is the subresource of that name.

What is no verb on an object: ``actions`` are posts that create nothing (``podactions`` binds pods, ``eviction`` lets
them go, ``reviews`` answers questions and gives tokens out), ``nonresource`` has the paths beside the API, of which
``discovery`` tells clients what there is.
"""
