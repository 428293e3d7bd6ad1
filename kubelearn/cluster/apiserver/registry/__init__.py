"""The registry: every write goes through it to the store.

``registry`` is what components use.  ``creation`` is what makes an object a new one, ``stored`` what a write has to
agree with, ``deletion`` what becomes of an object that does not go at once; ``event_ttl`` forgets events after an
hour.
"""
