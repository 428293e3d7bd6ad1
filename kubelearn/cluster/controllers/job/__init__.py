"""The job controller: ``controller`` makes the pods, ``status`` counts them and sees when a Job is over.

``indexed`` is what Indexed Jobs have of their own, ``policies`` what podFailurePolicy and successPolicy say.
"""
