"""Widgets: see the cluster work, and change it, without leaving the notebook."""

from .traffic import TrafficWidget

__all__ = ["TrafficWidget"]
