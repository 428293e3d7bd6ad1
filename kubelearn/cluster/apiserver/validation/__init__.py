"""Validation: which values the API refuses, and what it says (K/pkg/apis/*/validation)."""
