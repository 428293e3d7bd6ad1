"""Deployments, ReplicaSets, Jobs and HorizontalPodAutoscalers."""
