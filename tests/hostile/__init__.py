"""Many hostile clients at once."""
