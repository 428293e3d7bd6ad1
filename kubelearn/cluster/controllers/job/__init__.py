"""The job controller: ``controller`` makes the pods, ``status`` counts them and sees when a Job is over."""
