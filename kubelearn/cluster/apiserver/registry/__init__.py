"""The registry: every write goes through it to the store. ``registry`` is what components use; ``event_ttl`` forgets events after an hour."""
