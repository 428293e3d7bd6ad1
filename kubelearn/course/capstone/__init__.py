"""The capstone: the learner brings up a shop alone, and a report says what of it is proved.

``shop`` has its names and the question who answers, ``checks`` and ``fault`` what the parts prove, ``tasks`` what is to
be done, ``report`` what the learner shows afterwards. Its fault is one of the drills': so it is no module of
``exercises``, on which those are built.
"""
