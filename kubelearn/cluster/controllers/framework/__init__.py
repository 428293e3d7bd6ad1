"""What all controllers are made with.

``informer`` is what they know, ``workqueue`` what they have to do, ``ownership`` which objects are theirs,
``pods`` what there is to say about a pod, and how one is made from a template.
"""
