"""The registry: every write goes through it to the store.

``registry`` is what components use, ``stored`` what a write has to agree with; ``event_ttl`` forgets events after an
hour.
"""
