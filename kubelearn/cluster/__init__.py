"""The embedded cluster: one module or folder per Kubernetes component."""
