"""The images that there are, so that the same manifests run here and on a real cluster.

An image that is not listed cannot be pulled, as with a registry that does not have it.

``catalogue`` is the list: data, a few lines for each image.  ``registry`` finds an image by its name, and makes it.
What images run: ``agnhost`` (the lessons' own), ``busybox`` (with python and pause), and a folder for each of
``nginx``, ``redis``, ``podinfo``, ``servers`` (small ones: hello-app, echo servers, databases that only listen) and
``system`` (CoreDNS and kube-proxy).  ``web`` is what their HTTP servers are made with, ``starting`` their
start scripts, ``asgi`` runs an application that a learner has made.
"""

from __future__ import annotations

from .catalogue import PRELOADED, SYSTEM_IMAGES
from .registry import ImageRegistry, NotPulled

__all__ = ["PRELOADED", "SYSTEM_IMAGES", "ImageRegistry", "NotPulled"]
