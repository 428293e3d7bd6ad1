"""A cluster that is there, and is not the notebook's own: what is asked of it, and the namespaces used on it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from kubernetes.client import ApiException, Configuration, CoreV1Api
from urllib3.exceptions import HTTPError

from . import preflight, reach, workspace
from .contexts import Context
from .deadline import Deadline
from .errors import ConnectionFailedError
from .workdir import PrivateFolder

#: Share of the limit for making the namespace; the rest is for taking it back, if no answer comes.
_MAKING = 0.9


class Namespaces:
    """The namespaces that a handle uses on a cluster that is not the notebook's own.

    Attributes:
        made: those that were made for the handle, and go with it.
    """

    def __init__(self, there: frozenset[str] = frozenset(), *, keep: bool = False):
        """Begin with none.

        Args:
            there: namespaces that were there before the handle.
            keep: leave those that will be made when the handle is closed.
        """
        self.made: list[str] = []
        self._there = there
        self._keep = keep

    def make(self, name: str, core: CoreV1Api, making: CoreV1Api | None = None) -> None:
        """Make the namespace of the lesson; if it was not there, it goes when the handle is closed.

        Args:
            name: the namespace's.
            core: the handle's client.
            making: the client to make it with, if it is another, with limits in time.

        Raises:
            ConnectionFailedError: it is not made, or no pods can be made in it.
        """
        if not workspace.make(making or core, name, keep=self._keep):
            return
        self.made.append(name)
        try:
            workspace.settle(core, name)
        except TimeoutError as error:
            raise ConnectionFailedError(
                f"{error}: the cluster's controllers do not work, or have too much to do. "
                "The namespace is removed again"
            ) from error
        if self._keep:
            self.made.remove(name)

    def adopt(self, name: str, core: CoreV1Api) -> None:
        """Count a second namespace as made for the handle (see :meth:`kubelearn.target.connection.Cluster.adopt`).

        Raises:
            kubelearn.target.workspace.NotOursError: it was there before this handle.
            TimeoutError: one that is on its way out does not end.
        """
        if name in self._there:
            raise workspace.NotOursError(
                f"the namespace {name!r} was there before this notebook: if nobody needs it, "
                f"delete it (kubectl delete namespace {name}) and connect again"
            )
        workspace.wait_if_going(core, name)
        if name not in self.made and not self._keep:
            self.made.append(name)
        workspace.mark(core, name, keep=self._keep)

    def renew(self, name: str, core: CoreV1Api) -> None:
        """Make the namespace of the lesson anew, and remove the second ones.

        Raises:
            kubelearn.target.workspace.NotOursError: the namespace was there before kubelearn came.
            TimeoutError: one does not end.
        """
        workspace.renew(core, name)
        for second in self.made:
            if second != name:
                workspace.remove_and_wait(core, second)

    def remove(self, core: CoreV1Api) -> None:
        """Remove those that were made, without waiting; warn of one that stays. An interrupt counts afterwards."""
        interrupt: KeyboardInterrupt | None = None
        for name in self.made:
            try:
                _remove(core, name)
            except KeyboardInterrupt as error:
                interrupt = error
                _remove(core, name)
        if interrupt is not None:
            raise interrupt


def _remove(core: CoreV1Api, name: str) -> None:
    try:
        workspace.remove(core, name)
    except ApiException as error:
        if error.status == 403 and not workspace.is_ours(core, name):
            return  # it was to be made, and that was refused as well
        _warn_of_rest(name, reach.words(error))
    except HTTPError as error:
        _warn_of_rest(name, str(error))


def _warn_of_rest(name: str, why: str) -> None:
    warnings.warn(f"the namespace {name!r} was not removed ({why}): kubectl delete namespace {name}", stacklevel=2)


@dataclass(frozen=True)
class Existing:
    """What was found on a cluster, before anything was made there.

    Attributes:
        context: the way to it.
        settings: the official client's.
        namespace: the one to work in; it need not be there.
        namespaces: those of the handle, none yet.
        version: the server's.
        lacks: what the rights do not suffice for, as a sentence; empty if all of the lessons works.
    """

    context: Context
    settings: Configuration
    namespace: str
    namespaces: Namespaces
    version: tuple[int, int]
    lacks: str

    def make_namespace(self, core: CoreV1Api) -> None:
        """Make the namespace, unless it is there.

        Args:
            core: the handle's client.

        Raises:
            ConnectionFailedError: that does not work; nothing is left behind when the handle is closed.
        """
        with reach.reaching(self.context, self.settings, Deadline(_MAKING * reach.LIMIT)) as api:
            self.namespaces.make(self.namespace, core, CoreV1Api(api))


def look(context: Context, namespace: str | None, folder: PrivateFolder, *, keep: bool) -> Existing:
    """Look at a cluster before anything is made there; only what killed kernels left is removed.

    Args:
        context: the way to the cluster.
        namespace: the one to work in; None for a new one.
        folder: the handle's, for certificates.
        keep: leave what will be made when the handle is closed.

    Raises:
        ConnectionFailedError: the cluster cannot be reached, or the rights do not suffice.
    """
    name = namespace or workspace.new_name()
    deadline = Deadline(reach.LIMIT)
    settings = reach.load(context, deadline, folder)
    with reach.reaching(context, settings, deadline) as api:
        found = preflight.check(context, api, deadline, name, makes_namespace=namespace is None)
        core = CoreV1Api(api)
        workspace.sweep(core)
        there = workspace.present(core)
    return Existing(context, settings, name, Namespaces(there, keep=keep), found.version, found.lacks)
