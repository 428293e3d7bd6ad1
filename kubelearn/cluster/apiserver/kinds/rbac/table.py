"""Bindings as ``kubectl get`` shows them; roles have no printer of their own."""

from __future__ import annotations

from typing import Any

from kubelearn.cluster.apiserver.authorization.rbac import CLUSTER_ROLE_BINDINGS, ROLE_BINDINGS
from kubelearn.cluster.apiserver.printers import AGE, NAME, Column, Printer, created, name_of, wide
from kubelearn.cluster.meta import Object


def _binding(obj: Object) -> list[Any]:
    subjects = obj.get("subjects") or ()

    def named(kind: str) -> str:
        return ", ".join(one["name"] for one in subjects if one["kind"] == kind)

    accounts = [f"{one.get('namespace', '')}/{one['name']}" for one in subjects if one["kind"] == "ServiceAccount"]
    role = f"{obj['roleRef']['kind']}/{obj['roleRef']['name']}" if "roleRef" in obj else ""
    return [name_of(obj), role, created(obj), named("User"), named("Group"), ", ".join(accounts)]


_PRINTER = Printer(
    (
        NAME,
        Column("Role", "The role that is bound"),
        AGE,
        wide("Users", "Users among the subjects"),
        wide("Groups", "Groups among the subjects"),
        wide("ServiceAccounts", "ServiceAccounts among the subjects"),
    ),
    _binding,
)
PRINTERS = {CLUSTER_ROLE_BINDINGS: _PRINTER, ROLE_BINDINGS: _PRINTER}
