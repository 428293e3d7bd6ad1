"""ConfigMaps (``configmap``) and Secrets (``secret``), and their ``validation``."""
