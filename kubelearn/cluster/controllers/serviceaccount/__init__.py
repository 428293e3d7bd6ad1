"""Service accounts: ``accounts`` gives each namespace its own, ``tokens`` fills Secrets that are to hold a token."""
