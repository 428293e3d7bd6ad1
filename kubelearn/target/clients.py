"""The official client of a handle, made when something first asks for it.

Importing it takes 0.4 s and 50 MB, most of it for the API's models; a cluster can start without it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubernetes.client import ApiClient, AppsV1Api, Configuration, CoreV1Api, DiscoveryV1Api


class Clients:
    """One connection to a cluster, and the APIs that share it."""

    def __init__(self, settings: Callable[[], Configuration]):
        """Remember how to get the client's settings; it is called once, when they are needed."""
        self._settings = settings
        self._closed = False
        self._lock = threading.RLock()
        self._api: ApiClient | None = None
        self._core: CoreV1Api | None = None
        self._apps: AppsV1Api | None = None
        self._discovery: DiscoveryV1Api | None = None

    @property
    def api(self) -> ApiClient:
        """The client itself.

        Raises:
            RuntimeError: the handle was closed before anything was asked.
        """
        with self._lock:
            if self._api is None:
                if self._closed:
                    raise RuntimeError("this handle is closed: run the set-up cell again")
                from kubernetes.client import ApiClient

                self._api = ApiClient(self._settings())
            return self._api

    @property
    def core(self) -> CoreV1Api:
        """The API of pods, Services, nodes, …"""
        with self._lock:
            if self._core is None:
                from kubernetes.client import CoreV1Api

                self._core = CoreV1Api(self.api)
            return self._core

    @property
    def apps(self) -> AppsV1Api:
        """The API of Deployments and ReplicaSets."""
        with self._lock:
            if self._apps is None:
                from kubernetes.client import AppsV1Api

                self._apps = AppsV1Api(self.api)
            return self._apps

    @property
    def discovery(self) -> DiscoveryV1Api:
        """The API of EndpointSlices."""
        with self._lock:
            if self._discovery is None:
                from kubernetes.client import DiscoveryV1Api

                self._discovery = DiscoveryV1Api(self.api)
            return self._discovery

    def close(self) -> None:
        """End the connection, if there is one; safe to call twice."""
        with self._lock:
            self._closed = True
            if self._api is not None:
                self._api.close()
