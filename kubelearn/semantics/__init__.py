"""What fields of the API's objects mean, wherever these are served.

The embedded cluster acts by it, and pictures say by it what any cluster should do.  Objects are plain JSON values.

- ``labels``: label selectors.
- ``policies``: what NetworkPolicies allow.
"""
