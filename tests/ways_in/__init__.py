"""From every way into the course, no cell reaches a cluster of the learner's by accident."""
