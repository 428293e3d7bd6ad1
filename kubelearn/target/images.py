"""The image that is used most, by name: in the lessons, the exercises and the pictures."""

from __future__ import annotations

from .versions import AGNHOST as AGNHOST
