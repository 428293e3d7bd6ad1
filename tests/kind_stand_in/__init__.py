"""Stand-ins for ``kind`` and the container engine, for machines without them: they are not the real ones.

The engine (:mod:`.docker`) was written, after what kind v0.32.0 asks of it; it runs nothing. What the
stand-in for kind (:mod:`.kind`) prints was recorded from the real kind v0.32.0 on that engine, by
``python -m tests.kind_stand_in.record``; a call that was not recorded fails.
"""
