"""The statefulset controller.

``controller`` claims pods and keeps revisions, ``steps`` decides what comes next, ``pods`` says what a set's pods look
like and are up to, ``claims`` looks after their volume claims.
"""
