"""PriorityClasses: ``priorityclass`` with what is checked of them, and their ``table``."""
