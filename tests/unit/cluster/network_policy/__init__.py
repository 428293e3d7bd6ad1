"""Tests of the agent that enforces NetworkPolicies."""
