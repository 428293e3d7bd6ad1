"""The pod network: addresses, names, and connections between programs in pods.

Nothing here is a socket.  An address such as 10.244.1.5 exists only inside the cluster.

``fabric`` decides where a packet goes, ``namespace`` is what one pod sees of the network, ``listener`` is a port
that a program listens on.  ``connection`` and ``exchange`` are a connection and the requests on it (``asgi`` has the
types), ``tls`` is whom a client believes, ``grpc`` asks for a server's health.  ``stream`` and ``http1`` are bytes on
a connection, and HTTP/1.1 in bytes; ``encryption`` is TLS around them.  ``resolv`` is a pod's name resolution,
``addresses`` gives addresses out, ``errors`` are what a program hears when something fails.
"""

from . import grpc
from .addresses import Address
from .asgi import App, Message, Receive, Scope, Send
from .connection import Connection
from .errors import (
    AddressInUse,
    AddressNotAvailable,
    ConnectionRefused,
    ConnectionReset,
    ConnectionTimedOut,
    NameNotFound,
    NetworkError,
    NoRoute,
)
from .exchange import Response, StreamedResponse
from .fabric import Network
from .listener import AsgiServer, DatagramServer, Listener, Server, StreamServer
from .namespace import PodNetwork
from .resolv import Host, ResolvConf
from .stream import Stream
from .tls import Certificate, CertificateError, NotTls, certificate_of

__all__ = [
    "Address",
    "AddressInUse",
    "AddressNotAvailable",
    "App",
    "AsgiServer",
    "Certificate",
    "CertificateError",
    "Connection",
    "ConnectionRefused",
    "ConnectionReset",
    "ConnectionTimedOut",
    "DatagramServer",
    "Host",
    "Listener",
    "Message",
    "NameNotFound",
    "Network",
    "NetworkError",
    "NoRoute",
    "NotTls",
    "PodNetwork",
    "Receive",
    "ResolvConf",
    "Response",
    "Scope",
    "Send",
    "Server",
    "Stream",
    "StreamServer",
    "StreamedResponse",
    "certificate_of",
    "grpc",
]
