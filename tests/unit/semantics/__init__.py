"""Tests of what fields of objects mean."""
