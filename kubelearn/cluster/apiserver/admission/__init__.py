"""What a namespace's LimitRanges and ResourceQuotas do to writes of all kinds.

``limitranger`` fills in and refuses by limits; ``quota`` refuses by what ``usage`` says that an object takes.
Plug-ins that are about one kind only are with that kind, in ``kinds``.
"""
