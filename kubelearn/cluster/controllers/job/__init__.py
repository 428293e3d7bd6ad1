"""The job controller: ``controller`` and ``status``."""
