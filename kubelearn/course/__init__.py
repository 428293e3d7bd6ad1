"""The course around the lessons: ``exercises`` and ``quizzes``; ``passed`` keeps what was passed of both, ``progress`` shows it."""
