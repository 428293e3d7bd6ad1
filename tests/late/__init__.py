"""Tests beside a cluster whose parts are late, as on a machine that is busy with something else."""
