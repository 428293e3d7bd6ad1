"""The course around the lessons.

- ``exercises``: tasks on the learner's cluster; ``quizzes``: questions at the end of a lesson.
- ``proofs``: by which observation, when and where an exercise was passed; ``capstone`` reports those of its parts.
- ``passed``: what was passed of both; ``progress_file`` keeps it, ``progress`` shows it.
"""
