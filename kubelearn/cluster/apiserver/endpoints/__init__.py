"""The verbs of the API: from a request to its answer.

``requests`` says what a URL names and what the query asks, ``handlers`` has the verbs, ``responses`` their answers.
``listing``, ``watching`` and ``tables`` are what reading needs; ``delete_options``, ``versions``, ``scale``,
``podactions`` and ``reviews`` are verbs and subresources with ways of their own; ``discovery`` tells clients what there
is.
"""
