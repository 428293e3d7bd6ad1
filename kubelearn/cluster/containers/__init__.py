"""What runs in the containers of pods: programs of ours, never the host's.

``process`` and ``filesystem`` are all that a program sees of the world, ``shell`` is ``sh``, ``tools`` are the
commands that images bring (curl, dig, grep, …), ``images`` are the images, and the registry that offers them.
A new tool goes to ``tools``, into the module of its kind, and from there onto the PATH of images.
"""
