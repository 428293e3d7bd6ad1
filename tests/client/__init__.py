"""The official Python client, used as its documentation shows."""
