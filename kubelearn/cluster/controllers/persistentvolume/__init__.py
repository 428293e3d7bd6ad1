"""Volumes of claims, as kind has them.

``controller`` binds claims to volumes, by the rules of ``matching``; ``provisioner`` makes volumes on the node that the
scheduler has chosen; ``protection`` keeps what is in use; ``ephemeral`` makes the claims that pods have templates of.
"""
