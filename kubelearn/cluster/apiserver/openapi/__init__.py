"""The API's own description, from which kubectl learns.

``document`` serves it, ``paths`` and ``schemas`` are its parts; ``swagger`` makes OpenAPI v2 of them.
"""
