"""The course around the lessons.

- ``exercises``: tasks on the learner's cluster; ``drills``: faults to find in situations that are made.
- ``choices``: questions with answers to choose from. ``quizzes`` ask at the end of a lesson and at the head of later
  ones, ``predictions`` before a cell runs.
- ``cards``: how exercises, and what is said about them, stand out; and the bar of the whole course.
- ``proofs``: by which observation, when and where an exercise was passed; ``capstone`` reports those of its parts.
- ``passed``: what was passed, answered and tried; ``progress_file`` keeps it, ``progress`` shows it.
"""
