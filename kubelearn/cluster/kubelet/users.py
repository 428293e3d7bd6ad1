"""Who a container's programs run as (K/pkg/kubelet/kuberuntime/security_context.go)."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Image, User
from kubelearn.cluster.meta import Object

from .environment import ConfigError
from .status import full_name

#: Users of images, by the name that the image gives.
_NAMED = {"": 0, "root": 0, "nobody": 65534, "curl_user": 100}


def user_of(pod: Object, spec: Object, image: Image) -> User:
    """Return the user of a container.

    Raises:
        ConfigError: it must not be root, and is; or nobody can tell.
    """
    of_pod = pod["spec"].get("securityContext") or {}
    settings = {**of_pod, **(spec.get("securityContext") or {})}
    asked = settings.get("runAsUser")
    if settings.get("runAsNonRoot"):
        _check(asked, image.user, _where(pod, spec))
    uid = asked if asked is not None else _uid(image.user)
    more = [*(of_pod.get("supplementalGroups") or ()), *([of_pod["fsGroup"]] if "fsGroup" in of_pod else [])]
    return User(uid, settings.get("runAsGroup", 0 if asked is not None else _uid(image.user)), tuple(more))


def _check(asked: int | None, name: str, where: str) -> None:
    if asked is not None:
        if asked == 0:
            raise ConfigError(f"container's runAsUser breaks non-root policy {where}")
        return
    if name and not name.isdigit() and name != "root":
        why = f"container has runAsNonRoot and image has non-numeric user ({name}), cannot verify user is non-root"
        raise ConfigError(f"{why} {where}")
    if not _uid(name):
        raise ConfigError(f"container has runAsNonRoot and image will run as root {where}")


def _uid(name: str) -> int:
    """Return the number of an image's user; of a name that is not known, the first one that ``useradd`` gives."""
    return int(name) if name.isdigit() else _NAMED.get(name, 1000)


def _where(pod: Object, spec: Object) -> str:
    return f'(pod: "{full_name(pod)}", container: {spec["name"]})'
