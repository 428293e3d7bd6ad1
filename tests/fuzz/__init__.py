"""Requests that nobody would send on purpose: none of them may upset the API server.

python -m tests.fuzz --cases 10000
"""
