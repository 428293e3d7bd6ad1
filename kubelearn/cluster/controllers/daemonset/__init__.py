"""The daemonset controller.

``controller`` is the loop and keeps revisions, ``placement`` says which nodes are to have a pod and makes it,
``update`` replaces pods of an old template, ``status`` counts.
"""
