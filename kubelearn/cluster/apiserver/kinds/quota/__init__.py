"""ResourceQuotas (``resourcequota``) and LimitRanges (``limitrange``); what they do to others is in ``admission``."""
