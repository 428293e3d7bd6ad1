"""Label selectors of workloads, for the cluster's parts (see :mod:`kubelearn.semantics.labels`)."""

from kubelearn.semantics.labels import satisfies, selects

__all__ = ["satisfies", "selects"]
