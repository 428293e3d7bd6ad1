"""Who a container's programs run as (K/pkg/kubelet/kuberuntime/security_context.go)."""

from __future__ import annotations

from kubelearn.cluster.containers.accounts import PASSWD, Account, users_in
from kubelearn.cluster.containers.process import Image, User
from kubelearn.cluster.meta import Object

from .environment import ConfigError
from .status import full_name


def user_of(pod: Object, spec: Object, image: Image) -> User:
    """Return the user of a container.

    Raises:
        ConfigError: it must not be root, and is, or nobody can tell; or the image has no account of that name.
    """
    known = users_in(image.files.get(PASSWD, b""))
    of_pod = pod["spec"].get("securityContext") or {}
    settings = {**of_pod, **(spec.get("securityContext") or {})}
    asked = settings.get("runAsUser")
    if settings.get("runAsNonRoot"):
        _check(asked, image.user, _where(pod, spec))
    uid = asked if asked is not None else _uid(image.user, known)
    # As containerd has it (oci.WithUserID): who has no account is in root's group.
    group = next((account.gid for account in known if account.uid == uid), 0)
    more = [*(of_pod.get("supplementalGroups") or ()), *([of_pod["fsGroup"]] if "fsGroup" in of_pod else [])]
    return User(uid, settings.get("runAsGroup", group), tuple(more))


def _check(asked: int | None, name: str, where: str) -> None:
    if asked is not None:
        if asked == 0:
            raise ConfigError(f"container's runAsUser breaks non-root policy {where}")
        return
    if name and not name.isdigit() and name != "root":
        why = f"container has runAsNonRoot and image has non-numeric user ({name}), cannot verify user is non-root"
        raise ConfigError(f"{why} {where}")
    if name in ("", "root") or int(name) == 0:
        raise ConfigError(f"container has runAsNonRoot and image will run as root {where}")


def _uid(user: str, known: list[Account]) -> int:
    """Return the number of an image's user, which the image numbers, or names in its ``/etc/passwd``."""
    if user.isdecimal() or not user:
        return int(user or 0)
    for account in known:
        if account.name == user:
            return account.uid
    raise ConfigError(f"unable to find user {user}: no matching entries in passwd file")


def _where(pod: Object, spec: Object) -> str:
    return f'(pod: "{full_name(pod)}", container: {spec["name"]})'
