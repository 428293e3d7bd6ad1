"""A kind of object is one folder: its strategy (defaults, what clients may change), its validation and its table.

``strategy`` has what is the same for all, ``by_resource`` the list of all.  A folder's ``strategy`` (or one module for
each kind) has defaults and rules, ``validation`` the checks, ``table`` what ``kubectl get`` shows.

No kind imports another kind's folder: what two need is in ``podspec``, ``validation``, ``selectors`` or ``printers``
beside this package.
"""
