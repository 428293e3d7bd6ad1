"""What NetworkPolicies mean, as data: what is reached and what is silent."""
