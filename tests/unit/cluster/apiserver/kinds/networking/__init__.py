"""Tests of NetworkPolicies, Ingresses and IngressClasses as objects."""
