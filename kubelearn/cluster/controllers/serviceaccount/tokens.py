"""Tokens in Secrets: those of the type that asks for one (K/pkg/controller/serviceaccount/tokens_controller.go)."""

from __future__ import annotations

import base64

from kubelearn.cluster import meta
from kubelearn.cluster.apiserver.authentication import TokenRequest, Tokens
from kubelearn.cluster.controllers.framework.informer import Informers, Key
from kubelearn.cluster.controllers.framework.workqueue import Controller
from kubelearn.cluster.meta import Object
from kubelearn.cluster.store import StoreEvent

TYPE = "kubernetes.io/service-account-token"
_NAME, _UID = "kubernetes.io/service-account.name", "kubernetes.io/service-account.uid"
#: Such a token has no end on a real cluster; here it outlives every cluster.
_SECONDS = 10 * 365 * 86400


class TokensController(Controller):
    """Fills Secrets with the token of the account that they name, and deletes those whose account is gone."""

    def __init__(self, informers: Informers, tokens: Tokens, root_ca: str):
        """Prepare the controller.

        Args:
            informers: the shared view of the cluster.
            tokens: makes them.
            root_ca: certificate of the API server's authority, PEM.
        """
        super().__init__(informers)
        self._tokens = tokens
        self._root_ca = root_ca
        informers.of("secrets").add_handler(self._secret_changed)
        informers.of("serviceaccounts").add_handler(self._account_changed)

    def _secret_changed(self, event: StoreEvent) -> None:
        if event.type != "DELETED" and event.object.get("type") == TYPE:
            self.enqueue(event.object)

    def _account_changed(self, event: StoreEvent) -> None:
        if event.type != "DELETED":
            return
        for secret in self.registry.list("secrets", meta.namespace_of(event.object)):
            if secret.get("type") == TYPE and meta.annotations_of(secret).get(_NAME) == meta.name_of(event.object):
                self.enqueue(secret)

    def reconcile(self, key: Key) -> None:
        """Put in what a Secret lacks, or delete it."""
        secret = self.registry.find("secrets", *key)
        if secret is None or meta.is_terminating(secret):
            return
        annotations = meta.annotations_of(secret)
        account = self.registry.find("serviceaccounts", key[0], annotations.get(_NAME, ""))
        if account is None or annotations.get(_UID, account["metadata"]["uid"]) != account["metadata"]["uid"]:
            self.registry.delete("secrets", *key)
            return
        wanted = {"ca.crt": self._root_ca, "namespace": key[0]}
        data = {name: base64.b64encode(text.encode()).decode() for name, text in wanted.items()}
        present = secret.get("data") or {}
        if _UID in annotations and "token" in present and data.items() <= present.items():
            return
        uid = account["metadata"]["uid"]
        text, _ = self._tokens.issue(TokenRequest(account, _SECONDS, bound=secret))
        data["token"] = base64.b64encode(text.encode()).decode()

        def fill(obj: Object) -> None:
            obj["data"] = {**(obj.get("data") or {}), **data}
            obj["metadata"]["annotations"] = {**meta.annotations_of(obj), _UID: uid}

        self.registry.modify("secrets", *key, fill, manager=self.manager)
