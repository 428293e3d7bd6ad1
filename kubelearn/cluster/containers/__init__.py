"""What runs in the containers of pods: ``process`` and ``filesystem`` are what a program sees; ``shell``, ``tools`` and ``images`` are the programs."""
