"""The patch types of the API: JSON patch, JSON merge patch, strategic merge patch."""
