"""Many clients at the same time: no update is lost, no event missed or doubled.

python -m tests.concurrency --clients 50 --seconds 10
"""
