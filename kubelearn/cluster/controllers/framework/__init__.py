"""What all controllers are made with.

``informer`` is what they know, ``workqueue`` what they have to do, ``ownership`` which objects are theirs; ``pods`` is
what there is to say about a pod and how one is made from a template, ``pod_owner`` what owners of pods have in common,
``revisions`` what they remember of templates, ``nodes`` which nodes a pod may be on; ``hashing``, ``fnv`` and
``numbers`` are arithmetic.
"""
