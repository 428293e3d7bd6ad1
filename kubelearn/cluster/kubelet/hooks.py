"""Hooks: what a container does after its start and before its end (K/pkg/kubelet/lifecycle/handlers.go)."""

from __future__ import annotations

import asyncio

from kubelearn.cluster.meta import Object

from . import actions
from .actions import Target
from .runtime import StartError


class HookFailed(Exception):
    """A hook that did not succeed; the text says why, which no event does: it may tell a secret."""


async def run(hook: Object, target: Target, pod: str) -> None:
    """Run a hook to its end, however long that takes; whatever answers a request is good.

    Args:
        hook: has ``exec``, ``httpGet`` or ``sleep``.
        target: the container.
        pod: its pod, as the kubelet names it.

    Raises:
        HookFailed: it did not succeed.
    """
    if "sleep" in hook:
        await asyncio.sleep(hook["sleep"]["seconds"])
        return
    whose = f'for Container "{target.spec["name"]}" in Pod "{pod}" failed'
    if "exec" in hook:
        await _run_command(hook["exec"]["command"], target, whose)
    elif "httpGet" in hook:
        try:
            await actions.get(hook["httpGet"], target, "lifecycle", None)
        except (actions.Unanswered, actions.NotAPort) as error:
            path = hook["httpGet"].get("path", "")
            raise HookFailed(f"HTTP lifecycle hook ({path}) {whose} - error: {error}") from None
    else:
        raise HookFailed(f"Cannot run handler: invalid handler: {hook}")


async def _run_command(command: list[str], target: Target, whose: str) -> None:
    said = f"Exec lifecycle hook ([{' '.join(command)}]) {whose} - error"
    try:
        ended = await actions.run_command(command, target)
    except StartError as error:
        raise HookFailed(f'{said}: rpc error: code = Unknown desc = {error}, message: ""') from None
    if ended.code:
        why = f"command '{' '.join(command)}' exited with {ended.code}: {ended.errors}"
        raise HookFailed(f'{said}: {why}, message: "{ended.output}{ended.errors}"')
