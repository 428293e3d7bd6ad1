"""Makes the package's data on Kubernetes' types from what Kubernetes publishes (``python -m tests.structure``)."""
