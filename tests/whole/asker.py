"""A client that asks for one Service again and again."""

from __future__ import annotations

from typing import Any

from tests.raw import Answer, RawClient

SERVICES = "/api/v1/namespaces/default/services"
GOOD = {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}


class Asker(RawClient):
    """Sends requests about a Service ``web``."""

    def create(self, spec: Any = None, query: str = "", **more: Any) -> Answer:
        """Create the Service, with another spec or other fields."""
        return self.send("POST", SERVICES + query, {**GOOD, **({"spec": spec} if spec is not None else {}), **more})


def status(code: int, reason: str, message: str, **details: Any) -> Any:
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "details": details,
        "code": code,
    }
