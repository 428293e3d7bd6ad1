"""Services.

- :mod:`.new`: new Services
- :mod:`.changed`: changes, and the status
"""
