"""Who may do what: role-based access control, and the administrator, who may do everything.

``attributes`` is what a request asks for, ``rules`` whether a rule of a role allows it, ``rbac`` decides by the
bindings and roles that are stored. ``impersonation`` is asking as somebody else, ``escalation`` keeps people from
granting what they do not have. ``policy`` has the roles that every cluster has, ``defaults`` makes objects of them.
"""
