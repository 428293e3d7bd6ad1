"""The official client of a handle, imported and made when something first asks for it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from .workdir import PrivateFolder

if TYPE_CHECKING:
    from kubernetes.client import Configuration

    from .clients import Clients


class Later:
    """The clients of a handle; a cluster starts without them."""

    def __init__(self, kubeconfig: str, settings: Configuration | None, folder: PrivateFolder):
        """Remember what the clients are made of.

        Args:
            kubeconfig: its text.
            settings: the official client's, if they are known; by default from the kubeconfig.
            folder: the handle's, with the certificates.
        """
        self._kubeconfig = kubeconfig
        self._settings = settings
        self._folder = folder
        self._closed = False
        self._lock = threading.RLock()  # the end of a handle may come while it is asked, in the same thread
        self._clients: Clients | None = None

    def get(self) -> Clients:
        """Return the clients; all threads get the same ones.

        Raises:
            RuntimeError: the handle was closed before anything was asked.
        """
        with self._lock:
            if self._clients is None:
                if self._closed:
                    raise RuntimeError("this handle is closed: run the set-up cell again")
                from . import clients

                self._folder.restore()
                settings = self._settings or clients.settings(self._kubeconfig, self._folder)
                self._clients = clients.Clients(settings)
            return self._clients

    def close(self) -> None:
        """End the connection, if there is one; safe to call twice."""
        with self._lock:
            self._closed = True
            if self._clients is not None:
                self._clients.close()
