"""What is the same for every kind.

- :mod:`.discovery`: groups, kinds, paths, methods
- :mod:`.media`: media types and bodies
- :mod:`.fields`: validation of fields, and who manages them
- :mod:`.patches`, :mod:`.applies`: changes
- :mod:`.lists`, :mod:`.watches`: reading
- :mod:`.deletions`: deletion
"""
