"""Drills as a whole: every fault on a cluster, untouched, cured rightly and wrongly."""
