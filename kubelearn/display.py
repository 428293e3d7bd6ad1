"""Pictures and tables for cells of your own: ``from kubelearn.display import Table``."""

from .views.display import Picture, Table

__all__ = ["Picture", "Table"]
