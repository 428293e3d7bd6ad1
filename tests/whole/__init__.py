"""Tests of a whole cluster, and of processes that have one."""
