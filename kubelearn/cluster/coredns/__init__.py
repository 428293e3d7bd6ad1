"""CoreDNS: from names to records, as its kubernetes plugin answers with kubeadm's Corefile.

``records`` has what goes over the wire, ``index`` what is known of the cluster, ``resolver`` the answers.
The program of the coredns pods is :mod:`kubelearn.cluster.containers.images.system.coredns`.
"""

from .records import Answer, Question, Record
from .resolver import Dns

__all__ = ["Answer", "Dns", "Question", "Record"]
