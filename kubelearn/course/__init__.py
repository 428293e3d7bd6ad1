"""The course around the lessons.

- ``exercises``: tasks on the learner's cluster; ``quizzes``: questions at the end of a lesson.
- ``proofs``: by which observation, when and where an exercise was passed; ``report`` shows those of the capstone.
- ``passed``: what was passed of both; ``progress_file`` keeps it, ``progress`` shows it.
"""
