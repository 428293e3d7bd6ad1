"""A learner's random actions, and what must hold after each of them."""
